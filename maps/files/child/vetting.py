"""Looks into a file before GDAL does, for what would lead GDAL elsewhere or make it run what a stranger wrote."""

import codecs
import re
import sqlite3
import struct
from pathlib import Path

from maps.files.child.sniffing import Format
from sandbox.child import Refusal

#: GDAL looks for a schema in the first kilobytes of a GML.
_GML_HEAD = 65_536
_SCHEMA = re.compile(rb"""schemaLocation\s*=\s*(?:"([^"]*)"|'([^']*)'|)""", re.IGNORECASE)
#: What stands there and is no path: addresses and names of namespaces.
_NO_PATH = ("http://", "https://", "urn:")
#: Tables by which GDAL finds its way in a GeoPackage.
_OF_GEOPACKAGE = ("gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys")
_VIRTUAL = re.compile(r"CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+\"?(\w+)", re.IGNORECASE | re.DOTALL)
#: Bytes of the heads of a shapefile's parts, and of one entry of its index.
_DBF_HEAD, _SHX_HEAD, _SHX_ENTRY = 32, 100, 8
_CHUNK = 1_000_000
#: What PRAGMA table_xinfo says of a column that is reckoned whenever it is read.
_RECKONED = (2, 3)


def vet(path: Path, format_: Format) -> None:
    """Raises Refusal."""
    match format_:
        case Format.GEOPACKAGE:
            _vet_geopackage(path)
        case Format.GML:
            _vet_gml(path)
        case Format.GEOJSON:
            _vet_geojson(path)
        case Format.SHAPEFILE:
            _vet_shapefile(path)


def _vet_geojson(path: Path) -> None:
    """GDAL takes any bytes for letters."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise Refusal("not-utf-8") from None


def _vet_shapefile(path: Path) -> None:
    """Shapes and rows are put together by their number alone: one count has to be the other."""
    shx, dbf = path.with_suffix(".shx"), path.with_suffix(".dbf")
    with dbf.open("rb") as file:
        head = file.read(_DBF_HEAD)
    if len(head) < _DBF_HEAD:
        raise Refusal("not-read", format=".dbf")
    if shx.exists():
        shapes, (rows,) = (shx.stat().st_size - _SHX_HEAD) // _SHX_ENTRY, struct.unpack("<I", head[4:8])
        if shapes != rows:
            raise Refusal("parts-differ", shapes=shapes, rows=rows)


def _vet_gml(path: Path) -> None:
    """A schema may be named, and isn't read: but only an address, or a file that would lie beside."""
    with path.open("rb") as file:
        head = file.read(_GML_HEAD)
    for found in _SCHEMA.finditer(head):
        for location in (found[1] or found[2] or b"/").decode("latin-1").split():
            if not location.startswith(_NO_PATH) and re.search(r"[/\\:]", location):
                raise Refusal("names-other-file", name=location[:60])


def _vet_geopackage(path: Path) -> None:
    """A GeoPackage is a database, which may hold views and reckoned columns that call functions, and tables that are
    other files. Plain tables and the index of their places are all that we read.
    """
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        base.execute("PRAGMA trusted_schema=OFF")
        objects = base.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        kinds = {str(name).lower(): kind for kind, name, _sql in objects if kind in ("table", "view")}
        if "gpkg_contents" not in kinds:
            raise Refusal("no-geopackage")
        for name in _OF_GEOPACKAGE:
            if kinds.get(name, "table") != "table":
                raise Refusal("unsafe-geopackage", name=name)
        for _kind, name, sql in objects:
            virtual = _VIRTUAL.match(sql or "")
            if virtual and virtual[1].lower() != "rtree":
                raise Refusal("unsafe-geopackage", name=str(name)[:60])
        for (name,) in base.execute("SELECT table_name FROM gpkg_contents").fetchall():
            if kinds.get(str(name).lower()) != "table":
                raise Refusal("view-in-geopackage", name=str(name)[:60])
            quoted = str(name).replace('"', '""')
            if any(column[6] in _RECKONED for column in base.execute(f'PRAGMA table_xinfo("{quoted}")')):
                raise Refusal("unsafe-geopackage", name=str(name)[:60])
    except (sqlite3.Error, UnicodeError):
        raise Refusal("no-geopackage") from None
    finally:
        base.close()

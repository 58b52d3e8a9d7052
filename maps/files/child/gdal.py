"""Reads with GDAL, through pyogrio: with the one driver that a file's format needs, and no other.

GDAL tries every driver that it has. One of them, VRT, reads whatever other file its text names; others fetch
addresses. Which drivers there are is settled by the environment when pyogrio is loaded: so `load` comes first, and
one process reads one format.
"""

import importlib
import math
import os
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from maps.files.child.dbf import letters_of, widths_of
from maps.files.child.naming import SHORTEST_PART, apart, continues, joined
from maps.files.child.sniffing import Format
from maps.files.child.source import Batch, Layer, Plain
from maps.files.limits import BATCH_ROWS, LONGEST_TEXT, MOST_COLUMNS, MOST_LAYERS
from sandbox.child import Refusal

#: All drivers for vectors in pyogrio's wheels. A new one makes `load` fail until it stands here.
DRIVERS = frozenset({
    "ADBC", "AIVector", "AVCBin", "AVCE00", "AmigoCloud", "CSV", "CSW", "Carto", "DGN", "DXF", "EDIGEO", "EEDA",
    "ESRI Shapefile", "ESRIJSON", "Elasticsearch", "FlatGeobuf", "GDALG", "GML", "GPKG", "GPSBabel", "GPX", "GTFS",
    "GeoJSON", "GeoJSONSeq", "GeoRSS", "HTTP", "Idrisi", "JML", "JSONFG", "KML", "LIBKML", "LVBAG", "MBTiles", "MEM",
    "MVT", "MapInfo File", "MapML", "MiraMonVector", "NGW", "OAPIF", "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT",
    "OSM", "OpenFileGDB", "PCIDSK", "PDF", "PDS4", "PGDUMP", "PLSCENES", "PMTiles", "S57", "SQLite", "SXF", "Selafin",
    "TopoJSON", "VDV", "VFK", "VICAR", "WAsP", "WFS", "XLSX",
})  # fmt: skip
DRIVER_OF = {
    Format.GEOJSON: "GeoJSON",
    Format.GEOPACKAGE: "GPKG",
    Format.SHAPEFILE: "ESRI Shapefile",
    Format.KML: "LIBKML",
    Format.GML: "GML",
    Format.FLATGEOBUF: "FlatGeobuf",
}
#: Formats of which a file is one layer.
_ONE_LAYER = (Format.GEOJSON, Format.SHAPEFILE, Format.FLATGEOBUF)
#: How each format is opened: dates stay as they are written, and nothing is fetched or looked for beside the file.
_OPTIONS: dict[Format, dict[str, str]] = {
    Format.GEOJSON: {"DATE_AS_STRING": "YES"},
    Format.GML: {"DOWNLOAD_SCHEMA": "NO", "WRITE_GFS": "NO", "EMPTY_AS_NULL": "NO"},
}
#: The box around an element, of which the GML driver makes columns.
_BOX = frozenset({"lowerCorner", "upperCorner"})
#: LIBKML's columns of what KML has a place of its own for get this before their name: else a value that somebody
#: calls "visibility" is read as KML's, which is a number.
_OF_KML = "kml "
_KML_VALUES = ("id", "name", "description", "timestamp", "begin", "end")
#: How something looks is no value of it.
_KML_LOOKS = (
    "altitudemode",
    "tessellate",
    "extrude",
    "visibility",
    "draworder",
    "icon",
    "heading",
    "tilt",
    "roll",
    "snippet",
)
#: What GDAL says when it gives a feature of GeoJSON another number than its own.
_CHANGED_ID = re.compile(r"Several features with id = (\S+) have been found")
#: Bytes of one batch of Arrow.
_BATCH_BYTES = 64_000_000


def load(format_: Format, folder: Path) -> Any:
    """pyogrio with the driver of one format. Raises RuntimeError where it has any other."""
    wanted = DRIVER_OF[format_]
    os.environ.update(
        GDAL_SKIP=",".join(sorted(DRIVERS - {wanted})),
        GDAL_NUM_THREADS="1",
        CPL_TMPDIR=str(folder),
        # Without its schema GML doesn't say which values are numbers: "007" is none.
        GML_FIELDTYPES="ALWAYS_STRING",
        GML_SKIP_RESOLVE_ELEMS="ALL",
        LIBKML_RESOLVE_STYLE="NO",
        OGR_ARROW_MEM_LIMIT=str(_BATCH_BYTES),
        PROJ_NETWORK="OFF",
        SHAPE_RESTORE_SHX="YES",
    )
    os.environ.update({f"LIBKML_{name.upper()}_FIELD": _OF_KML + name for name in (*_KML_VALUES, *_KML_LOOKS)})
    pyogrio = importlib.import_module("pyogrio")
    if set(pyogrio.list_drivers()) != {wanted}:
        raise RuntimeError(f"GDAL has other drivers than {wanted}: {sorted(pyogrio.list_drivers())}")
    return pyogrio


class GdalSource:
    """The layers of a file. `paths` has one file by the name of its layer, or one with all layers by the name ""."""

    def __init__(self, paths: Mapping[str, Path], format_: Format, folder: Path, encoding: str) -> None:
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self._paths, self._format, self._encoding = paths, format_, encoding
        self._pyogrio = load(format_, folder)
        errors = self._pyogrio.errors
        # pyogrio looks for the first layer where there is none.
        self._failures = (errors.DataSourceError, errors.DataLayerError, IndexError)
        self._found: list[Layer] | None = None
        self._where: dict[str, tuple[Path, str | None]] = {}
        self._letters: dict[str, str] = {}
        self._numbered = False
        self._changed = ""
        #: The column from which GDAL has the numbers of a layer's rows.
        self._counts: dict[str, str] = {}
        #: Which of a layer's fields are its columns: one, or several that hold parts of a text.
        self._kept: dict[str, list[list[int]]] = {}

    def layers(self) -> list[Layer]:
        if self._found is None:
            self._found = list(self._find())
        return self._found

    def _find(self) -> Iterator[Layer]:
        without = []
        for given, path in self._paths.items():
            for inner in self._names_in(path):
                info = self._info(given, path, inner)
                name = given or str(info["layer_name"])
                if info["geometry_type"] is None:
                    without.append(name)
                    continue
                self._where[name] = path, inner
                yield self._layer(name, info)
        if without:
            self.notes.append(("no-places-in-layer", {"names": without[:20]}))

    def _names_in(self, path: Path) -> list[str | None]:
        """The layers of a file; None for the only one of a format that has no more. To ask takes reading the whole."""
        if self._format in _ONE_LAYER:
            return [None]
        with self._heeding():
            try:
                listed = self._pyogrio.list_layers(path)
            except self._failures:
                raise Refusal("not-read", format=self._format) from None
            except UnicodeDecodeError:
                raise Refusal("not-utf-8") from None
        if len(listed) > MOST_LAYERS:
            raise Refusal("many-layers", most=MOST_LAYERS)
        return [str(name) for name, _type in listed]

    def _info(self, given: str, path: Path, inner: str | None) -> dict[str, Any]:
        with self._heeding():
            try:
                found: dict[str, Any] = self._pyogrio.read_info(
                    path, layer=inner, force_feature_count=True, encoding=self._open_encoding(given, path),
                    **_OPTIONS.get(self._format, {}),
                )  # fmt: skip
            except self._failures:
                raise Refusal("not-read", format=self._format) from None
            except UnicodeDecodeError:
                raise Refusal("not-utf-8") from None
        return found

    def _layer(self, name: str, info: dict[str, Any]) -> Layer:
        self._counts[name] = info["fid_column"] or ""
        fields = [str(field) for field in info["fields"]]
        if len(fields) > MOST_COLUMNS:
            raise Refusal("columns", most=MOST_COLUMNS)
        columns: list[tuple[str, str]] = []
        left, kept = list[str](), list[list[int]]()
        # What somebody says of a row in words of their own comes before what KML has a place for, but for its name.
        order = sorted(
            range(len(fields)),
            key=lambda place: fields[place].startswith(_OF_KML) and fields[place] != f"{_OF_KML}name",
        )
        widths = self._widths(name, len(fields))
        for place in order:
            field = fields[place]
            kind = _kind(info["ogr_types"][place], info["ogr_subtypes"][place])
            if kind is None:
                left.append(self._decoded(name, field))
            elif (
                widths
                and place
                and kept[-1][-1] == place - 1
                and widths[place - 1] >= SHORTEST_PART
                and continues(field, fields[kept[-1][0]], len(kept[-1]) + 1)
            ):
                kept[-1].append(place)
            elif not self._is_no_value(field):
                columns.append((self._decoded(name, field.removeprefix(_OF_KML)), kind))
                kept.append([place])
        self._kept[name] = kept
        names = apart(field for field, _kind in columns)
        columns = [(field, kind) for field, (_name, kind) in zip(names, columns, strict=True)]
        types = [] if info["geometry_type"] == "Unknown" else [info["geometry_type"]]
        return Layer(name, int(info["features"]), info["crs"] or "", types, columns, left)

    def _widths(self, name: str, fields: int) -> list[int]:
        """Of each column of a shapefile how wide its texts are; nothing for other formats."""
        if self._format is not Format.SHAPEFILE:
            return []
        widths = widths_of(self._paths[name])
        return widths if len(widths) == fields else []

    def _is_no_value(self, field: str) -> bool:
        if self._format is Format.KML:
            return field.startswith(_OF_KML) and field.removeprefix(_OF_KML) in _KML_LOOKS
        return self._format is Format.GML and field in _BOX

    @contextmanager
    def _heeding(self) -> Iterator[None]:
        """GDAL warns of much that harms nothing, and what harms is checked by us. That it changed an id, only it
        knows, and it says so once.
        """

        def heed(message: Warning | str, *_where: Any, **_more: Any) -> None:
            if found := _CHANGED_ID.search(str(message)):
                self._changed = found[1]

        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = heed
            yield

    def _open_encoding(self, name: str, path: Path) -> str | None:
        """How GDAL reads the letters of a shapefile: as they are, one by one; what they are we find out ourselves."""
        if self._format is not Format.SHAPEFILE:
            return None
        if name not in self._letters:
            self._letters[name] = self._encoding or letters_of(path)
        return "ISO-8859-1"

    def _decoded(self, layer: str, text: str, row: int = 0) -> str:
        """A text of a shapefile in its own letters, of another file as it is. `row` is 0 for a column's name."""
        if layer not in self._letters:
            return text
        try:
            return text.encode("latin-1").decode(self._letters[layer])
        except UnicodeError:
            raise Refusal("stray-letter", row=row, text=text[:40], encoding=self._letters[layer]) from None

    def encoding_of(self, layer: Layer) -> str:
        """In which encoding the letters of a shapefile were read; "" for other files."""
        return self._letters.get(layer.name, "")

    def batches(self, layer: Layer) -> Iterator[Batch]:
        path, inner = self._where[layer.name]
        size = max(1, min(BATCH_ROWS, layer.count or 1))
        with self._heeding():
            try:
                with self._pyogrio.raw.open_arrow(
                    path, layer=inner, return_fids=True, batch_size=size, use_pyarrow=True, datetime_as_string=True,
                    encoding=self._open_encoding(layer.name, path), **_OPTIONS.get(self._format, {}),
                ) as (meta, reader):  # fmt: skip
                    read = 0
                    for batch in reader:
                        yield self._batch(layer, batch, meta, read)
                        read += len(batch)
            except UnicodeDecodeError:
                raise Refusal("not-utf-8") from None
            except (*self._failures, ValueError, OSError) as error:
                # Arrow says so by a ValueError, or an OSError of its own; the system's have a number.
                if isinstance(error, OSError) and error.errno:
                    raise
                raise Refusal("not-read", format=self._format) from None
        # A column "id" of a GeoJSON may hold numbers that come twice; what its features have beside columns may not.
        if self._changed and not self._counts[layer.name]:
            raise Refusal("same-id-in-file", id=self._changed)
        # Others say themselves that they are broken; their count may include rows that were deleted.
        if self._format is Format.FLATGEOBUF and read < layer.count:
            raise Refusal("cut-off", read=read, count=layer.count)

    def _batch(self, layer: Layer, batch: Any, meta: Mapping[str, Any], read: int) -> Batch:
        """The ids come first in a batch, then the fields, then the geometries; names may come twice."""
        fields = len(meta["fields"])
        if batch.num_columns != fields + 2:
            raise Refusal("not-read", format=self._format)
        return Batch(
            numbers=list(range(read + 1, read + len(batch) + 1)),
            geometries=batch.column(fields + 1).to_pylist(),
            values=[self._joined(layer, batch, places, read) for places in self._kept[layer.name]],
            ids=self._own_ids(layer, batch.column(0).to_pylist(), read),
        )

    def _own_ids(self, layer: Layer, numbers: list[int], read: int) -> list[int] | None:
        """The numbers of rows, where they are the file's own, as in a GeoPackage. Elsewhere GDAL counts the rows, and
        in a GeoJSON whose features have none.
        """
        if not read:
            counted = bool(self._counts[layer.name]) or numbers == list(range(len(numbers)))
            self._numbered = self._format is Format.GEOPACKAGE or (self._format is Format.GEOJSON and not counted)
        return numbers if self._numbered else None

    def _joined(self, layer: Layer, batch: Any, places: list[int], read: int) -> list[Plain]:
        """The values of a column: of a text in several parts, these behind each other."""
        parts = [self._values(layer, batch.column(place + 1), read) for place in places]
        if len(parts) == 1:
            return parts[0]
        return [
            None if some[0] is None else joined(str(one) for one in some if one) for some in zip(*parts, strict=True)
        ]

    def _values(self, layer: Layer, column: Any, read: int) -> list[Plain]:
        """A column as plain values: days and times as text, as ISO 8601 has them."""
        kind = str(column.type)
        if kind.startswith("date32"):
            return _days(column)
        if kind in ("float", "double", "halffloat"):
            return [_number(value) for value in column.to_pylist()]
        if kind.startswith("time"):
            return [None if value is None else value.isoformat() for value in column.to_pylist()]
        values = column.to_pylist()
        if kind.startswith(("list", "large_list")):
            return [None if value is None else [_number(one) for one in value] for value in values]
        if kind in ("string", "large_string"):
            for place, value in enumerate(values):
                if value is None:
                    continue
                if len(value) > LONGEST_TEXT:
                    raise Refusal("long-value", row=read + place + 1, most=LONGEST_TEXT)
                values[place] = self._decoded(layer.name, value, read + place + 1)
        return list(values)


def _kind(ogr_type: str, subtype: str) -> str | None:
    """What a column holds, in words of our own; None for what is no plain value."""
    if subtype == "OFSTBoolean":
        return "boolean"
    return {
        "OFTInteger": "integer", "OFTInteger64": "integer", "OFTReal": "number", "OFTString": "text",
        "OFTDate": "date", "OFTTime": "time", "OFTDateTime": "datetime", "OFTStringList": "list",
        "OFTIntegerList": "list", "OFTInteger64List": "list", "OFTRealList": "list",
    }.get(ogr_type)  # fmt: skip


def _days(column: Any) -> list[Plain]:
    """Days as text. Python knows none before the year 1: NumPy does."""
    days = column.cast("int32").to_numpy(zero_copy_only=False).astype("float64")
    return [None if np.isnan(day) else str(np.datetime64(int(day), "D")) for day in days]


def _number(value: Any) -> Any:
    """A number as JSON has it; what is none there ("nan", "inf") is a text."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value

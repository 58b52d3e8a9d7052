"""Makes files of geodata for tests, as other programs would: with pyogrio, or byte by byte."""

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow
import shapely
from pyogrio.raw import write_arrow

#: Two places: a square in Gent and a point in Aalst.
SQUARE = shapely.box(3.72, 51.05, 3.73, 51.06)
POINT = shapely.Point(4.04, 50.94)
DRIVERS = {
    "geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile", "kml": "LIBKML", "gml": "GML", "fgb": "FlatGeobuf",
}  # fmt: skip


def write(
    path: Path,
    shapes: Sequence[shapely.Geometry | bytes | None],
    columns: Mapping[str, Sequence[Any]] | None = None,
    *,
    driver: str = "",
    crs: str | None = "EPSG:4326",
    kind: str = "Unknown",
    **options: Any,
) -> Path:
    """A file with these geometries and columns; its driver is that of its ending."""
    wkb = [shape if shape is None or isinstance(shape, bytes) else shapely.to_wkb(shape) for shape in shapes]
    table = pyarrow.table({**(columns or {"naam": [str(n) for n in range(len(wkb))]}), "geometry": wkb})
    driver = driver or DRIVERS[path.suffix.removeprefix(".")]
    write_arrow(table, path, driver=driver, geometry_name="geometry", geometry_type=kind, crs=crs, **options)
    return path


def zipped(path: Path, files: Mapping[str, bytes | Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content.read_bytes() if isinstance(content, Path) else content)
    return path


def shapefile(folder: Path, shapes: Sequence[Any], *, without: Sequence[str] = (), **options: Any) -> Path:
    """A zip with a shapefile, without some of its parts."""
    inside = folder / "inside"
    inside.mkdir()
    write(inside / "kaart.shp", shapes, **options)
    kept = {one.name: one for one in inside.iterdir() if one.suffix not in without}
    return zipped(folder / "kaart.zip", kept)


def geojson(path: Path, features: Sequence[tuple[Any, Mapping[str, Any]]], **members: Any) -> Path:
    """A GeoJSON with these geometries (as GeoJSON has them) and properties."""
    rows = [{"type": "Feature", "geometry": shape, "properties": values} for shape, values in features]
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": rows}))
    return path

"""Makes files of geodata for tests, as other programs would: with pyogrio, or byte by byte."""

import json
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow
import shapely
from pyogrio.raw import write_arrow
from pyproj import Transformer

from geo.points import FLANDERS, OUTLINE
from maps.files.child.systems import Ground
from maps.files.reading import Choice, Feature, read
from maps.files.refusals import RowRefused

#: A square near Gent, and a point near Aalst.
SQUARE, POINT = shapely.box(3.72, 51.05, 3.73, 51.06), shapely.Point(4.04, 50.94)
GROUND = Ground.of({"outline": str(OUTLINE), "flanders": FLANDERS})
NOTHING_CHOSEN = Choice()
DRIVERS = {
    "geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile", "kml": "LIBKML", "gml": "GML", "fgb": "FlatGeobuf",
}  # fmt: skip


def write(
    path: Path,
    shapes: Sequence[shapely.Geometry | bytes | None],
    columns: Mapping[str, Sequence[Any]] | None = None,
    *,
    crs: str | None = "EPSG:4326",
    kind: str = "Unknown",
    **options: Any,
) -> Path:
    """A file with these geometries and columns; its driver is that of its ending."""
    wkb = [shape if shape is None or isinstance(shape, bytes) else shapely.to_wkb(shape) for shape in shapes]
    values = columns or {"naam": [f"nr {number}" for number in range(len(wkb))]}
    table = pyarrow.table({**values, "geometry": pyarrow.array(wkb, pyarrow.binary())})
    driver = DRIVERS[path.suffix.removeprefix(".")]
    with warnings.catch_warnings():
        # That a file without a system has none.
        warnings.simplefilter("ignore")
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
    return zipped(folder / "kaart.zip", {one.name: one for one in inside.iterdir() if one.suffix not in without})


def geojson(path: Path, features: Sequence[tuple[Any, Mapping[str, Any]]], **members: Any) -> Path:
    """A GeoJSON with these geometries (Shapely's, or as GeoJSON has them) and properties."""
    rows = [{"type": "Feature", "geometry": _as_json(shape), "properties": values} for shape, values in features]
    path.write_text(json.dumps({"type": "FeatureCollection", **members, "features": rows}), encoding="utf-8")
    return path


def _as_json(shape: Any) -> Any:
    return json.loads(shapely.to_geojson(shape)) if isinstance(shape, shapely.Geometry) else shape


def lambert(shape: shapely.Geometry, srid: int = 31370) -> shapely.Geometry:
    """A shape in degrees in a Lambert system."""
    return shapely.transform(shape, _way(srid).transform, interleaved=False)


@cache
def _way(srid: int) -> Transformer:
    return Transformer.from_crs(4326, srid, always_xy=True)


def rows_of(path: Path, choice: Choice = NOTHING_CHOSEN) -> list[Feature | RowRefused]:
    with read(path, choice) as reading:
        return list(reading.rows())


def features_of(path: Path, choice: Choice = NOTHING_CHOSEN) -> list[Feature]:
    """The rows of a file of which all are taken."""
    rows = rows_of(path, choice)
    assert rows
    assert not [row.text for row in rows if isinstance(row, RowRefused)]
    return [row for row in rows if isinstance(row, Feature)]


def same_place(wkb: bytes, shape: shapely.Geometry, tolerance: float = 1e-9) -> bool:
    """Whether a geometry is a shape, in whatever order its rings and parts come; one part alone is as good as many."""
    return bool(shapely.equals_exact(_plain(shapely.from_wkb(wkb)), _plain(shape), tolerance))


def _plain(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return shapely.normalize(parts[0] if len(parts) == 1 else shape)

"""What is in a file of geodata, and its rows, in every format that we read."""

from pathlib import Path

import pytest
import shapely
from openpyxl import Workbook
from pyproj import Transformer

from maps.files.reading import Choice, Feature, RowRefused, describe, read
from maps.files.refusals import FileRefused
from tests.maps.geodata import POINT, SQUARE, geojson, shapefile, write, zipped

REAL = Path("/work/shared/data/osm-reuse-points-2015.geojson")
TO_LAMBERT = Transformer.from_crs(4326, 31370, always_xy=True)
COLUMNS = {"naam": ["Fabriek van Ledeberg", "Café Zoë"], "ton": [3, None], "prijs": [0.5, 2.25]}


def features(path: Path, choice: Choice = Choice()) -> list[Feature]:
    """The rows of a file of which all are taken."""
    with read(path, choice) as reading:
        rows = list(reading.rows())
    assert rows
    assert not [row for row in rows if isinstance(row, RowRefused)], [
        row.text for row in rows if isinstance(row, RowRefused)
    ]
    return [row for row in rows if isinstance(row, Feature)]


def lambert(shape: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(shape, lambda points: __import__("numpy").column_stack(TO_LAMBERT.transform(*points.T)))


@pytest.mark.parametrize("ending", ["geojson", "gpkg", "fgb", "gml", "kml"])
def test_each_format_is_read_as_degrees(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"kaart.{ending}", [SQUARE, SQUARE.buffer(0.001)], COLUMNS)
    rows = features(path)
    assert [row.row for row in rows] == [1, 2]
    assert shapely.equals_exact(shapely.from_wkb(rows[0].wkb).normalize(), SQUARE.normalize(), 1e-9)
    assert rows[1].attributes.get("naam") == "Café Zoë" or ending == "kml"

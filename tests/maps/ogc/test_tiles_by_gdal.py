"""GDAL reads the vector tiles of a layer by their TileJSON from a running server: what it reads is what is stored.

Debian's programs, and the newer GDAL of pyogrio's wheel in a process of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from shapely import Point, from_geojson, from_wkt

from maps import services
from maps.models import MapFeature, MapLayer
from tests.databases import demo_listings
from tests.house.running import free_port, short_folder, soon, web_server
from tests.maps.makers import LINE, SQUARE, Story, shape
from tests.maps.ogc.reading import fill
from tests.maps.ogc.test_clients import answers, gdal

pytestmark = [pytest.mark.django_db, pytest.mark.server]
#: Fewer than a tile has room for, however they lie.
COUNT = 250
#: Around Gent, and the same in metres of the tiles: else GDAL asks for all tiles of Flanders.
_AT = "3.66 + 0.12 * random(), 51.02 + 0.07 * random()"
BOX = ("400000", "6620000", "425000", "6645000")
ZOOM = 13
#: Degrees by which a tile of this zoom, of 4096 pixels, is off at most.
OFF = 0.00002
READER = """
import json, sys
import pyogrio.raw
address, about, box = sys.argv[1:4]
meta, fids, shapes, columns = pyogrio.raw.read(
    address, layer="elements", TILE_EXTENSION="mvt", METADATA_FILE=about, bbox=tuple(json.loads(box))
)
found = {key: [None if value != value else value for value in column] for key, column in zip(meta["fields"], columns)}
print(json.dumps({"crs": meta["crs"], "found": found}, default=lambda value: value.item()))
"""


@dataclass(frozen=True)
class Tiles:
    address: str
    layer: MapLayer
    shapes: MapLayer


@pytest.fixture(scope="module")
def tiles(django_db_setup: None, django_db_blocker: Any) -> Iterator[Tiles]:
    with django_db_blocker.unblock(), demo_listings(800, seed=3), short_folder() as folder:
        story = Story()
        fill(story.layer, COUNT, at=_AT)
        fill(story.layer, 20, at=_AT, state="draft")
        shapes = services.create_layer(by=story.manager, material_map=story.map, title="Vormen")
        for given in (SQUARE, LINE):
            feature = services.add_feature(
                by=story.editor, layer=shapes, kind="flow", title="Een vorm", quantity="2.5", unit="m3", period="week",
                geometry=shape(given),
            )  # fmt: skip
            services.publish_feature(by=story.manager, feature=feature)
        port = free_port()
        with web_server(folder, bind=f"127.0.0.1:{port}"):
            made = Tiles(f"http://127.0.0.1:{port}/tiles/maps", story.layer, shapes)
            assert soon(lambda: answers(f"{made.address}/{story.layer.pk}.json")), (folder / "web.log").read_text()
            yield made


def read(tiles: Tiles, layer: MapLayer, tmp_path: Path) -> list[Any]:
    """What ogr2ogr makes of the tiles of a layer: an area or line comes once for each tile that it lies in."""
    written = tmp_path / "read.geojson"
    gdal(
        "ogr2ogr", "-f", "GeoJSON", "-t_srs", "EPSG:4326", "-spat", *BOX, str(written),
        f"MVT:{tiles.address}/{layer.pk}/{ZOOM}", "elements", "-oo", "TILE_EXTENSION=mvt", "-oo",
        f"METADATA_FILE={tiles.address}/{layer.pk}.json",
    )  # fmt: skip
    return list(json.loads(written.read_text())["features"])


def told(values: Any) -> tuple[Any, ...]:
    return tuple(values.get(name) for name in ("title", "kind", "state", "quantity", "unit", "period", "count"))


def stored(feature: MapFeature) -> tuple[Any, ...]:
    quantity = None if feature.quantity is None else float(feature.quantity)
    return (feature.title, feature.kind, feature.state, quantity, feature.unit, feature.period or None, None)


def test_debians_gdal_opens_the_tilejson_and_names_what_is_in_it(tiles: Tiles) -> None:
    said, asked = gdal(
        "ogrinfo", "-ro", "-so", "-spat", *BOX, f"MVT:{tiles.address}/{tiles.layer.pk}/{ZOOM}", "elements", "-oo",
        "TILE_EXTENSION=mvt", "-oo", f"METADATA_FILE={tiles.address}/{tiles.layer.pk}.json",
    )  # fmt: skip
    for column in ("title: String", "kind: String", "state: String", "quantity: Real", "unit: String"):
        assert column in said
    assert "WGS 84 / Pseudo-Mercator" in said
    assert any(address.endswith(f"{tiles.layer.pk}.json") for address in asked), asked


def test_debians_gdal_reads_every_element_that_a_stranger_sees_where_it_is(tiles: Tiles, tmp_path: Path) -> None:
    found = read(tiles, tiles.layer, tmp_path)
    public = MapFeature.objects.filter(layer=tiles.layer, state="published").in_bulk()
    by_id = {feature["properties"]["mvt_id"]: feature for feature in found}
    assert len(found) == len(by_id) == len(public) == COUNT
    assert by_id.keys() == public.keys()
    for pk, feature in public.items():
        assert told(by_id[pk]["properties"]) == stored(feature)
        assert Point(by_id[pk]["geometry"]["coordinates"]).distance(from_wkt(feature.geometry.wkt)) < OFF


def test_debians_gdal_reads_lines_and_areas_in_each_tile_that_they_cross(tiles: Tiles, tmp_path: Path) -> None:
    found = read(tiles, tiles.shapes, tmp_path)
    public = MapFeature.objects.filter(layer=tiles.shapes).in_bulk()
    assert {feature["properties"]["mvt_id"] for feature in found} == set(public)
    assert len(found) > len(public) == 2
    for feature in found:
        each = public[feature["properties"]["mvt_id"]]
        assert told(feature["properties"]) == stored(each)
        # A piece lies on what it is a piece of.
        whole = from_wkt(each.geometry.wkt).buffer(2 * OFF)
        assert whole.covers(from_geojson(json.dumps(feature["geometry"])))


def test_the_gdal_of_pyogrios_wheel_reads_the_same(tiles: Tiles) -> None:
    done = subprocess.run(
        [
            sys.executable, "-c", READER, f"MVT:{tiles.address}/{tiles.layer.pk}/{ZOOM}",
            f"{tiles.address}/{tiles.layer.pk}.json", f"[{','.join(BOX)}]",
        ],
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["crs"] == "EPSG:3857"
    columns = answer["found"]
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    public = MapFeature.objects.filter(layer=tiles.layer, state="published").in_bulk()
    assert len(rows) == COUNT
    assert {int(row["mvt_id"]): told(row) for row in rows} == {pk: stored(one) for pk, one in public.items()}

"""OGC API – Features, part 2: coordinate systems. https://docs.ogc.org/is/18-058r1/18-058r1.html"""

from typing import Any

import pytest
from pyproj import Transformer

from tests.maps.makers import SQUARE, Story, point, shape
from tests.maps.ogc.geojson import turned
from tests.maps.ogc.reading import (
    CRS84,
    EPSG,
    ask,
    features_of,
    fill,
    follow,
    items_of,
    json_of,
    links_of,
    read,
    refusal,
)

pytestmark = pytest.mark.django_db
#: Systems with the order of their first two axes, as EPSG has them.
AXES = {CRS84: "xy", f"{EPSG}4326": "yx", f"{EPSG}3857": "xy", f"{EPSG}31370": "xy", f"{EPSG}3812": "xy"}
LON, LAT = 3.7174, 51.0543
#: The same place in each, by PROJ itself. Within a metre: without grids the ways to Lambert 72 differ by less.
PLACES = {
    uri: Transformer.from_crs(CRS84.replace("http://www.opengis.net/def/crs/OGC/1.3/", "OGC:"), code, always_xy=False)
    .transform(LON, LAT)
    for uri, code in {uri: "OGC:CRS84" if uri == CRS84 else f"EPSG:{uri.rsplit('/', 1)[1]}" for uri in AXES}.items()
}  # fmt: skip


@pytest.fixture
def story() -> Story:
    return Story()


def test_crs_fc_md_crs_list_and_storage_crs() -> None:
    found = read("collections")
    assert found["crs"] == list(AXES)
    for each in found["collections"]:
        assert each["crs"] == list(AXES)
        assert each["storageCrs"] in each["crs"]
    stored = {each["id"]: each["storageCrs"] for each in found["collections"]}
    assert stored == {"listings": CRS84, "hub-regions": f"{EPSG}3812", "municipalities": f"{EPSG}3812"}


@pytest.mark.parametrize("uri", AXES)
def test_crs_fc_crs_action_and_header(story: Story, uri: str) -> None:
    made = story.published()
    for path in (items_of(story.layer), f"{items_of(story.layer)}/{made.pk}"):
        answer = ask(path, crs=uri)
        assert answer["Content-Crs"] == f"<{uri}>"
        found = json_of(answer)
        (feature,) = found.get("features", [found])
        near = 1e-6 if "4326" in uri or "CRS84" in uri else 1.0
        assert feature["geometry"]["coordinates"] == pytest.approx(list(PLACES[uri]), abs=near)


def test_crs_fc_crs_default_value(story: Story) -> None:
    story.published()
    answer = ask(items_of(story.layer))
    assert answer["Content-Crs"] == f"<{CRS84}>"
    assert json_of(answer)["features"][0]["geometry"]["coordinates"] == [LON, LAT]


@pytest.mark.parametrize(
    "uri", ["EPSG:4326", f"{EPSG}4258", "http://www.opengis.net/def/crs/EPSG/9.9/4326", "", "31370", CRS84 + "/"]
)
def test_crs_fc_crs_valid_value(uri: str) -> None:
    for path in ("collections/listings/items", "collections/municipalities/items/44021"):
        words = refusal(path, crs=uri)["crs"]
        assert all(known in words for known in AXES)
    assert "Kies uit" in refusal("collections/listings/items", bbox="3,50,4,52", bbox_crs=uri)["bbox-crs"]


def test_crs_fc_bbox_crs_says_nothing_without_a_box() -> None:
    assert "bbox" in refusal("collections/listings/items", bbox_crs=CRS84)["bbox-crs"]


@pytest.mark.parametrize("uri", AXES)
def test_crs_fc_bbox_crs_action(story: Story, uri: str) -> None:
    """A box around the place holds it, one beside it doesn't, each in the order of the system's axes."""
    here = story.published()
    story.published(geometry=point(LON + 0.5, LAT + 0.2))
    first, second = PLACES[uri]
    reach = 0.001 if "4326" in uri or "CRS84" in uri else 100.0
    around = [first - reach, second - reach, first + reach, second + reach]
    beside = [first + reach, second + reach, first + 2 * reach, second + 2 * reach]
    found = features_of(items_of(story.layer), bbox=",".join(map(str, around)), bbox_crs=uri)
    assert [feature["id"] for feature in found] == [here.pk]
    assert features_of(items_of(story.layer), bbox=",".join(map(str, beside)), bbox_crs=uri) == []


@pytest.mark.parametrize("uri", [f"{EPSG}3857", f"{EPSG}31370", f"{EPSG}3812"])
@pytest.mark.parametrize("bbox", ["-1e300,-1e300,1e300,1e300", "0,0,1e7,1e7", "-20037508,-20048966,20037508,20048966"])
def test_crs_a_box_in_metres_may_be_as_large_as_one_likes(story: Story, uri: str, bbox: str) -> None:
    fill(story.layer, 5)
    assert len(features_of(items_of(story.layer), bbox=bbox, bbox_crs=uri, limit=2)) == 5
    assert "Wissel ze om" in refusal(items_of(story.layer), bbox="9,0,1,5", bbox_crs=uri)["bbox"]


def test_crs_the_next_page_is_in_the_same_system(story: Story) -> None:
    fill(story.layer, 6)
    given: dict[str, Any] = {"crs": f"{EPSG}31370", "bbox": "49,2,52,7", "bbox_crs": f"{EPSG}4326", "limit": 2}
    page, seen = read(items_of(story.layer), **given), []
    while True:
        seen += page["features"]
        if not links_of(page, "next"):
            break
        (link,) = links_of(page, "next")
        page = follow(link["href"])
    assert len({feature["id"] for feature in seen}) == len(seen) == 6
    assert all(20_000 < feature["geometry"]["coordinates"][0] < 300_000 for feature in seen)


def test_crs_shapes_keep_their_rings(story: Story) -> None:
    story.published(geometry=shape(SQUARE))
    (feature,) = features_of(items_of(story.layer), crs=f"{EPSG}4326")
    flipped = [[[lat, lon] for lon, lat in ring] for ring in turned(SQUARE)["coordinates"]]
    assert feature["geometry"] == {"type": "Polygon", "coordinates": flipped}


def test_crs_areas_come_in_degrees_unless_asked_otherwise() -> None:
    gent = "collections/municipalities/items/44021"
    lon, lat = read(gent)["geometry"]["coordinates"][0][0][0]
    assert 3 < lon < 4
    assert 50 < lat < 52
    x, y = read(gent, crs=f"{EPSG}3812")["geometry"]["coordinates"][0][0][0]
    assert 500_000 < x < 800_000
    assert 500_000 < y < 800_000

"""OGC API – Features, part 1: each test is called by the requirement of the standard that it holds us to.

Requirements: https://docs.ogc.org/is/17-069r4/17-069r4.html
"""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from maps import services
from maps.enums import Visibility
from maps.models import MapFeature
from tests.makers import draft, published
from tests.maps.makers import LINE, SQUARE, Story, point, shape
from tests.maps.ogc.geojson import faults_of, turned
from tests.maps.ogc.reading import (
    ALWAYS,
    CRS84,
    ask,
    body_of,
    features_of,
    fill,
    follow,
    items_of,
    json_of,
    links_of,
    read,
    read_pages,
    refusal,
)

pytestmark = pytest.mark.django_db
GEOJSON, HTML, JSON = "application/geo+json", "text/html; charset=utf-8", "application/json"
LISTINGS = "collections/listings/items"
#: A box around the middle of Gent.
GENT = "3.70,51.04,3.74,51.07"


@pytest.fixture
def story() -> Story:
    return Story()


# ---- /req/core/root, api-definition, conformance ----


def test_root_success() -> None:
    found = read("")
    for rel, path, media_type in [
        ("service-desc", "/ogc/api", "application/vnd.oai.openapi+json;version=3.0"),
        ("conformance", "/ogc/conformance", JSON),
        ("data", "/ogc/collections", JSON),
    ]:
        (link,) = links_of(found, rel)
        assert link["href"] == f"http://testserver{path}"
        assert link["type"] == media_type
        assert follow(link["href"])
    assert found["title"]


def test_the_root_is_found_without_its_slash() -> None:
    answer = Client().get("/ogc")
    assert (answer.status_code, answer["Location"]) == (301, "/ogc/")


def test_api_definition_success(story: Story) -> None:
    answer = ask("api")
    assert answer["Content-Type"] == "application/vnd.oai.openapi+json;version=3.0"
    document = json_of(answer)
    assert document["openapi"].startswith("3.0.")
    assert document["servers"] == [{"url": "http://testserver/ogc"}]
    ids = [each["id"] for each in read("collections")["collections"]]
    assert len(ids) == len(ALWAYS) + 1
    for each in ids:
        assert document["paths"][f"/collections/{each}/items"]["get"]["operationId"] == f"{each}.items"
        assert f"/collections/{each}/items/{{featureId}}" in document["paths"]


def test_oas_impl_every_parameter_of_the_definition_is_taken(story: Story) -> None:
    """And the other way round, /req/core/query-param-unknown: none that isn't there."""
    document = json_of(ask("api"))
    known = document["components"]["parameters"]
    given = {
        "f": "json", "bbox": GENT, "bbox-crs": CRS84, "datetime": "2026-05-01T00:00:00Z", "limit": "1", "crs": CRS84,
    }  # fmt: skip
    for each in [*ALWAYS, f"layer-{story.layer.pk}"]:
        parameters = document["paths"][f"/collections/{each}/items"]["get"]["parameters"]
        resolved = [known[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in parameters]
        assert len(resolved) > len(given)
        for one in resolved:
            if one["name"] == "cursor":
                continue
            schema = one["schema"]
            by_type = {"integer": "1", "number": "1", "boolean": "true"}
            value = given.get(one["name"]) or (schema.get("enum") or [by_type.get(schema["type"], "2026-05-01")])[0]
            asked = {one["name"]: value} | ({"bbox": GENT} if one["name"] == "bbox-crs" else {})
            answer = Client().get(f"/ogc/collections/{each}/items", asked)
            assert answer.status_code == 200, (each, one["name"], body_of(answer))


def test_conformance_success() -> None:
    found = read("conformance")["conformsTo"]
    spec = "http://www.opengis.net/spec/ogcapi-features-"
    assert {f"{spec}1/1.0/conf/{name}" for name in ("core", "geojson", "html", "oas30")} <= set(found)
    assert {f"{spec}2/1.0/conf/crs", f"{spec}3/1.0/conf/queryables"} <= set(found)
    assert f"{spec}3/1.0/conf/queryables-query-parameters" in found


@pytest.mark.parametrize("path", ["", "conformance", "api", "collections", "collections/municipalities"])
def test_query_param_unknown(path: str) -> None:
    assert "bestaan" not in refusal(path, colour="red")["colour"]
    assert refusal(path, f="xml") == {"f": "Kies json of html."}


def test_query_param_unknown_of_items_names_what_there_is(story: Story) -> None:
    words = refusal(items_of(story.layer), Kind="stock")["Kind"]
    assert words.startswith(
        "Deze parameter ken ik niet. Kies uit: f, bbox, bbox-crs, datetime, limit, crs, cursor, kind"
    )


def test_a_parameter_that_stands_there_twice_is_refused(story: Story) -> None:
    answer = Client().get(f"/ogc/{items_of(story.layer)}?limit=1&limit=2")
    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [{"field": "limit", "message": "Geef dit één keer."}],
    )


# ---- /req/core/fc-md, sfc-md: collections ----


def test_fc_md_links() -> None:
    found = read("collections")
    (itself,), (other,) = links_of(found, "self"), links_of(found, "alternate")
    assert (itself["type"], other["type"]) == (JSON, "text/html")
    assert follow(itself["href"]) == found


def test_fc_md_items_and_links(story: Story) -> None:
    found = {each["id"]: each for each in read("collections")["collections"]}
    assert list(found) == [*ALWAYS, f"layer-{story.layer.pk}"]
    for each in found.values():
        items = {link["type"]: link["href"] for link in links_of(each, "items")}
        assert items.keys() == {GEOJSON, "text/html"}
        assert follow(items[GEOJSON])["type"] == "FeatureCollection"
        assert each["itemType"] == "feature"


def test_fc_md_extent(story: Story) -> None:
    """It holds all features, and no more than it has to."""
    for lon, lat in [(3.10, 51.20), (4.40, 50.85), (3.72, 51.05)]:
        story.published(geometry=point(lon, lat))
    extent = read(f"collections/layer-{story.layer.pk}")["extent"]
    assert extent["spatial"]["crs"] == CRS84
    ((west, south, east, north),) = extent["spatial"]["bbox"]
    assert (west, south, east, north) == pytest.approx((3.10, 50.85, 4.40, 51.20), abs=0.01)
    assert west < 3.10 < 4.40 < east
    assert south < 50.85 < 51.20 < north
    assert extent["temporal"] == {"interval": [[None, None]]}


def test_fc_md_extent_of_a_shape_is_that_of_its_corners(story: Story) -> None:
    story.published(geometry=shape(SQUARE))
    ((west, _south, east, north),) = read(f"collections/layer-{story.layer.pk}")["extent"]["spatial"]["bbox"]
    assert (west, east, north) == pytest.approx((3.70, 3.74, 51.08), abs=0.001)


def test_fc_md_extent_of_nothing_isn_t_given(story: Story) -> None:
    story.draft()
    assert "spatial" not in read(f"collections/layer-{story.layer.pk}")["extent"]


def test_fc_md_extent_of_what_is_always_there_holds_it_all() -> None:
    for each in ("hub-regions", "municipalities"):
        ((west, south, east, north),) = read(f"collections/{each}")["extent"]["spatial"]["bbox"]
        wide = features_of(f"collections/{each}/items", limit=500, bbox=f"{west},{south},{east},{north}")
        assert len(wide) == len(features_of(f"collections/{each}/items", limit=500)) > 10


def test_sfc_md_success(story: Story) -> None:
    """A collection says of itself what the list says of it."""
    for each in read("collections")["collections"]:
        assert read(f"collections/{each['id']}") == each


@pytest.mark.parametrize(
    "name", ["layer-999999999", "layer-", "layer-01", "layer-1e3", "nothing", "layer-" + "9" * 40]
)
def test_a_collection_that_isn_t_there(name: str) -> None:
    for path in (name, f"{name}/items", f"{name}/items/1", f"{name}/schema", f"{name}/queryables"):
        answer = ask(f"collections/{path}")
        assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_layer_says_whose_it_is_and_what_may_be_done_with_it() -> None:
    story = Story(description="Bakstenen.", attribution="Stad Gent", licence="cc_by")
    found = read(f"collections/layer-{story.layer.pk}")
    assert found["title"] == "Reststromen in Gent: Bedrijven"
    assert found["description"] == f"Bakstenen. Laag van {story.hub.name}."
    assert found["attribution"] == "Stad Gent"
    (licence,) = links_of(found, "license")
    assert (licence["href"], licence["title"]) == ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0")


# ---- what of layers shows ----


@pytest.mark.parametrize("visibility", [Visibility.PARTNERS, Visibility.HUB, Visibility.OWNER])
def test_a_layer_that_isn_t_public_is_in_no_collection_even_for_its_manager(visibility: Visibility) -> None:
    story = Story(visibility=visibility)
    client = Client()
    client.force_login(story.manager)
    assert [each["id"] for each in json_of(ask("collections", client=client))["collections"]] == ALWAYS
    assert ask(items_of(story.layer), client=client).status_code == 404


def test_elements_that_not_everyone_may_see_are_left_out_and_uncounted(story: Story) -> None:
    shown = story.published()
    story.draft()
    story.published(visibility=Visibility.PARTNERS)
    services.withdraw_feature(by=story.manager, feature=story.published())
    found = read(items_of(story.layer))
    assert [feature["id"] for feature in found["features"]] == [shown.pk]
    assert (found["numberMatched"], found["numberReturned"]) == (1, 1)
    hidden = MapFeature.objects.exclude(pk=shown.pk)
    assert hidden.count() == 3
    assert all(ask(f"{items_of(story.layer)}/{each.pk}").status_code == 404 for each in hidden)


def test_a_layer_that_was_taken_away_is_gone(story: Story) -> None:
    shown = story.published()
    services.delete_layer(by=story.manager, layer=story.layer)
    assert ask(items_of(story.layer)).status_code == ask(f"{items_of(story.layer)}/{shown.pk}").status_code == 404


# ---- /req/core/fc: items ----


def test_fc_response_a_feature_tells_what_is_stored(story: Story) -> None:
    made = story.published(
        kind="flow", period="week", season_months=[3, 4], contaminants="verf", eural_code="17 01 02",
        available_from=dt.date(2026, 3, 1), source_name="Slopers nv",
    )  # fmt: skip
    answer = ask(items_of(story.layer))
    assert (answer.status_code, answer["Content-Type"]) == (200, GEOJSON)
    (feature,) = json_of(answer)["features"]
    assert (feature["type"], feature["id"]) == ("Feature", made.pk)
    assert feature["geometry"] == {"type": "Point", "coordinates": [3.7174, 51.0543]}
    told = feature["properties"]
    expected = {
        "kind": "flow", "title": "Bakstenen van een school", "description": None, "material": "building-bricks",
        "quantity": 40, "unit": "tonne", "period": "week", "season_months": [3, 4], "contaminants": "verf",
        "eural_code": "170102", "available_from": "2026-03-01", "available_until": None, "source": "Slopers nv",
        "municipality": "Gent", "nis": "44021", "mass_kg": 40_000, "quantity_basis": "estimated",
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected
    made.refresh_from_db()
    thousandths = made.updated_at.microsecond // 1000 * 1000
    assert dt.datetime.fromisoformat(told["updated_at"]) == made.updated_at.replace(microsecond=thousandths)
    assert told["url"].endswith(f"/kaarten/element/{made.pk}/")
    assert not {"owner", "created_by", "review_note"} & told.keys()


def test_geojson_content_shapes_keep_parts_and_holes(story: Story) -> None:
    parts = {
        "type": "MultiPolygon",
        "coordinates": [SQUARE["coordinates"], [[[4, 51], [4.1, 51], [4, 51.1], [4, 51]]]],
    }
    for given in (SQUARE, LINE, parts):
        story.published(geometry=shape(given))
    found = [feature["geometry"] for feature in features_of(items_of(story.layer))]
    assert found == [turned(SQUARE), LINE, turned(parts)]


def test_fc_links(story: Story) -> None:
    story.published()
    found = read(items_of(story.layer), limit=1, kind="stock")
    (itself,), (other,) = links_of(found, "self"), links_of(found, "alternate")
    assert (itself["type"], other["type"]) == (GEOJSON, "text/html")
    assert follow(itself["href"])["features"] == found["features"]
    (collection,) = links_of(found, "collection")
    assert follow(collection["href"])["id"] == f"layer-{story.layer.pk}"
    assert not links_of(found, "next")


def test_fc_limit_response(story: Story) -> None:
    fill(story.layer, 25)
    pages = read_pages(items_of(story.layer), limit=10)
    assert [page["numberReturned"] for page in pages] == [len(page["features"]) for page in pages] == [10, 10, 5]
    ids = [feature["id"] for page in pages for feature in page["features"]]
    assert ids == sorted(set(ids)) == list(story.layer.features.order_by("pk").values_list("pk", flat=True))
    (link,) = links_of(pages[0], "next")
    assert link["type"] == GEOJSON


def test_fc_limit_more_than_the_most_isn_t_refused(story: Story) -> None:
    fill(story.layer, 3)
    for limit in ("10001", "9" * 30, "0003"):
        assert read(items_of(story.layer), limit=limit)["numberReturned"] == 3


@pytest.mark.parametrize("limit", ["0", "-1", "1.5", "ten", "", "00", "١", "1e2"])
def test_fc_limit_definition_refuses_what_is_no_number_of_features(limit: str) -> None:
    assert refusal(LISTINGS, limit=limit) == {"limit": "Geef een geheel getal van 1 tot 10000."}


def test_fc_number_matched_is_exact_on_every_page_of_a_whole_layer(story: Story) -> None:
    fill(story.layer, 25)
    fill(story.layer, 4, state="draft")
    assert {page["numberMatched"] for page in read_pages(items_of(story.layer), limit=10)} == {25}


def test_fc_number_matched_is_left_out_where_counting_would_cost(story: Story) -> None:
    fill(story.layer, 30)
    narrowed = {"kind": "flow", "limit": 4}
    pages = read_pages(items_of(story.layer), **narrowed)
    assert [page["numberReturned"] for page in pages] == [4, 4, 2]
    assert all("numberMatched" not in page for page in pages)
    # All of it on one page is counted by reading it.
    assert read(items_of(story.layer), kind="flow")["numberMatched"] == 10
    assert read(items_of(story.layer), kind="flow", datetime="2026-01-01")["numberMatched"] == 10


def test_fc_number_matched_of_what_is_always_there_is_exact_on_every_page() -> None:
    for _number in range(5):
        published()
    for each, limit in (("listings", 2), ("hub-regions", 4), ("municipalities", 100)):
        pages = read_pages(f"collections/{each}/items", limit=limit)
        assert len(pages) > 1
        assert {page["numberMatched"] for page in pages} == {sum(page["numberReturned"] for page in pages)}


def test_fc_number_matched_of_nothing_is_nought(story: Story) -> None:
    found = read(items_of(story.layer))
    assert (found["features"], found["numberMatched"], found["numberReturned"]) == ([], 0, 0)


def test_fc_number_matched_follows_a_change_at_once(story: Story) -> None:
    fill(story.layer, 12)
    MapFeature.objects.filter(pk__in=story.layer.features.values("pk")[:5]).update(visibility=Visibility.HUB)
    pages = read_pages(items_of(story.layer), limit=3)
    assert [page["numberMatched"] for page in pages] == [7, 7, 7]
    assert sum(page["numberReturned"] for page in pages) == 7


def test_a_cursor_belongs_to_what_was_asked(story: Story) -> None:
    fill(story.layer, 12)
    (link,) = links_of(read(items_of(story.layer), limit=2, kind="stock"), "next")
    cursor = dict(part.split("=") for part in link["href"].split("?")[1].split("&"))["cursor"].replace("%3A", ":")
    assert len(read(items_of(story.layer), limit=9, kind="stock", cursor=cursor)["features"]) == 6
    for other in ({"kind": "flow"}, {}, {"kind": "stock", "bbox": GENT}):
        assert "Begin opnieuw" in refusal(items_of(story.layer), cursor=cursor, **other)["cursor"]
    assert "Begin opnieuw" in refusal("collections/municipalities/items", cursor=cursor)["cursor"]
    assert "Begin opnieuw" in refusal(items_of(story.layer), kind="stock", cursor=cursor + "x")["cursor"]


def test_pages_go_on_where_they_were_when_something_goes(story: Story) -> None:
    fill(story.layer, 9)
    first = read(items_of(story.layer), limit=3)
    MapFeature.objects.filter(pk=first["features"][-1]["id"]).delete()
    (link,) = links_of(first, "next")
    assert len(follow(link["href"])["features"]) == 3


# ---- /req/core/fc-bbox ----


def test_fc_bbox_response(story: Story) -> None:
    inside = story.published()
    story.published(geometry=point(4.40, 51.22))
    for bbox in (GENT, "3.70,51.04,0,3.74,51.07,99", "3.7174,51.0543,3.7174,51.0543", " 3.70, 51.04,3.74 ,51.07"):
        assert [feature["id"] for feature in features_of(items_of(story.layer), bbox=bbox)] == [inside.pk], bbox


def test_fc_bbox_response_a_shape_counts_where_it_touches_and_not_in_its_hole(story: Story) -> None:
    square = story.published(geometry=shape(SQUARE))
    line = story.published(geometry=shape(LINE))
    for bbox, expected in {
        "3.735,51.07,3.80,51.10": [square.pk],
        "3.712,51.051,3.718,51.059": [],
        "3.74,51.08,3.80,51.10": [square.pk],
        "3.744,51.049,3.746,51.051": [line.pk],
        "3.60,51.00,3.80,51.10": [square.pk, line.pk],
    }.items():
        found = [feature["id"] for feature in features_of(items_of(story.layer), bbox=bbox)]
        assert sorted(found) == expected, bbox


def test_fc_bbox_around_the_world_is_everything(story: Story) -> None:
    fill(story.layer, 7)
    for bbox in ("-180,-90,180,90", "2,49,7,52", "-180,50,180,52", "5,50,4.999999,52"):
        assert len(features_of(items_of(story.layer), bbox=bbox, limit=3)) == 7, bbox


def test_fc_bbox_over_the_antimeridian_leaves_out_what_is_between(story: Story) -> None:
    west, east = story.published(geometry=point(3.1, 51.0)), story.published(geometry=point(5.1, 51.0))
    story.published(geometry=point(4.1, 51.0))
    assert {feature["id"] for feature in features_of(items_of(story.layer), bbox="4.5,50,3.5,52")} == {
        west.pk,
        east.pk,
    }
    assert [feature["id"] for feature in features_of(items_of(story.layer), bbox="170,50,4,52")] == [west.pk]


def test_fc_bbox_far_away_holds_nothing(story: Story) -> None:
    story.published()
    for bbox in ("100,10,110,20", "-10,-10,-5,-5", "0,89,10,90"):
        found = read(items_of(story.layer), bbox=bbox)
        assert (found["features"], found["numberMatched"]) == ([], 0)


@pytest.mark.parametrize(
    "bbox",
    [
        "", "1,2,3", "1,2,3,4,5", "a,b,c,d", "3,50,4,nan", "3,50,inf,52", "3;50;4;52", "3,50,4,52,", "3,50,4,1e999",
        "0x3,50,4,52", "3_0,50,4,52", "3,52,4,50", "3,50,4,95", "190,50,195,52", "3,50,4",
    ],
)  # fmt: skip
def test_fc_bbox_definition_refuses_in_words(bbox: str) -> None:
    assert len(refusal(LISTINGS, bbox=bbox)["bbox"]) > 20


# ---- /req/core/fc-time ----


def test_fc_time_response(story: Story) -> None:
    may = story.published(available_from=dt.date(2026, 5, 1), available_until=dt.date(2026, 5, 31))
    later = story.published(available_from=dt.date(2026, 6, 10))
    always = story.published()
    for asked, expected in {
        "2026-05-15T12:00:00Z": [may, always],
        "2026-05-01": [may, always],
        # In Belgium that is the first of May already.
        "2026-04-30T22:30:00Z": [may, always],
        "2026-04-30T21:30:00Z": [always],
        "2026-05-31T23:59:59+02:00": [may, always],
        "2026-06-01T00:00:00Z/2026-06-09T00:00:00Z": [always],
        "2026-05-31T00:00:00Z/2026-06-10T00:00:00Z": [may, later, always],
        "2026-06-01T00:00:00Z/..": [later, always],
        "2026-06-01t00:00:00z/": [later, always],
        "../2026-05-31T00:00:00Z": [may, always],
        "/2026-05-31T00:00:00.5Z": [may, always],
    }.items():
        found = [feature["id"] for feature in features_of(items_of(story.layer), datetime=asked)]
        assert found == [each.pk for each in expected], asked


def test_fc_time_matches_all_where_time_doesn_t_matter() -> None:
    assert read("collections/municipalities/items", datetime="1900-01-01T00:00:00Z", limit=5)["numberReturned"] == 5


@pytest.mark.parametrize(
    "asked",
    [
        "", "..", "/", "../..", "yesterday", "2026", "2026-13-01", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z",
        "2026-05-01T00:00:00", "2026-05-01T00:00:00 02:00", "2026-05-02/2026-05-01",
        "2026-05-01/2026-05-02/2026-05-03",
        "9999-12-31T23:59:59Z", "2026-05-01T25:00:00Z", "20260501", "٢٠٢٦-05-01",
    ],
)  # fmt: skip
def test_fc_time_definition_refuses_in_words(asked: str) -> None:
    assert len(refusal(LISTINGS, datetime=asked)["datetime"]) > 20


def test_the_words_of_a_problem_name_everything_that_is_wrong(story: Story) -> None:
    assert refusal(items_of(story.layer), kind="both", quantity="many").keys() == {"kind", "quantity"}


# ---- /req/core/f: one feature ----


def test_f_success_and_links(story: Story) -> None:
    made = story.published()
    answer = ask(f"{items_of(story.layer)}/{made.pk}")
    found = json_of(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, GEOJSON)
    (in_list,) = read(items_of(story.layer))["features"]
    assert {name: value for name, value in found.items() if name != "links"} == in_list
    assert {(link["rel"], link["type"]) for link in found["links"]} == {
        ("self", GEOJSON), ("alternate", "text/html"), ("collection", JSON),
    }  # fmt: skip
    assert follow(links_of(found, "self")[0]["href"]) == found


@pytest.mark.parametrize("number", ["0", "-1", "abc", "1.0", "01", "9" * 30, "١"])
def test_a_feature_that_isn_t_there(story: Story, number: str) -> None:
    assert ask(f"{items_of(story.layer)}/{number}").status_code == 404


def test_a_feature_of_another_layer_isn_t_here(story: Story) -> None:
    made = story.published()
    other = services.create_layer(by=story.manager, material_map=story.map, title="Andere")
    assert ask(f"{items_of(other)}/{made.pk}").status_code == 404


# ---- html, negotiation, caching ----


def test_html_definition_every_document_is_a_page_too(story: Story) -> None:
    made = story.published()
    of = f"collections/layer-{story.layer.pk}"
    for path in (
        "", "conformance", "api", "collections", of, f"{of}/items", f"{of}/items/{made.pk}", f"{of}/schema",
        f"{of}/queryables", LISTINGS, "collections/municipalities/items",
        "collections/hub-regions/items",
    ):  # fmt: skip
        by_parameter, by_accept = ask(path, f="html"), ask(path, accept="text/html,application/xhtml+xml,*/*;q=0.8")
        assert by_parameter.status_code == 200, path
        assert by_parameter["Content-Type"] == by_accept["Content-Type"] == HTML
        assert ask(path, accept="*/*")["Content-Type"] != HTML
        assert ask(path, accept="text/html", f="json")["Content-Type"] != HTML
        assert ask(path, accept="image/png")["Content-Type"] != HTML
    page = body_of(ask(f"{of}/items", f="html")).decode()
    assert "Bakstenen van een school" in page
    assert "1 object in totaal" in page
    assert "Bakstenen van een school</h1>" in body_of(ask(f"{of}/items/{made.pk}", f="html")).decode()


def test_html_content_pages_through_what_is_there(story: Story) -> None:
    fill(story.layer, 5)
    page = body_of(ask(items_of(story.layer), f="html", limit=3)).decode()
    assert 'rel="next"' in page
    assert page.count("<tr>") == 4


def test_an_answer_that_the_client_has_is_not_sent_again(story: Story) -> None:
    story.published()
    for path in ("", "collections", items_of(story.layer), "collections/municipalities"):
        answer = ask(path)
        again = Client().get(f"/ogc/{path}", headers={"if-none-match": answer["ETag"], "accept": JSON})
        assert (again.status_code, again.content) == (304, b"")
    story.published()
    assert ask(items_of(story.layer))["ETag"] != Client().get("/ogc/collections")["ETag"]
    again = Client().get(f"/ogc/{items_of(story.layer)}", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 200


def test_what_is_long_is_sent_as_it_is_read(story: Story) -> None:
    fill(story.layer, 3_000)
    answer = ask(items_of(story.layer), limit=3_000)
    assert answer.streaming
    assert "ETag" not in answer
    found = json_of(answer)
    assert len({feature["id"] for feature in found["features"]}) == found["numberReturned"] == 3_000


def test_websites_elsewhere_may_read_it(story: Story) -> None:
    answer = ask(items_of(story.layer))
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Content-Crs" in answer["Access-Control-Expose-Headers"]
    assert {"Accept", "Accept-Language", "Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_http_what_only_reads_refuses_to_write(method: str) -> None:
    answer = getattr(Client(), method)("/ogc/collections")
    assert answer.status_code in (403, 405)
    assert answer["Content-Type"] == "application/problem+json"


# ---- listings, regions, municipalities ----


def test_listings_are_those_that_anyone_finds(story: Story) -> None:
    shown = published(condition=3, needs_services=["repair"])
    draft()
    (feature,) = features_of(LISTINGS)
    assert feature["id"] == shown.pk
    told = feature["properties"]
    expected = {
        "kind": "supply", "title": "Houten paletten", "organisation": shown.organisation.name, "condition": "used",
        "material": "wood-pallets", "quantity": 40, "unit": "piece", "needs_services": ["repair"], "nis": "44021",
        "precision": "exact", "is_fictional": False,
    }  # fmt: skip
    assert {name: told[name] for name in expected} == expected
    assert "sociaal-circulaire-hub-gent" in told["hubs"]
    assert told["url"].endswith(f"/{shown.pk}/")
    assert read(f"{LISTINGS}/{shown.pk}")["properties"] == told


def test_a_blurred_listing_shows_where_it_shows_for_everyone_its_own_people_too() -> None:
    hidden = published(precision="blurred", at=(51.05431, 3.71742))
    member = Client()
    member.force_login(hidden.maker)  # type: ignore[attr-defined]
    for client in (Client(), member):
        (feature,) = json_of(ask(LISTINGS, client=client))["features"]
        lon, lat = feature["geometry"]["coordinates"]
        assert hidden.shown_location is not None
        assert (lon, lat) == pytest.approx((hidden.shown_location.x, hidden.shown_location.y), abs=1e-7)
        assert (lon, lat) != pytest.approx((3.71742, 51.05431), abs=1e-5)
    # Nor is it found by where it lies: only by where it shows.
    around = f"{lon - 1e-6},{lat - 1e-6},{lon + 1e-6},{lat + 1e-6}"
    assert len(features_of(LISTINGS, bbox=around)) == 1
    assert not features_of(LISTINGS, bbox="3.71741,51.05430,3.71743,51.05432")


def test_municipalities_are_numbered_by_their_nis_code() -> None:
    found = features_of("collections/municipalities/items", limit=500)
    numbers = [feature["id"] for feature in found]
    assert numbers == sorted(numbers)
    assert len(numbers) > 280
    assert all(feature["properties"]["nis"] == str(feature["id"]) for feature in found)
    gent = read("collections/municipalities/items/44021")
    assert (gent["properties"]["name_nl"], gent["geometry"]["type"]) == ("Gent", "MultiPolygon")


def test_regions_are_the_municipalities_of_a_hub_as_one() -> None:
    found = features_of("collections/hub-regions/items")
    by_hub = {feature["properties"]["hub"]: feature for feature in found}
    gent = by_hub["sociaal-circulaire-hub-gent"]
    assert "44021" in gent["properties"]["municipalities"]
    assert gent["geometry"]["type"] in ("Polygon", "MultiPolygon")
    here = features_of("collections/hub-regions/items", bbox=GENT)
    assert gent["id"] in [feature["id"] for feature in here]
    assert 0 < len(here) < len(found)


def test_regions_of_the_api_go_the_same_way_around(client: Client) -> None:
    collection = client.get("/api/v1/hubs/sociaal-circulaire-hub-gent/region/").json()
    assert any("Polygon" in feature["geometry"]["type"] for feature in collection["features"])
    assert faults_of(collection) == []


def test_names_come_in_the_language_that_is_asked(client: Client, story: Story) -> None:
    story.published()
    answer = client.get(f"/ogc/{items_of(story.layer)}", headers={"accept-language": "fr"})
    told: Any = answer.json()["features"][0]["properties"]
    assert told["municipality"] == "Gand"
    assert "Accept-Language" in answer["Vary"]

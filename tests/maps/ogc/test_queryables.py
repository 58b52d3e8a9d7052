"""OGC API – Features, part 3: what can be asked of a collection. https://docs.ogc.org/is/19-079r2/19-079r2.html"""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from tests.makers import TODAY, make_organisation, make_user, published
from tests.maps.makers import Story
from tests.maps.ogc.reading import ALWAYS, ask, features_of, follow, items_of, json_of, links_of, read, refusal

pytestmark = pytest.mark.django_db
REL = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
SIMPLE = ("string", "integer", "number", "boolean")


@pytest.fixture
def story() -> Story:
    return Story()


def queryables() -> dict[str, Any]:
    """The queryables of each collection, by its id, as the collection links to them."""
    found = {}
    for each in read("collections")["collections"]:
        (link,) = links_of(each, REL)
        found[each["id"]] = follow(link["href"])
    return found


def test_queryables_get_queryables_response(story: Story) -> None:
    found = queryables()
    assert list(found) == [*ALWAYS, f"layer-{story.layer.pk}"]
    for name, document in found.items():
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        assert document["$id"] == f"http://testserver/ogc/collections/{name}/queryables"
        assert (document["type"], document["additionalProperties"]) == ("object", False)
        geometry = document["properties"].pop("geometry")
        assert geometry["format"].startswith("geometry-")
        assert "type" not in geometry
        assert len(document["properties"]) > 4
        assert all(each["type"] in SIMPLE for each in document["properties"].values())
        assert ask(f"collections/{name}/queryables")["Content-Type"] == "application/schema+json"


def test_queryables_query_parameters_each_has_one_of_the_same_schema(story: Story) -> None:
    paths = json_of(ask("api"))["paths"]
    for name, document in queryables().items():
        given = paths[f"/collections/{name}/items"]["get"]["parameters"]
        parameters = {each["name"]: each["schema"] for each in given if "name" in each}
        said = {one: dict(schema) for one, schema in document["properties"].items() if one != "geometry"}
        assert parameters == {one: {k: v for k, v in schema.items() if k != "title"} for one, schema in said.items()}


def test_the_schema_says_of_each_property_what_it_holds(story: Story) -> None:
    story.published(kind="flow", period="week", available_from=dt.date(2026, 3, 1), season_months=[1])
    published()
    of_type: dict[str, Any] = {
        "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list,
    }  # fmt: skip
    for each in read("collections")["collections"]:
        (link,) = links_of(each, "describedby")
        schema = follow(link["href"])
        assert link["type"] == "application/schema+json"
        properties = schema["properties"]["properties"]["properties"]
        features = features_of(f"collections/{each['id']}/items", limit=20)
        assert features
        for feature in features:
            assert list(feature["properties"]) == list(properties)
            for name, value in feature["properties"].items():
                assert value is None or isinstance(value, of_type[properties[name]["type"]]), name
                assert value is None or value in properties[name].get("enum", [value]), name


def test_queryables_query_parameters_only_what_matches_comes(story: Story) -> None:
    flow = story.published(kind="flow", period="week", quantity=12.5, title="Houtkrullen", source_reference="A-1")
    stock = story.published(available_until=dt.date(2026, 5, 1), form="in hopen")
    for asked, expected in [
        ({"kind": "flow"}, [flow]),
        ({"period": "week"}, [flow]),
        ({"quantity": "12.5"}, [flow]),
        ({"quantity": "1.25e1"}, [flow]),
        ({"quantity": "40.000"}, [stock]),
        ({"title": "Houtkrullen"}, [flow]),
        ({"title": "houtkrullen"}, []),
        ({"source_reference": "A-1"}, [flow]),
        ({"available_until": "2026-05-01"}, [stock]),
        ({"form": "in hopen"}, [stock]),
        ({"material": "building-bricks"}, [flow, stock]),
        ({"material": "building-bricks", "kind": "stock"}, [stock]),
        ({"nis": "44021"}, [flow, stock]),
        ({"municipality": "Gent", "unit": "tonne"}, [flow, stock]),
        ({"form": ""}, []),
        ({"title": "'; DROP TABLE maps_mapfeature; --"}, []),
        ({"title": "%"}, []),
    ]:
        found = [feature["id"] for feature in features_of(items_of(story.layer), **asked)]
        assert found == [each.pk for each in expected], asked


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"kind": "both"}, "Kies uit: supply, demand, service."),
        ({"kind": "SUPPLY"}, "Kies uit: supply, demand, service."),
        ({"quantity": "many"}, "Geef een getal, zoals 12.5."),
        ({"quantity": "nan"}, "Geef een getal, zoals 12.5."),
        ({"quantity": "1e999"}, "Geef een getal, zoals 12.5."),
        ({"quantity": ""}, "Geef een getal, zoals 12.5."),
        ({"quantity": "9" * 50}, "Geef een getal, zoals 12.5."),
        ({"available_from": "1 mei"}, "Geef een datum als 2026-05-01."),
        ({"available_from": "2026-02-30"}, "Geef een datum als 2026-05-01."),
        ({"available_from": "0000-01-01"}, "Geef een datum als 2026-05-01."),
        ({"title": "a\x00b"}, "Deze tekst is te lang of bevat een teken dat nergens staat."),
        ({"title": "a" * 1_001}, "Deze tekst is te lang of bevat een teken dat nergens staat."),
    ],
)
def test_a_value_that_can_t_be_is_refused_in_words(asked: dict[str, str], words: str) -> None:
    assert list(refusal("collections/listings/items", **asked).values()) == [words]


@pytest.mark.parametrize("name", ["description", "hubs", "geometry", "id", "status", "location", "reference", "pk"])
def test_what_is_no_queryable_is_refused(name: str) -> None:
    assert "ken ik niet" in refusal("collections/listings/items", **{name: "1"})[name]


def test_queryables_of_listings() -> None:
    by = make_user()
    used = published(condition=3, organisation=make_organisation(by), by=by, available_until=TODAY + dt.timedelta(9))
    asked_for = published("demand", quantity=7)
    for asked, expected in [
        ({"condition": "used"}, [used]),
        ({"condition": "new"}, []),
        ({"kind": "demand"}, [asked_for]),
        ({"quantity": "7"}, [asked_for]),
        ({"is_fictional": "false"}, [used, asked_for]),
        ({"is_fictional": "true"}, []),
        ({"organisation": used.organisation.name}, [used]),
        ({"available_until": str(TODAY + dt.timedelta(9))}, [used]),
        ({"material": "wood-pallets", "unit": "piece"}, [used, asked_for]),
    ]:
        found = [feature["id"] for feature in features_of("collections/listings/items", **asked)]
        assert found == [each.pk for each in expected], asked
    assert refusal("collections/listings/items", is_fictional="yes") == {"is_fictional": "Kies true of false."}


def test_queryables_of_areas() -> None:
    (gent,) = features_of("collections/municipalities/items", name_fr="Gand")
    assert gent["id"] == 44021
    brussels = features_of("collections/municipalities/items", region="brussel")
    assert len(brussels) == 19
    core = features_of("collections/hub-regions/items", kind="core")
    assert core
    assert all(feature["properties"]["kind"] == "core" for feature in core)
    (of_gent,) = features_of("collections/hub-regions/items", hub="sociaal-circulaire-hub-gent", kind="core")
    assert of_gent["properties"]["hub_name"]


def test_refusals_come_in_the_language_that_is_asked(client: Client, story: Story) -> None:
    answer = client.get(f"/ogc/{items_of(story.layer)}?limit=x", headers={"accept-language": "en"})
    assert answer.json()["errors"][0]["message"] == "Give a whole number from 1 to 10000."

"""What is served is as it says of itself: its OpenAPI document, the schema of each collection, and GeoJSON's rules."""

from collections import Counter
from typing import Any

import jsonschema
import pytest
from django.contrib.gis.geos import Polygon
from django.test import Client
from drf_spectacular.validation import validate_schema

from maps.models import MapFeature
from tests.makers import draft, published
from tests.maps.makers import LINE, SQUARE, Story, shape
from tests.maps.ogc.geojson import faults_of
from tests.maps.ogc.reading import ALWAYS, EPSG, ask, features_of, fill, follow, items_of, json_of, links_of, read
from tests.maps.test_round_trip import random_layer
from tests.marketplace.test_answers import as_json_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    """A layer of random elements that everyone may see, and a few listings."""
    published(needs_services=["repair"], condition=3)
    published(precision="blurred")
    published(kind="demand")
    draft()
    return random_layer(shown=True)


def names(story: Story) -> list[str]:
    return [*ALWAYS, f"layer-{story.layer.pk}"]


def is_wrong(schema: Any, answer: Any) -> list[str]:
    """What a schema refuses of an answer: where, and why."""
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{list(fault.absolute_path)}: {fault.message}" for fault in checker.iter_errors(answer)]


# ---- OpenAPI ----


def test_the_description_is_valid_openapi_3_0(story: Story) -> None:
    document = json_of(ask("api"))
    validate_schema(document)
    assert len(document["paths"]) == 4 + 5 * len(names(story))
    with pytest.raises(Exception, match="paths"):
        validate_schema({name: value for name, value in document.items() if name != "paths"})


def test_every_name_in_the_description_is_defined_and_operations_have_names_of_their_own(story: Story) -> None:
    document = json_of(ask("api"))
    found: list[str] = []

    def look(part: Any) -> None:
        if isinstance(part, dict):
            found.extend([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
            part = list(part.values())
        for each in part if isinstance(part, list) else []:
            look(each)

    look(document)
    assert len(found) > 50
    for name in set(found):
        at = document
        for part in name.removeprefix("#/").split("/"):
            at = at[part]
    operations = [one["get"]["operationId"] for one in document["paths"].values()]
    assert len(set(operations)) == len(operations)


def test_pages_and_single_features_are_as_the_description_says(story: Story) -> None:
    document = json_of(ask("api"))
    for name in names(story):
        for path, operation in ((f"/collections/{name}/items", "items"), (None, "item")):
            page = read(f"collections/{name}/items", limit=50)
            number = page["features"][0]["id"]
            described = path or f"/collections/{name}/items/{{featureId}}"
            (schema,) = (
                one["schema"]
                for media, one in document["paths"][described]["get"]["responses"]["200"]["content"].items()
                if media == "application/geo+json"
            )
            answer = page if operation == "items" else read(f"collections/{name}/items/{number}")
            whole = as_json_schema(schema | {"components": document["components"]})
            assert is_wrong(whole, answer) == [], (name, operation)
            answer.pop("type")
            assert is_wrong(whole, answer)


# ---- the schema of a collection ----


def without_nothing(feature: Any, schema: Any) -> Any:
    """A feature without the values that its schema counts as none (`x-ogc-nullValues`).

    A schema says what a feature tells, in whatever format: null is how GeoJSON leaves a value out.
    """
    described = schema["properties"]["properties"]["properties"]
    told = {
        name: value for name, value in feature["properties"].items()
        if value not in described[name].get("x-ogc-nullValues", [])
    }  # fmt: skip
    return feature | {"properties": told}


def test_every_feature_is_as_the_schema_of_its_collection_says(story: Story) -> None:
    fill(story.layer, 20)
    for name in names(story):
        (link,) = links_of(read(f"collections/{name}"), "describedby")
        schema = follow(link["href"])
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == link["href"]
        described = schema["properties"]["properties"]["properties"]
        told: Counter[str] = Counter()
        found = features_of(f"collections/{name}/items", limit=500)
        assert found
        for feature in found:
            assert list(feature["properties"]) == list(described)
            shown = without_nothing(feature, schema)
            told.update(shown["properties"].keys())
            assert is_wrong(schema, shown) == [], (name, feature)
        # Each field has one type, and each of a layer a value somewhere: none is held to its schema by being empty.
        assert all(isinstance(each["type"], str) for each in described.values())
        if name.startswith("layer-"):
            assert told.keys() == described.keys()


def test_a_field_that_always_has_a_value_is_required(story: Story) -> None:
    schema = read(f"collections/layer-{story.layer.pk}/schema")["properties"]["properties"]
    described = schema["properties"]
    assert {"title", "kind", "url", "updated_at"} <= set(schema["required"])
    for name, each in described.items():
        assert ("x-ogc-nullValues" in each) == (name not in schema["required"]), name
    feature = read(items_of(story.layer), limit=1)["features"][0]
    del feature["properties"]["title"]
    whole = read(f"collections/layer-{story.layer.pk}/schema")
    assert is_wrong(whole, without_nothing(feature, whole)) == ["['properties']: 'title' is a required property"]


# ---- GeoJSON ----


def test_items_keep_geojsons_rules(story: Story) -> None:
    for given in (SQUARE, LINE):
        story.published(geometry=shape(given))
    for name in names(story):
        page = read(f"collections/{name}/items", limit=500)
        assert len(page["features"]) > 2
        assert faults_of(page) == []
        alone = read(f"collections/{name}/items/{page['features'][-1]['id']}")
        assert faults_of({"type": "FeatureCollection", "features": [alone]}) == []


def test_an_area_that_is_kept_the_other_way_around_is_turned(story: Story) -> None:
    """Also where the system has its northing first; what is stored stays as it was."""
    wrong = Polygon(
        [(3.70, 51.04), (3.70, 51.08), (3.74, 51.08), (3.74, 51.04), (3.70, 51.04)],
        [(3.71, 51.05), (3.72, 51.05), (3.72, 51.06), (3.71, 51.06), (3.71, 51.05)],
        srid=4326,
    )
    made = story.published(geometry=shape(SQUARE))
    MapFeature.objects.filter(pk=made.pk).update(geometry=wrong)
    (feature,) = (one for one in features_of(items_of(story.layer), limit=500) if one["id"] == made.pk)
    assert faults_of({"type": "FeatureCollection", "features": [feature]}) == []
    alone = read(f"{items_of(story.layer)}/{made.pk}")
    assert alone["geometry"] == feature["geometry"]
    assert sorted(map(len, feature["geometry"]["coordinates"])) == [5, 5]
    flipped = read(f"{items_of(story.layer)}/{made.pk}", crs=f"{EPSG}4326")["geometry"]["coordinates"][0]
    assert {(lat, lon) for lon, lat in feature["geometry"]["coordinates"][0]} == {(y, x) for y, x in flipped}
    made.refresh_from_db()
    assert made.geometry.equals_exact(wrong)


def test_faults_are_seen() -> None:
    ring = [[3.7, 51.0], [3.7, 51.1], [3.8, 51.1], [3.7, 51.0]]
    feature = {"type": "Feature", "id": 1, "geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": {}}
    collection = {"type": "FeatureCollection", "features": [feature]}
    assert faults_of(collection) == ["1: an edge goes the wrong way around"]
    feature["geometry"] = {"type": "Polygon", "coordinates": [ring[::-1]]}
    assert faults_of(collection) == []
    feature["geometry"] = {"type": "Point", "coordinates": [51.0, 203.7]}
    assert faults_of(collection) == ["1: [51.0, 203.7] is no longitude and latitude"]


def test_a_stranger_reads_the_same_schema_in_every_language(story: Story) -> None:
    path = f"/ogc/collections/layer-{story.layer.pk}/schema"
    dutch, french = (Client().get(path, headers={"accept-language": each}).json() for each in ("nl", "fr"))
    assert dutch != french
    for document in (dutch, french):
        for each in document["properties"]["properties"]["properties"].values():
            assert each.pop("title")
        document.pop("title")
    assert dutch == french

"""Search: its cursors, its words, and what it refuses."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from geo.points import metric, point_from
from tests.makers import GENT, published

pytestmark = pytest.mark.django_db

#: A search takes its place as texts, as an address holds them.
NEAR: dict[str, str | int] = {"lat": str(GENT[0]), "lon": str(GENT[1])}


@pytest.mark.parametrize("rows", [1, 12])
def test_a_search_takes_the_same_few_queries_for_one_row_and_many(
    client: Client, rows: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(rows):
        published()
    # The first search of a process also reads what its coordinate system is.
    client.get("/api/v1/search/", NEAR)
    with django_assert_max_num_queries(5):
        answer = client.get("/api/v1/search/", NEAR)
    assert len(answer.json()["results"]) == rows


def test_results_come_nearest_first_with_their_distance(client: Client) -> None:
    far, near = published(at=(51.2, 3.9)), published(at=(51.06, 3.72))
    answer = client.get("/api/v1/search/", {**NEAR, "radius_km": 40}).json()
    assert [row["id"] for row in answer["results"]] == [near.pk, far.pk]
    assert answer["results"][0]["distance_m"] < 1000 < answer["results"][1]["distance_m"]
    assert answer["count"] == {"value": 2, "exact": True}


def test_a_blurred_listing_tells_its_grid_cell_only(client: Client) -> None:
    listing = published(precision="blurred")
    row = client.get("/api/v1/search/", NEAR).json()["results"][0]
    assert row["location"]["precision"] == "blurred"
    assert (row["location"]["lat"], row["location"]["lon"]) != GENT
    assert row["distance_m"] == round(listing.position.distance(metric(point_from(lat=GENT[0], lon=GENT[1]))))


def test_words_find_titles_and_materials_spelled_roughly(client: Client) -> None:
    listing = published(title="Stevige laadborden")
    for words in ("laadbord", "palletten", "houten paletten"):
        answer = client.get("/api/v1/search/", {**NEAR, "q": words}).json()
        assert [row["id"] for row in answer["results"]] == [listing.pk], words


def test_geojson_holds_the_same_rows(client: Client) -> None:
    listing = published()
    answer = client.get("/api/v1/search/", {**NEAR, "format": "geojson"})
    assert answer["Content-Type"] == "application/geo+json"
    (feature,) = answer.json()["features"]
    assert feature["id"] == listing.pk
    assert feature["geometry"]["coordinates"] == pytest.approx([GENT[1], GENT[0]])


@pytest.mark.parametrize(
    ("parameters", "field", "says"),
    [
        ({}, "lat", "geef lat en lon, een hub, of een bbox"),
        ({"lat": "51"}, "lon", "lat en lon allebei"),
        ({"lat": "nan", "lon": "3.7"}, "lat", "geen getal"),
        ({"lat": "1e999", "lon": "3.7"}, "lat", "geen eindig getal"),
        ({"lat": "5_1", "lon": "3.7"}, "lat", "geen getal"),
        ({"lat": "٥١", "lon": "3.7"}, "lat", "geen getal"),
        ({"lat": "3.7", "lon": "51"}, "lat", "omgewisseld: lat is rond 51, lon rond 4"),
        ({"lat": "40", "lon": "-3"}, "lat", "(lat 40, lon -3) ligt niet in België"),
        ({"lat": "51", "lon": "3.7", "radius_km": "0"}, "radius_km", "meer dan 0 km zijn en hoogstens 300"),
        ({"lat": "51", "lon": "3.7", "radius_km": "-1"}, "radius_km", "meer dan 0 km zijn en hoogstens 300"),
        (
            {"lat": "51", "lon": "3.7", "radius_km": "1000000000"},
            "radius_km",
            "meer dan 0 km zijn en hoogstens 300",
        ),
        ({"lat": "51", "lon": "3.7", "material": "unobtainium"}, "material", "Kies er een uit /api/v1/materials/"),
        ({"lat": "51", "lon": "3.7", "hub": "nowhere"}, "hub", "Kies er een uit /api/v1/hubs/"),
        ({"lat": "51", "lon": "3.7", "kind": "gift"}, "kind", "Kies uit: supply, demand, service"),
        ({"lat": "51", "lon": "3.7", "unit": "bushel", "min_quantity": "3"}, "unit", "Kies uit: kg, tonne, piece"),
        ({"lat": "51", "lon": "3.7", "min_quantity": "3"}, "unit", "bijvoorbeeld unit=kg"),
        ({"lat": "51", "lon": "3.7", "min_quantity": "0", "unit": "kg"}, "min_quantity", "groter dan 0"),
        ({"lat": "51", "lon": "3.7", "min_quantity": "1e30", "unit": "kg"}, "min_quantity", "tot een miljard"),
        ({"lat": "51", "lon": "3.7", "condition": "shiny"}, "condition", "Kies uit: for_parts, to_repair"),
        ({"lat": "51", "lon": "3.7", "available_on": "soon"}, "available_on", "een datum als 2026-12-31"),
        ({"lat": "51", "lon": "3.7", "max_price": "-1"}, "max_price", "0 of meer"),
        ({"lat": "51", "lon": "3.7", "page_size": "1000000"}, "page_size", "1 tot 100 resultaten"),
        ({"lat": "51", "lon": "3.7", "q": "x" * 300}, "q", "hoogstens 200 tekens"),
        ({"lat": "51", "lon": "181"}, "lon", "ligt niet in België"),
        ({"lat": "51", "lon": "1e308"}, "lon", "ligt niet in België"),
        ({"lat": "91", "lon": "181"}, "lat", "ligt niet in België"),
        ({"lat": "51", "lon": "3.7", "matrial": "wood"}, "matrial", "Kies uit: kind, material, among, q, lat, lon"),
        ({"lat": "51", "lon": "3.7", "kind": ["supply", "demand"]}, "kind", "één keer"),
        ({"lat": "51", "lon": "3.7", "format": "csv"}, "format", "Kies uit: json, geojson"),
        ({"bbox": "4,51,3,52"}, "bbox", "west,zuid,oost,noord, in graden, met west < oost"),
        ({"bbox": "3,51,4"}, "bbox", "vier getallen met komma's ertussen"),
        ({"lat": "51", "lon": "3.7", "cursor": "forged"}, "cursor", "Begin opnieuw bij de eerste pagina"),
    ],
)
def test_bad_parameters_are_named_with_their_remedy(
    client: Client, parameters: dict[str, Any], field: str, says: str
) -> None:
    answer = client.get("/api/v1/search/", parameters)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    errors = {error["field"]: error["message"] for error in answer.json()["errors"]}
    assert field in errors
    assert says in errors[field]


@pytest.mark.parametrize(
    ("lat", "says"),
    [("51,05", "“51,05” is geen getal. Schrijf decimalen na een punt"), ("1e308", "(lat 1e+308, lon 3)")],
)
def test_a_number_that_cannot_be_is_told_in_a_line(client: Client, lat: str, says: str) -> None:
    answer = client.get("/api/v1/search/", {"lat": lat, "lon": "3"})
    (message,) = [error["message"] for error in answer.json()["errors"]]
    assert says in message
    assert len(message) < 100


def test_a_page_has_the_same_etag_whenever_it_is_asked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cursor in its next link must not tell the time."""
    for _number in range(2):
        published()
    asked = {**NEAR, "page_size": 1}
    first = client.get("/api/v1/search/", asked)
    assert first.json()["next"]
    monkeypatch.setattr("time.time", lambda: 2e9)
    answer = client.get("/api/v1/search/", asked, headers={"If-None-Match": first["ETag"]})
    assert answer.status_code == 304


def test_a_cursor_of_another_search_is_refused(client: Client) -> None:
    for _number in range(3):
        published()
    first = client.get("/api/v1/search/", {**NEAR, "page_size": 1}).json()
    assert client.get(first["next"]).status_code == 200
    other = first["next"].replace("page_size=1", "page_size=1&kind=supply")
    answer = client.get(other)
    assert answer.status_code == 400
    assert "hoort niet bij deze lijst" in answer.json()["errors"][0]["message"]

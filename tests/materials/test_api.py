"""The material tree over the API."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from materials.models import Material

pytestmark = pytest.mark.django_db


def test_the_whole_tree_comes_in_order_in_a_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(3):
        answer = client.get("/api/v1/materials/")
    rows = answer.json()["results"]
    assert [row["code"] for row in rows] == list(Material.objects.in_tree_order().values_list("code", flat=True))
    (pallet,) = (row for row in rows if row["code"] == "wood-pallets-eur")
    assert pallet["names"] == {
        "nl": "Europaletten (EPAL)", "en": "Euro pallets (EPAL)", "fr": "Palettes Europe (EPAL)",
    }  # fmt: skip
    assert pallet["path"] == "Hout › Houten paletten › Europaletten (EPAL)"
    assert (pallet["parent"], pallet["level"], pallet["family"]) == ("wood-pallets", "grade", "wood")
    assert pallet["units"][0] == {
        "unit": "piece", "label": "stuks", "mass_kg": 25.0, "mass_basis": "EPAL-europalet 800 × 1200 mm",
    }  # fmt: skip
    assert pallet["eural_codes"] == ["150103"]
    factor = pallet["impact_factors"][0]
    assert factor["material"] == "wood"
    assert {"source", "source_year", "basis", "licence"} <= factor.keys()


def test_one_material_is_what_it_is_in_the_tree(client: Client) -> None:
    rows = {row["code"]: row for row in client.get("/api/v1/materials/").json()["results"]}
    for code in ("wood", "wood-pallets-eur", "e-bikes", "plastic-ldpe"):
        assert client.get(f"/api/v1/materials/{code}/").json() == rows[code]


def test_what_isn_t_known_isn_t_made_up(client: Client) -> None:
    rows = client.get("/api/v1/materials/").json()["results"]
    assert any(row["impact_factors"] == [] for row in rows)
    doors = client.get("/api/v1/materials/wood-doors/").json()
    assert {unit["unit"]: unit["mass_kg"] for unit in doors["units"]}["piece"] is None


@pytest.mark.parametrize(("language", "name"), [("nl", "Hout"), ("en", "Wood"), ("fr", "Bois")])
def test_names_come_in_the_reader_s_language(client: Client, language: str, name: str) -> None:
    answer = client.get("/api/v1/materials/wood/", headers={"Accept-Language": language})
    assert answer.json()["name"] == name
    assert "Accept-Language" in answer["Vary"]


def test_a_name_spelled_roughly_finds_materials_with_their_units(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/api/v1/materials/", {"q": "stoel"})  # What a process reads once isn't counted.
    with django_assert_max_num_queries(4):
        answer = client.get("/api/v1/materials/", {"q": "europalet"})
    best = answer.json()["results"][0]
    assert best["code"] == "wood-pallets-eur"
    assert best["path"] == "Hout › Houten paletten › Europaletten (EPAL)"
    assert {"unit": "piece", "label": "stuks"} in best["units"]
    assert 0.3 < best["likeness"] <= 1
    assert best["matched_name"]


def test_nonsense_finds_nothing(client: Client) -> None:
    assert client.get("/api/v1/materials/", {"q": "qqqqzzzz"}).json() == {"next": None, "results": []}


@pytest.mark.parametrize("text", ["x" * 81, "hout\x00"])
def test_a_text_that_can_t_be_a_name_is_refused(client: Client, text: str) -> None:
    answer = client.get("/api/v1/materials/", {"q": text})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "q"


def test_a_browser_that_has_the_tree_gets_it_once(client: Client) -> None:
    first = client.get("/api/v1/materials/")
    assert "max-age=300" in first["Cache-Control"]
    assert client.get("/api/v1/materials/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    english = {"If-None-Match": first["ETag"], "Accept-Language": "en"}
    assert client.get("/api/v1/materials/", headers=english).status_code == 200

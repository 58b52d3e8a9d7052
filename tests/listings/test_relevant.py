"""Searches find the thing itself: what was wrong once, by the listings that each finds among one of every material."""

from typing import Any

import pytest
from django.test import Client

from listings.fields import spans
from listings.models import Listing
from materials.models import Material
from tests.makers import published

pytestmark = pytest.mark.django_db
LAND = {"bbox": "2.5,49.4,6.5,51.6", "kind": "supply", "page_size": "100"}


@pytest.fixture
def every_material() -> None:
    """One listing of each material, with a title that says so."""
    first = published(title="Hout uit de afbraak van een loods", material=Material.objects.get(code="wood"))
    rows = []
    for one in Material.objects.exclude(code="wood"):
        copy = Listing.objects.get(pk=first.pk)
        copy.pk, copy.material, copy.material_number = None, one, one.tree_left
        copy.material_spans, copy.title, copy.reference = (
            _span(one),
            f"{one.name_nl} uit de afbraak van een loods",
            one.code,
        )
        rows.append(copy)
    Listing.objects.bulk_create(rows)


def _span(one: Material) -> Any:
    return spans((one.tree_left, one.tree_left))


def found(client: Client, **asked: str) -> set[str]:
    answer = client.get("/api/v1/search/", LAND | asked).json()
    return {row["material"]["code"] for row in answer["results"]}


def below(*codes: str) -> set[str]:
    materials = [Material.objects.get(code=code) for code in codes]
    return {
        row.code
        for one in materials
        for row in Material.objects.filter(tree_left__gte=one.tree_left, tree_left__lte=one.tree_right)
    }


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("houten balken", ["wood-beams"]), ("osbplaten", ["wood-osb"]), ("OSB-platen", ["wood-osb"]),
        ("osb", ["wood-osb"]),
        ("ledlampen", ["appliances-lighting"]), ("led lamp", ["appliances-lighting"]),
        ("stenen", ["building-bricks", "building-stone", "building-pavers"]),
        ("wasmachine", ["appliances-washing-machines"]), ("wasmachines", ["appliances-washing-machines"]),
        ("armaturen", ["appliances-lighting"]), ("armatuur", ["appliances-lighting"]), ("lak", []),
        ("metalen kast", ["furniture-cabinets"]), ("lood", ["lead-zinc"]),
        ("buerostoelen", ["furniture-office-chairs"]),
        ("lapotps", ["ict-laptops"]), ("paletten", ["wood-pallets"]),
    ],
)  # fmt: skip
def test_words_find_the_thing_and_nothing_else(
    client: Client, every_material: None, typed: str, codes: list[str]
) -> None:
    assert found(client, q=typed) == below(*codes)


@pytest.mark.parametrize(
    ("one", "other"), [("pvcbuizen", "pvc-buis"), ("osb platen", "osbplaat"), ("led-lampen", "ledlamp")]
)
def test_a_compound_is_its_words(client: Client, every_material: None, one: str, other: str) -> None:
    assert found(client, q=one) == found(client, q=other) != set()

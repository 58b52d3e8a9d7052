"""At most so heavy: over random lots it finds what brute force finds, also where the inverted index brings them."""

import random
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from listings.balances.services import hold
from listings.models import Listing
from listings.search.parameters import SearchParameters
from listings.search.query import search
from tests.listings.searching import everything
from tests.makers import GENT, material, published

pytestmark = pytest.mark.django_db
NEAR = {"lat": str(GENT[0]), "lon": str(GENT[1]), "radius_km": "100", "page_size": "7"}
#: Around powers of two, where tokens begin and end, and far from them.
MASSES_KG = ["0.001", "0.5", "1", "1.001", "2", "3", "4", "63.999", "64", "64.001", "500", "1024", "999999999"]


@pytest.fixture
def lots() -> list[Listing]:
    """Supplies and demands of random masses, some of none; and a service, which has none."""
    draw = random.Random(5)
    made = []
    for number in range(30):
        goods: dict[str, Any] = {"at": (51.0 + draw.random() / 10, 3.6 + draw.random() / 5), "title": f"Lot {number}"}
        unit = draw.choice(["kg", "tonne", "piece"])
        if unit == "piece":
            # Nobody can say what a piece of wood weighs.
            goods |= {"material": material("wood"), "quantity": Decimal(draw.randint(1, 50)), "unit": "m3"}
        else:
            quantity = Decimal(draw.choice(MASSES_KG[1:])) if unit == "kg" else Decimal(draw.randint(1, 9)) / 8
            goods |= {"quantity": quantity, "unit": unit}
        made.append(published(draw.choice(["supply", "demand"]), **goods))
        if number % 3 == 0:
            hold(by=None, listing=made[-1], quantity=round(Decimal(goods.get("quantity", 40)) / 2, 3))
            made[-1].refresh_from_db()
    return [*made, published("service")]


def by_brute_force(lots: list[Listing], most_kg: Decimal, kind: str | None) -> set[int]:
    return {
        lot.pk for lot in lots if lot.mass_kg is not None and free_mass(lot) <= most_kg and kind in (None, lot.kind)
    }


def free_mass(lot: Listing) -> Decimal:
    assert lot.mass_kg is not None
    assert lot.quantity is not None
    return round(lot.mass_kg * (lot.quantity - lot.taken_quantity) / lot.quantity, 3)


@pytest.mark.parametrize("kind", [None, "supply", "demand", "service"])
@pytest.mark.parametrize("scanned", [5_000, 1])
def test_it_finds_what_is_light_enough(
    lots: list[Listing], monkeypatch: pytest.MonkeyPatch, kind: str | None, scanned: int
) -> None:
    monkeypatch.setattr("listings.search.strategies.nearest.SCANNED", scanned)
    assert {lot.mass_kg is None for lot in lots} == {True, False}
    for most in MASSES_KG:
        asked = SearchParameters.parse(NEAR | {"max_mass": most} | ({"kind": kind} if kind else {}))
        found = everything(asked)
        assert len(found) == len(set(found))
        assert set(found) == by_brute_force(lots, Decimal(most), kind), most
        assert search(asked).count == len(found)
        # There is one service: a scan gets to it.
        assert ("inverted-index" in search(asked).path) == (scanned == 1 and kind != "service")


def test_an_unknown_mass_is_left_out_and_the_words_say_so(client: Client) -> None:
    published(title="Zonder massa", material=material("wood"), unit="m3")
    published(title="Licht genoeg", quantity=Decimal(300), unit="kg")
    published(title="Te zwaar", quantity=Decimal(2), unit="tonne")
    page = unescape(client.get("/?place=Gent&max_mass=1250.5").content.decode())
    assert "Licht genoeg" in page
    assert "Zonder massa" not in page
    assert "Te zwaar" not in page
    assert "Wat geen bekende massa heeft, valt weg." in page
    # Thousands are grouped by a space or a point.
    assert re.search(r"hoogstens 1[ .]250,5 kg, massa bekend", " ".join(page.split()))


def test_a_mistake_is_said_at_its_field(client: Client) -> None:
    page = " ".join(unescape(client.get("/?place=Gent&max_mass=veel").content.decode()).split())
    assert page.count("“veel” is geen getal. Schrijf het als 1250 of 12,5.") == 2
    assert '<details class="more search__more menu-less" id="filters" open>' in page

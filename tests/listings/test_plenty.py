"""Counted cells that tell a search that there is more than it counts to."""

import datetime as dt

import pytest
from django.utils import timezone

from listings.models import Listing
from listings.search.cells import fold_cells
from listings.search.parameters import SearchParameters
from listings.search.strategies import counted_cells
from listings.search.strategies.counted_cells import surely_more
from tests.makers import GENT, published

pytestmark = pytest.mark.django_db


def asked(**more: str) -> SearchParameters:
    return SearchParameters.parse({"lat": str(GENT[0]), "lon": str(GENT[1]), "radius_km": "10"} | more)


def test_what_lies_well_within_the_radius_is_counted() -> None:
    for _number in range(3):
        published()
    published("demand")
    fold_cells()
    assert surely_more(asked(), 3)
    assert not surely_more(asked(), 4)
    assert surely_more(asked(kind="supply"), 2)
    assert not surely_more(asked(kind="supply"), 3)


def test_what_cells_can_t_tell_is_not_said() -> None:
    published()
    assert not surely_more(asked(), 0), "it isn't counted into the cells yet"
    fold_cells()
    assert not surely_more(asked(radius_km="0.05"), 0), "no cell lies wholly in so small a circle"
    assert not surely_more(asked(to_lat="51.2", to_lon="4.4"), 0), "a route has no cells"


def test_what_is_over_or_gone_takes_as_many_off() -> None:
    listings = [published() for _number in range(3)]
    fold_cells()
    Listing.objects.filter(pk=listings[0].pk).update(
        available_from=timezone.localdate() - dt.timedelta(days=9),
        available_until=timezone.localdate() - dt.timedelta(days=1),
    )
    Listing.objects.filter(pk=listings[1].pk).update(status="withdrawn")
    assert surely_more(asked(), 0)
    assert not surely_more(asked(), 1)


def test_where_too_many_may_be_over_or_gone_cells_can_t_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    listings = [published() for _number in range(4)]
    fold_cells()
    monkeypatch.setattr(counted_cells, "_MOST_TOO_MANY", 1)
    Listing.objects.filter(pk=listings[0].pk).update(status="withdrawn")
    assert surely_more(asked(), 2)
    Listing.objects.filter(pk=listings[1].pk).update(status="withdrawn")
    assert not surely_more(asked(), 0)


def test_goods_are_counted_by_their_material() -> None:
    for _number in range(2):
        published()
    material = published().material
    assert material is not None
    fold_cells()
    assert surely_more(asked(material=material.code, radius_km="60"), 2)
    assert not surely_more(asked(material=material.code, radius_km="60"), 3)
    assert not surely_more(asked(material="textile", radius_km="60"), 0)

"""Searches, the map, matches and lists of rows go by what of a lot is free."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from listings.balances.recount import recount_balances
from listings.balances.services import hold, release
from listings.enums import ListingStatus
from listings.models import Listing, Reservation
from matching.explain import explain
from matching.models import Bundle, Match
from matching.pairs.batch import pair_all
from matching.pairs.incremental import pair
from tests.listings.searching import found
from tests.makers import forget_demo, published
from tests.vector_tiles import read_tile, tile_of

pytestmark = pytest.mark.django_db


def held(lot: Listing, quantity: Any) -> Reservation:
    return hold(by=None, listing=lot, quantity=Decimal(quantity))


def column_and_row(lot: Listing) -> str:
    """The address of the tile in which it lies, from near by."""
    assert lot.shown_location is not None
    return "/".join(map(str, tile_of(lot.shown_location.x, lot.shown_location.y, 13)))


def test_a_search_for_an_amount_finds_what_has_so_much_left() -> None:
    lot = published(quantity=20)
    asked = {"min_quantity": "15", "unit": "piece"}
    assert list(found(**asked)) == [lot]
    one = held(lot, 6)
    assert list(found(**asked)) == []
    assert list(found(min_quantity="14", unit="piece")) == [lot]
    release(reservation=one)
    assert list(found(**asked)) == [lot]


def test_a_search_for_what_is_light_weighs_what_is_left() -> None:
    lot = published(quantity=20, unit="tonne")
    assert list(found(max_mass="8000")) == []
    held(lot, 12)
    assert list(found(max_mass="8000")) == [lot]


def test_what_is_wholly_promised_is_found_no_more_and_comes_back() -> None:
    lot = published(quantity=20)
    one = held(lot, 20)
    assert list(found()) == []
    release(reservation=one)
    assert list(found()) == [lot]


def test_the_map_says_what_is_free(client: Client) -> None:
    lot = published(quantity=20)
    held(lot, 6)
    (drawn,) = read_tile(client.get(f"/tiles/listings/{column_and_row(lot)}.mvt").content)["listings"].features
    assert (drawn["id"], drawn["quantity"]) == (lot.pk, 14)


def test_a_match_says_what_share_it_is_of_what_is_left() -> None:
    supply, demand = published(quantity=40), published("demand", quantity=100)
    held(demand, 60)
    pair_all(at=timezone.now())
    match = Match.objects.for_reasons().get()
    assert (match.coverage, match.lot_share) == (1, 1)
    assert "alles wat nog gezocht wordt · de hele partij" in explain(match).line
    held(supply, 30)
    pair(listing_id=supply.pk, at=timezone.now())
    match = Match.objects.for_reasons().get()
    assert match.coverage == pytest.approx(0.25)
    assert "25 % van wat nog gezocht wordt · alles wat nog vrij is" in explain(match).line
    held(supply, 10)
    pair(listing_id=supply.pk, at=timezone.now())
    assert not Match.objects.exists()


def test_a_bundle_is_made_of_what_is_free() -> None:
    first, _second, demand = published(quantity=60), published(quantity=60), published("demand", quantity=100)
    pair_all(at=timezone.now())
    assert Bundle.objects.get(demand=demand).shares == pytest.approx([0.6, 0.4])
    held(first, 40)
    pair(listing_id=first.pk, at=timezone.now())
    assert sorted(Bundle.objects.get(demand=demand).shares) == pytest.approx([0.2, 0.6])


def test_the_demo_has_lots_that_are_promised_in_part() -> None:
    call_command("demo", listings=900, seed=1, verbosity=0)
    partly = Listing.objects.filter(taken_quantity__gt=0)
    assert partly.count() > 3
    assert {lot.status for lot in partly} == {ListingStatus.PUBLISHED}
    assert all(0 < lot.free_quantity < lot.quantity for lot in partly)  # type: ignore[operator]
    assert set(Reservation.objects.values_list("state", flat=True)) == {"held", "given", "released"}
    assert recount_balances() == []
    forget_demo()
    assert not Reservation.objects.exists()

"""A bundle serves the most of a demand from the fewest stops, the shortest way: against every subset."""

import datetime as dt
import itertools
import random
import time
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from listings import services
from listings.models import Listing
from matching.bundles import stored
from matching.bundles.choose import MOST_COMPARED, ROUNDING, Choice, choose
from matching.bundles.read import ReadBundle, bundle_of
from matching.models import Bundle, Match
from matching.pairs import distributed, tasks
from matching.pairs.batch import pair_all
from matching.pairs.incremental import pair
from tests.makers import GENT, make_organisation, make_user, published

NOW = timezone.now()

#: Shares in tenths, whether the supply goes whole, and kilometres.
Row = tuple[float, bool, int]
a_row = st.tuples(st.integers(1, 12).map(lambda tenth: tenth / 10), st.booleans(), st.integers(1, 9))


def chosen(rows: list[Row]) -> Choice:
    sizes, whole, km = (np.array([row[place] for row in rows]) for place in range(3))
    return choose(sizes.astype(float), whole.astype(bool), km.astype(float) * 1000)


def by_every_subset(rows: list[Row]) -> tuple[float, int, float]:
    """(most served, fewest stops, least share × kilometres), best of every set of supplies."""
    best = (0.0, 0, 0.0)
    for count in range(1, len(rows) + 1):
        for some in itertools.combinations(rows, count):
            served = sum(size for size, whole, _km in some if whole)
            if served > 1 + 1e-9:
                continue
            way = sum(size * km for size, whole, km in some if whole)
            for size, _whole, km in sorted((row for row in some if not row[1]), key=lambda row: row[2]):
                part = min(size, 1 - served)
                served, way = served + part, way + part * km
            key = (round(-served, 6), count, round(way, 6))
            best = min(best, key)
    return -best[0], best[1], best[2]


@settings(max_examples=150, deadline=None)
@given(st.lists(a_row, max_size=6))
def test_no_other_set_serves_more_or_as_much_from_fewer_stops_or_a_shorter_way(rows: list[Row]) -> None:
    choice = chosen(rows)
    served, count, way = by_every_subset(rows)
    assert choice.proven
    assert choice.shares.sum() == pytest.approx(served, abs=1e-5)
    assert (choice.shares > 0).sum() == count
    assert choice.shares @ np.array([km for _size, _whole, km in rows]) == pytest.approx(way, abs=1e-4)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(1e-6, 1.5), st.booleans(), st.integers(1, 300)), max_size=70))
@example([(0.05, True, 1)] * 60)
@example([(0.3, True, 1), (1e-6, False, 2)] * 30)
def test_however_many_supplies_there_are_a_choice_holds_and_comes_at_once(rows: list[Row]) -> None:
    begun = time.process_time()
    choice = chosen(rows)
    assert time.process_time() - begun < 0.1
    sizes, whole = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=bool)
    assert choice.shares.sum() <= 1 + 2 * ROUNDING
    assert (choice.shares >= 0).all()
    assert (choice.shares <= sizes + ROUNDING).all()
    goes_whole = whole & (choice.shares > 0)
    assert choice.shares[goes_whole] == pytest.approx(sizes[goes_whole], abs=ROUNDING)
    assert choice.proven or len(rows) > MOST_COMPARED
    # And nothing is left that could serve more
    left = 1 - choice.shares.sum()
    assert all(size > left - ROUNDING or size < ROUNDING for size in sizes[whole & (choice.shares == 0)])
    assert left < 2 * ROUNDING or choice.shares[~whole] == pytest.approx(sizes[~whole], abs=ROUNDING)


def test_sixty_lots_of_a_twentieth_that_go_whole_serve_all() -> None:
    choice = chosen([(0.05, True, 1)] * 60)
    assert choice.shares.sum() == pytest.approx(1)
    assert np.count_nonzero(choice.shares) == 20
    assert not choice.proven


def doors(quantity: float, kind: str = "supply", **fields: Any) -> Listing:
    return published(kind, quantity=quantity, **fields)


def bundle(demand: Listing) -> ReadBundle | None:
    return bundle_of(Listing.objects.get(pk=demand.pk), at=timezone.now())


def rows_of(demand: Listing) -> list[tuple[int, float]]:
    found = bundle(demand)
    return [] if found is None else [(stop.supply.pk, stop.share) for stop in found.stops]


@pytest.mark.django_db
def test_two_here_ten_there_and_eight_further_on_make_twenty(client: Client) -> None:
    here, there, further = doors(2), doors(10, at=(51.08, 3.72)), doors(8, at=(51.1, 3.8))
    doors(30, splittable=False)  # too large to go whole
    demand = doors(20, "demand")
    assert bundle(demand) is None  # before it is paired
    pair(listing_id=demand.pk, at=NOW)
    found = bundle(demand)
    assert found is not None
    assert [(stop.supply, round(stop.share * 20)) for stop in found.stops] == [(there, 10), (further, 8), (here, 2)]
    assert found.coverage == pytest.approx(1)
    assert found.proven
    shown = client.get(f"/api/v1/listings/{demand.pk}/matches/").json()["bundle"]
    assert [row["supply"]["id"] for row in shown["stops"]] == [there.pk, further.pk, here.pk]
    assert (shown["coverage"], shown["proven"]) == (1, True)
    page = client.get(f"/zoekertje/{demand.pk}/matches/").content.decode()
    assert "Samen lukt het" in page
    assert "10\N{NO-BREAK SPACE}stuks" in page
    assert "er kan een betere zijn" not in page


@pytest.mark.django_db
def test_a_demand_from_one_place_has_no_bundle_nor_one_that_a_single_supply_serves() -> None:
    doors(2)
    doors(10)
    whole, parts = doors(20, "demand", splittable=False), doors(20, "demand")
    pair_all(at=NOW)
    assert [bundle(whole), rows_of(parts) != []] == [None, True]
    large = doors(40)
    pair(listing_id=large.pk, at=NOW)
    assert bundle(parts) is None
    assert bundle(large) is None
    assert not Bundle.objects.exists()


@pytest.mark.django_db
def test_a_bundle_follows_each_of_its_supplies(client: Client) -> None:
    # Given a demand that two supplies serve together
    few, many, demand = doors(5), doors(10), doors(20, "demand")
    pair_all(at=NOW)
    assert [pk for pk, _share in rows_of(demand)] == [many.pk, few.pk]
    # When one goes, then the bundle isn't shown, and gone once that is paired
    services.withdraw_listing(by=few.maker, listing=few)  # type: ignore[attr-defined]
    assert bundle(demand) is None
    pair(listing_id=few.pk, at=NOW)
    assert not Bundle.objects.exists()
    # And when another comes, there is one again
    pair(listing_id=(third := doors(4)).pk, at=NOW)
    assert [pk for pk, _share in rows_of(demand)] == [many.pk, third.pk]
    # And when a lot no longer comes in parts and is too large, it serves no part of it
    pair(listing_id=(large := doors(15, splittable=False, at=(51.1, 3.8))).pk, at=NOW)
    assert large.pk in dict(rows_of(demand))
    services.update_listing(by=large.maker, listing=large, quantity=30)  # type: ignore[attr-defined]
    pair(listing_id=large.pk, at=NOW)
    assert [pk for pk, _share in rows_of(demand)] == [many.pk, third.pk]
    # And when the demand goes, so does its bundle
    services.withdraw_listing(by=demand.maker, listing=demand)  # type: ignore[attr-defined]
    pair(listing_id=demand.pk, at=NOW)
    assert not Bundle.objects.exists()


@pytest.mark.django_db
def test_a_batch_sees_that_a_lot_goes_whole_now(client: Client) -> None:
    """Its pair stays the same, and so would the list."""
    # Given two lots that together are more than is asked
    small, large, demand = doors(6, at=(51.1, 3.8)), doors(15), doors(20, "demand")
    pair_all(at=NOW)
    assert rows_of(demand) == [(large.pk, 0.75), (small.pk, 0.25)]
    # When the small one goes whole from now on
    services.update_listing(by=small.maker, listing=small, splittable=False)  # type: ignore[attr-defined]
    outcome = pair_all(at=NOW)
    # Then less of the large one is wanted
    assert outcome.written == 1
    assert rows_of(demand) == [(large.pk, 0.7), (small.pk, 0.3)]


@pytest.mark.django_db
def test_one_by_one_in_a_batch_and_shared_out_the_same_bundles_are_made() -> None:
    # Given supplies and demands of many sizes, some of which go whole
    draw = random.Random(9)
    organisations = [make_organisation(make_user()) for _ in range(3)]
    made = []
    for _ in range(60):
        kind, organisation = draw.choice(["supply", "supply", "demand"]), draw.choice(organisations)
        maker = organisation.memberships.get().user
        at = (GENT[0] + draw.random() / 5, GENT[1] + draw.random() / 5)
        fields = {"splittable": draw.random() < 0.6 or kind == "demand", "organisation": organisation, "by": maker}
        made.append(doors(draw.randint(3, 60) * (1 if kind == "supply" else 5), kind, at=at, **fields))
    # When they are paired one by one, in any order
    for listing in draw.sample(made, len(made)):
        pair(listing_id=listing.pk, at=NOW)
    one_by_one = _stored()
    assert len(one_by_one) > 3
    # Then a batch writes nothing
    outcome = pair_all(at=NOW)
    assert (outcome.written, outcome.deleted, _stored()) == (0, 0, one_by_one)
    # And from nothing it makes the same, as do all parts together
    for again in (lambda: pair_all(at=NOW), _by_parts):
        Match.objects.all().delete()
        Bundle.objects.all().delete()
        again()
        assert _stored() == one_by_one


def _stored() -> set[Any]:
    return {
        (row.demand_id, *row.supply_ids, *row.shares, *row.distances_m, row.proven) for row in Bundle.objects.all()
    }


def _by_parts() -> None:
    run = distributed.start(at=NOW)
    for hub_id in run.hub_ids:
        tasks.pair_hub(run.pk, hub_id)


@pytest.mark.django_db
def test_what_an_unchanged_bundle_was_computed_at_stays() -> None:
    doors(2)
    doors(10)
    demand = doors(20, "demand")
    pair_all(at=NOW)
    pair(listing_id=demand.pk, at=NOW + dt.timedelta(minutes=5))
    stored.replace_stored([demand.pk], at=NOW + dt.timedelta(minutes=5))
    assert Bundle.objects.get().computed_at == NOW


@pytest.fixture
def sixty_that_go_whole() -> Listing:
    """A demand that meets sixty supplies which don't come in parts, of sizes that fit together in countless ways."""
    demand = doors(997, "demand")
    draw = random.Random(3)
    for number in range(60):
        doors(draw.randint(41, 97), splittable=False, at=(GENT[0] + number / 1000, GENT[1]))
    return demand


@pytest.mark.django_db
def test_sixty_supplies_that_go_whole_stop_neither_pairing_nor_a_page(
    sixty_that_go_whole: Listing, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # When the demand is paired, then that takes no longer than pairing does
    begun = time.perf_counter()
    pair(listing_id=sixty_that_go_whole.pk, at=NOW)
    assert time.perf_counter() - begun < 2
    found = bundle(sixty_that_go_whole)
    assert found is not None
    assert found.coverage > 0.98
    # And nothing is computed when somebody reads it
    address = f"/api/v1/listings/{sixty_that_go_whole.pk}/matches/"
    client.get(address)  # what a process reads once
    monkeypatch.setattr(stored, "choose", lambda *_: pytest.fail("A request looked for a bundle"))
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert time.perf_counter() - begun < 1
    assert len(queries) <= 14
    assert answer.json()["bundle"]["stops"]
    # And both say that a better one may exist
    assert answer.json()["bundle"]["proven"] is False
    assert "er kan een betere zijn" in client.get(f"/zoekertje/{sixty_that_go_whole.pk}/matches/").content.decode()


@pytest.mark.django_db
def test_a_bundle_takes_as_many_queries_for_many_supplies_as_for_few() -> None:
    demand = doors(500, "demand")
    counts = []
    for _round in range(2):
        for number in range(6):
            doors(5, at=(GENT[0] + number / 500, GENT[1]))
        pair(listing_id=demand.pk, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            found = bundle_of(demand, at=NOW)
        assert found is not None
        counts.append((len(queries), len(found.stops)))
    (few, stops_of_few), (many, stops_of_many) = counts
    assert few == many <= 4
    assert (stops_of_few, stops_of_many) == (6, 12)

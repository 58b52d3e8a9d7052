"""A bundle serves the most of a demand from the fewest stops, the shortest way: against every subset."""

import itertools
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.models import Listing
from matching.bundle import bundle_for, choose
from tests.makers import GENT, published

NOW = timezone.now()

stops = st.lists(
    st.tuples(st.integers(1, 12).map(lambda tenth: tenth / 10), st.booleans(), st.integers(1, 9)), max_size=6
)


def by_every_subset(rows: list[tuple[float, bool, int]]) -> tuple[float, int, float]:
    """(most served, fewest stops, least share × kilometres), best of every set of supplies."""
    best = (0.0, 0, 0.0)
    for count in range(1, len(rows) + 1):
        for chosen in itertools.combinations(rows, count):
            served = sum(size for size, whole, _km in chosen if whole)
            if served > 1 + 1e-9:
                continue
            way = sum(size * km for size, whole, km in chosen if whole)
            for size, _whole, km in sorted((row for row in chosen if not row[1]), key=lambda row: row[2]):
                part = min(size, 1 - served)
                served, way = served + part, way + part * km
            key = (round(-served, 6), count, round(way, 6))
            best = min(best, key)
    return -best[0], best[1], best[2]


@settings(max_examples=150, deadline=None)
@given(stops)
def test_no_other_set_serves_more_or_as_much_from_fewer_stops_or_a_shorter_way(
    rows: list[tuple[float, bool, int]],
) -> None:
    sizes, whole, km = (np.array([row[place] for row in rows]) for place in range(3))
    taken = choose(sizes.astype(float), whole.astype(bool), km.astype(float) * 1000)
    served, count, way = by_every_subset(rows)
    assert taken.sum() == pytest.approx(served, abs=1e-5)
    assert (taken > 0).sum() == count
    assert taken @ km == pytest.approx(way, abs=1e-4) if rows else way == 0
    goes_whole = whole.astype(bool) & (taken > 0)
    assert taken[goes_whole] == pytest.approx(sizes[goes_whole].astype(float), abs=1e-6)


def doors(quantity: int, kind: str = "supply", **fields: Any) -> Listing:
    return published(kind, quantity=quantity, **fields)


@pytest.mark.django_db
def test_two_here_ten_there_and_eight_further_on_make_twenty(client: Client) -> None:
    here, there, further = doors(2), doors(10, at=(51.08, 3.72)), doors(8, at=(51.1, 3.8))
    doors(30, splittable=False)  # too large to go whole
    demand = doors(20, "demand")
    bundle = bundle_for(demand, at=NOW)
    assert bundle is not None
    assert [(stop.supply, round(stop.share * 20)) for stop in bundle.stops] == [(there, 10), (further, 8), (here, 2)]
    assert bundle.coverage == pytest.approx(1)
    shown = client.get(f"/api/v1/listings/{demand.pk}/matches/").json()["bundle"]
    assert [row["supply"]["id"] for row in shown["stops"]] == [there.pk, further.pk, here.pk]
    assert shown["coverage"] == 1
    page = client.get(f"/zoekertje/{demand.pk}/matches/").content.decode()
    assert "Samen lukt het" in page
    assert "10\N{NO-BREAK SPACE}stuks" in page


@pytest.mark.django_db
def test_a_demand_from_one_place_has_no_bundle_nor_one_that_a_single_supply_serves() -> None:
    doors(2)
    doors(10)
    assert bundle_for(doors(20, "demand", splittable=False), at=NOW) is None
    doors(40)
    assert bundle_for(doors(20, "demand"), at=NOW) is None
    assert bundle_for(Listing.objects.filter(kind="supply")[0], at=NOW) is None


@pytest.mark.django_db
def test_a_bundle_takes_as_many_queries_for_many_supplies_as_for_few() -> None:
    demand = doors(500, "demand")
    counts = []
    for _round in range(2):
        for number in range(6):
            doors(5, at=(GENT[0] + number / 500, GENT[1]))
        with CaptureQueriesContext(connection) as queries:
            bundle = bundle_for(demand, at=NOW)
        assert bundle is not None
        counts.append((len(queries), len(bundle.stops)))
    (few, stops_of_few), (many, stops_of_many) = counts
    assert few == many <= 9
    assert (stops_of_few, stops_of_many) == (6, 12)

"""Tiles of filters that no cell is counted for: where very many would have to be looked at, a sample is."""

import datetime as dt
from math import sqrt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from listings.models import Listing
from listings.querysets import SAMPLED_OF
from listings.search import tile_listings
from listings.search.parameters import SearchParameters
from tests.databases import demo_listings
from tests.listings.searching import found
from tests.listings.test_plans import plan_of
from tests.makers import published
from tests.vector_tiles import read_tile, tile_of

pytestmark = pytest.mark.django_db


#: All of the land.
LAND = tile_of(4.4, 51.0, 4)
FILTERS = [
    {"condition": "used"}, {"max_price": "40"}, {"q": "hout"}, {"condition": "used", "kind": "supply"},
    {"condition": "used", "material": "wood"}, {"lat": "51.05", "lon": "3.72", "radius_km": "80"},
]  # fmt: skip


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Listings as the demo makes them; some are drafts again, some ended yesterday and aren't marked yet."""
    with django_db_blocker.unblock(), demo_listings(6_000, seed=3):
        some = Listing.objects.order_by("pk").values_list("pk", flat=True)
        Listing.objects.filter(pk__in=some[0:4000:5]).update(status="draft")
        Listing.objects.filter(pk__in=some[1:4000:9]).update(
            available_until=timezone.localdate() - dt.timedelta(1),
            available_from=timezone.localdate() - dt.timedelta(9),
        )
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE listings_listing")
        yield


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_listings, "MOST_LISTINGS", 5 * SAMPLED_OF)


def drawn(client: Client, tile: tuple[int, int, int], **filters: str) -> list[dict[str, Any]]:
    z, x, y = tile
    answer = client.get(f"/tiles/listings/{z}/{x}/{y}.mvt", filters)
    return read_tile(answer.content)["listings"].features if answer.content else []


def total(features: list[dict[str, Any]]) -> int:
    return sum(feature["count"] for feature in features)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_many_are_counted_from_a_sample_that_each_stands_for_sixteen(
    many: None, few_are_many: None, client: Client, filters: dict[str, str]
) -> None:
    features = drawn(client, LAND, **filters)
    assert features
    assert total(features) == SAMPLED_OF * found(**filters).sampled().count()
    assert all(feature["approximate"] is True for feature in features)
    # Each listing is in the sample or isn't, by chance: n of them differ by no more than five standard deviations.
    true = found(**filters).count()
    assert abs(total(features) - true) <= 5 * sqrt((SAMPLED_OF - 1) * true)


@pytest.mark.parametrize("z", [7, 13, 14, 16])
def test_nothing_of_a_sample_is_a_point_that_opens_a_listing(
    many: None, few_are_many: None, monkeypatch: pytest.MonkeyPatch, client: Client, z: int
) -> None:
    monkeypatch.setattr(tile_listings, "MOST_LISTINGS", 0)
    here = found(condition="used").sampled().first()
    assert here
    assert here.shown_location
    features = drawn(client, tile_of(here.shown_location.x, here.shown_location.y, z), condition="used")
    assert features
    assert all(feature["count"] >= SAMPLED_OF and feature["approximate"] for feature in features)
    assert not any("id" in feature or "title" in feature for feature in features)


def test_rare_ones_among_many_are_counted_exactly(many: None, few_are_many: None, client: Client) -> None:
    rare = [published(title="Zwart orgelharmonium", at=(51.0 + step / 50, 4.4)) for step in range(3)]
    for filters in ({"q": "orgelharmonium"}, {"q": "orgelharmonium", "kind": "supply", "condition": "used"}):
        features = drawn(client, LAND, **filters)
        assert total(features) == len(rare)
        assert not any("approximate" in feature for feature in features)


def test_where_few_lie_they_are_counted_exactly(many: None, client: Client) -> None:
    for filters in FILTERS:
        features = drawn(client, LAND, **filters)
        assert total(features) == found(**filters).count() > 0
        assert not any("approximate" in feature for feature in features)


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_a_sample_is_read_from_its_own_index(many: None, few_are_many: None, filters: dict[str, str]) -> None:
    reading = tile_listings.read(SearchParameters.parse({"bbox": "3,50.8,5,51.4", **filters}))
    assert reading.each == SAMPLED_OF
    plan = plan_of(*reading.rows)
    assert "nearby_sampled" in plan
    assert "Seq Scan" not in plan
    assert "nearby_any" not in plan

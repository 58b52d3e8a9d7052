"""Each way to read a search is taken for the example that its file gives, and the answer says so."""

from types import ModuleType
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from listings.search.cells import fold_cells
from listings.search.parameters import SearchParameters
from listings.search.path_header import HEADER
from listings.search.query import search
from listings.search.strategies import counted_cells, inverted_index, nearest, newest, sample
from tests.databases import demo_listings
from tests.listings.searching import everything

pytestmark = pytest.mark.django_db
NEAR = {"lat": "51.05", "lon": "3.72", "radius_km": "50"}


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Listings as the demo makes them, counted into the map's cells."""
    with django_db_blocker.unblock(), demo_listings(6_000, seed=3):
        fold_cells()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE listings_listing")
        yield


@pytest.fixture
def a_dozen_is_plenty(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr("listings.search.query.COUNT_LIMIT", 10)
    settings.SEARCH_PATH_HEADER = True


@pytest.mark.parametrize(
    ("strategy", "path"),
    [
        (counted_cells, "counted-cells, nearest"),
        (sample, "sample, nearest"),
        (nearest, "nearest"),
        (inverted_index, "inverted-index"),
        (newest, "newest, counted-cells"),
    ],
    ids=lambda value: value.NAME if isinstance(value, ModuleType) else "",
)
def test_each_is_chosen_for_its_example(
    many: None, a_dozen_is_plenty: None, client: Client, strategy: Any, path: str
) -> None:
    answer = client.get(f"/api/v1/search/?{strategy.EXAMPLE}")
    assert answer.json()["results"]
    assert answer[HEADER] == path
    assert strategy.NAME in path


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"q": "orgelharmonium"}, ["inverted-index"]),
        ({"material": "wood"}, ["counted-cells", "nearest"]),
        # The sample's index knows no numbers of goods, and cells no conditions.
        ({"kind": "demand", "material": "wood", "condition": "used"}, ["nearest"]),
        ({"sort": "newest", "condition": "used"}, ["newest", "sample"]),
        # Cells can't say how many a route passes.
        ({"to_lat": "51.2", "to_lon": "4.4", "detour_km": "40"}, ["sample", "nearest"]),
    ],
    ids=str,
)
def test_what_is_asked_decides(many: None, a_dozen_is_plenty: None, asked: dict[str, str], path: list[str]) -> None:
    assert search(SearchParameters.parse(NEAR | asked)).path == path


def test_very_many_that_lie_far_off_are_read_further_on(
    many: None, a_dozen_is_plenty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a hub that is asked for from the other end of the country, then no more is sorted than its nearest."""
    asked = SearchParameters.parse({"lat": "51.21", "lon": "2.92", "hub": "circulaire-hub-genk"})
    nearest_twenty = everything(asked)[:20]
    monkeypatch.setattr(nearest, "SCANNED", 5)
    page = search(asked)
    assert page.path == ["sample", "nearest"]
    assert [row.pk for row in page.found] == nearest_twenty


def test_what_the_nearest_leave_the_inverted_index_brings(
    many: None, a_dozen_is_plenty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = SearchParameters.parse(NEAR | {"kind": "supply", "material": "wood", "condition": "new"})
    all_of_them = everything(asked)
    assert len(all_of_them) > 3
    monkeypatch.setattr(nearest, "SCANNED", 2)
    page = search(asked)
    assert page.path == ["nearest", "inverted-index"]
    assert everything(asked) == all_of_them


def test_a_page_after_the_first_counts_nothing(many: None, a_dozen_is_plenty: None, client: Client) -> None:
    first = client.get(f"/api/v1/search/?{counted_cells.EXAMPLE}&page_size=3")
    assert client.get(first.json()["next"])[HEADER] == "nearest"


def test_only_those_who_ask_for_it_are_told_the_path(many: None, client: Client, settings: Any) -> None:
    for address in (f"/api/v1/search/?{nearest.EXAMPLE}", f"/?{nearest.EXAMPLE}"):
        assert HEADER not in client.get(address)
        settings.SEARCH_PATH_HEADER = True
        assert client.get(address)[HEADER] == "nearest"
        settings.SEARCH_PATH_HEADER = False

"""Counted cells of the map: the database keeps them true, and tiles drawn from them hold what the search finds."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from listings.models import Listing, ListingCell, ListingCellChange
from listings.search import cells
from listings.search.parameters import SearchParameters
from listings.search.tiles import counted_cells
from tests.databases import demo_listings
from tests.listings.searching import found
from tests.vector_tiles import read_tile, tile_of

pytestmark = pytest.mark.django_db

#: Tiles around Ghent and of the whole land, from the coarsest to the finest.
GHENT = [tile_of(3.7218, 51.0545, z) for z in range(17)]


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Listings as the demo makes them, most of them counted, some changed since."""
    with django_db_blocker.unblock(), demo_listings(6_000, seed=3):
        cells.fold_cells()
        some = Listing.objects.order_by("pk").values_list("pk", flat=True)
        Listing.objects.filter(pk__in=some[0:4000:40]).update(status="withdrawn")
        Listing.objects.filter(pk__in=some[5:4000:40]).update(status="draft")
        Listing.objects.filter(pk__in=some[10:4000:40]).update(
            available_until=timezone.localdate() - dt.timedelta(1),
            available_from=timezone.localdate() - dt.timedelta(9),
        )
        yield


def places(**filters: str) -> list[tuple[float, float]]:
    """Where what a search of the whole land finds is shown: longitude and latitude."""
    points = found(**filters).values_list("shown_location", flat=True)
    return [(point.x, point.y) for point in points if point is not None]


def counted_by_hand(z: int, shown: list[tuple[float, float]]) -> Counter[tuple[int, int]]:
    """Places by the tile that each lies in."""
    return Counter(tile_of(lon, lat, z)[1:] for lon, lat in shown)


def drawn(client: Client, z: int, x: int, y: int, **filters: str) -> list[dict[str, Any]]:
    answer = client.get(f"/tiles/listings/{z}/{x}/{y}.mvt", filters)
    assert len(answer.content) < 100_000
    return read_tile(answer.content)["listings"].features if answer.content else []


FILTERS = [
    {}, {"kind": "supply"}, {"kind": "service"}, {"hub": "sociaal-circulaire-hub-gent"}, {"material": "wood"},
    {"material": "wood", "kind": "demand"}, {"material": "wood", "hub": "sociaal-circulaire-hub-gent"},
    {"condition": "used"}, {"q": "hout"}, {"lat": "51.05", "lon": "3.72", "radius_km": "20"},
]  # fmt: skip


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_the_numbers_of_a_tile_add_up_to_what_the_search_finds_there(
    many: None, client: Client, filters: dict[str, str]
) -> None:
    shown = places(**filters)
    for z in (0, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16):
        by_tile = counted_by_hand(z, shown)
        busiest = [tile for tile, _count in by_tile.most_common(2)]
        for x, y in {*busiest, GHENT[z][1:]}:
            assert sum(feature["count"] for feature in drawn(client, z, x, y, **filters)) == by_tile[x, y], (z, x, y)


def test_every_tile_of_a_zoom_together_holds_every_listing_once(many: None, client: Client) -> None:
    by_tile = counted_by_hand(9, places())
    seen = {tile: sum(feature["count"] for feature in drawn(client, 9, *tile)) for tile in by_tile}
    assert seen == by_tile
    assert sum(seen.values()) > 5_000


def test_a_fold_changes_no_tile(many: None, client: Client) -> None:
    before = [sorted(map(str, drawn(client, *tile))) for tile in GHENT]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM listings_listingcellchange")
        assert cursor.fetchone()[0] > 0
    cells.fold_cells()
    assert not ListingCellChange.objects.exists()
    assert [sorted(map(str, drawn(client, *tile))) for tile in GHENT] == before


def stored() -> set[tuple[Any, ...]]:
    return {
        (*row[:1], str(row[1]), *row[2:])
        for row in ListingCell.objects.values_list(
            "hub_id", "material_spans", "cell", "kind", "count", "sum_id", "sum_x", "sum_y"
        )
    }


def test_what_triggers_noted_is_what_a_recount_finds(many: None) -> None:
    cells.fold_cells()
    before = stored()
    assert cells.recount_cells() == Listing.objects.published().count()
    assert stored() == before


def test_the_names_of_cells_are_those_of_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listings_world_x(point), listings_world_y(point), "
            "listings_cell(listings_world_x(point), listings_world_y(point)) "
            "FROM (SELECT ST_SetSRID(ST_MakePoint(3.7218, 51.0545), 4326) AS point) spot"
        )
        x, y, name = cursor.fetchone()
    assert (x >> 14, y >> 14) == tile_of(3.7218, 51.0545, 16)[1:]
    for z in range(19):
        inside = cells.cells_in(z, x >> 30 - z, y >> 30 - z, 18)
        assert inside.first <= name <= inside.last


@pytest.mark.parametrize(
    "filters", [{}, {"kind": "supply"}, {"hub": "sociaal-circulaire-hub-gent"}, {"material": "wood"}], ids=str
)
def test_low_zooms_read_counted_cells_and_no_listings(many: None, filters: dict[str, str]) -> None:
    cells.fold_cells()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE listings_listingcell, listings_listingcellchange, listings_listing")
    z, x, y = GHENT[8]
    parameters = SearchParameters.parse({"bbox": "0,50,6,52", **filters})
    statement = counted_cells(parameters, z, x, y)
    assert statement
    sql, values = statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan on listings_listing " not in plan
    assert ("listing_cell_material" if "material" in filters else "listing_cell_once") in plan
    assert "listing_to_expire" in plan


@pytest.mark.parametrize("layer", ["listings", "hubs"])
@pytest.mark.parametrize(
    "tile", ["30/0/0", "17/0/0", "8/256/0", "8/0/256", "8/99999999999999999999/1", "9" * 400 + "/0/0"]
)
def test_what_is_no_tile_costs_no_query(client: Client, django_assert_num_queries: Any, layer: str, tile: str) -> None:
    with django_assert_num_queries(0):
        assert client.get(f"/tiles/{layer}/{tile}.mvt").status_code == 404

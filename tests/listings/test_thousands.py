"""Search and its tiles, and the plans of matches, over two thousand listings as the demo makes them.

They stay in the database for the whole file, so what counts a few listings of its own stands elsewhere.
"""

import datetime as dt
import math
import random
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geo.models import Hub
from geo.points import metric, point_from
from listings.enums import Condition, ListingKind
from listings.models import Listing, Match
from listings.search.parameters import SearchParameters
from listings.search.query import search
from materials.enums import Unit
from materials.models import Material
from materials.units import comparable_units
from tests.vector_tiles import read_tile

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Two thousand listings as the demo makes them, for the tests of this file."""
    with django_db_blocker.unblock():
        call_command("demo", listings=2000, seed=7, stdout=StringIO(), stderr=StringIO())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE listings_listing, listings_match")
        yield
        call_command("demo", listings=0, seed=7, stdout=StringIO(), stderr=StringIO())


def by_brute_force(asked: SearchParameters, rows: list[Listing]) -> list[int]:
    """The same search over all rows in plain Python."""
    today = timezone.localdate()
    centre = metric(asked.point) if asked.point else None
    found = []
    for row in rows:
        if row.available_until and row.available_until < today:
            continue
        if asked.kind and row.kind != asked.kind:
            continue
        away = math.hypot(row.position.x - centre.x, row.position.y - centre.y) if centre else 0.0
        if asked.radius_km is not None and away > asked.radius_km * 1000:
            continue
        if asked.hub and asked.hub.pk not in row.hub_ids:
            continue
        if asked.material and not _takes(row, asked.material):
            continue
        if asked.condition and (row.condition is None or row.condition < asked.condition):
            continue
        if asked.available_on and not (
            row.available_from <= asked.available_on
            and (row.available_until is None or row.available_until >= asked.available_on)
        ):
            continue
        if asked.max_price is not None and not (
            row.price_kind in ("free", "removal_fee")
            or (row.price_kind == "fixed" and row.price_eur is not None and row.price_eur <= asked.max_price)
        ):
            continue
        if asked.min_quantity is not None and asked.unit is not None:
            factors = dict(comparable_units(asked.unit))
            if row.unit not in factors or row.quantity < asked.min_quantity * factors[row.unit]:
                continue
        found.append((away, row.pk))
    return [pk for _away, pk in sorted(found)]


def _takes(row: Listing, material: Material) -> bool:
    if row.kind == ListingKind.SERVICE:
        return any(
            taken.tree_left <= material.tree_right and material.tree_left <= taken.tree_right
            for taken in row.materials.all()
        )
    return row.material is not None and material.tree_left <= row.material.tree_left <= material.tree_right


def everything(asked: SearchParameters) -> list[int]:
    """Every page of a search, one after the other."""
    from dataclasses import replace

    found: list[int] = []
    while True:
        page = search(asked, AnonymousUser())
        found += [row.pk for row in page.results]
        if page.next_cursor is None:
            return found
        asked = replace(asked, cursor=page.next_cursor)


def test_search_finds_what_brute_force_finds_in_the_same_order(many: None) -> None:
    draw = random.Random(11)
    rows = list(Listing.objects.filter(status="published").select_related("material").prefetch_related("materials"))
    materials = list(Material.objects.all())
    hubs = list(Hub.objects.all())
    today = timezone.localdate()
    for _round in range(60):
        asked = SearchParameters(
            kind=draw.choice([None, *ListingKind]),
            point=point_from(lat=draw.uniform(50.8, 51.3), lon=draw.uniform(2.9, 5.5)),
            radius_km=draw.choice([2.0, 10.0, 40.0, 150.0]),
            material=draw.choice([None, None, *draw.sample(materials, 4)]),
            hub=draw.choice([None, None, None, *hubs]),
            condition=draw.choice([None, None, *Condition]),
            available_on=draw.choice([None, None, today, today + dt.timedelta(days=40)]),
            max_price=draw.choice([None, None, 0, 100]),
            min_quantity=draw.choice([None, None, 5, 500]),
            unit=draw.choice([Unit.KG, Unit.TONNE, Unit.PIECE]),
            page_size=draw.choice([7, 50]),
        )
        assert everything(asked) == by_brute_force(asked, rows), asked


def explain(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql.replace('%', '%%')}")
        return "\n".join(row[0] for row in cursor.fetchall())


#: Ghent and its surroundings, at four zooms: (z, x, y).
TILES = [(8, 130, 85), (10, 522, 342), (12, 2090, 1370), (13, 4180, 2740)]
FILTERS = [{}, {"kind": "supply"}, {"kind": "demand", "material": "wood"}, {"condition": "as_new", "max_price": "100"}]


def degrees_of(z: int, x: int, y: int) -> str:
    """A tile's box as search takes it: west,south,east,north."""
    lon = [column / 2**z * 360 - 180 for column in (x, x + 1)]
    lat = [math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z)))) for row in (y + 1, y)]
    return f"{lon[0]},{lat[0]},{lon[1]},{lat[1]}"


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize(("z", "x", "y"), TILES)
def test_a_tile_draws_what_the_search_finds_in_its_box(
    client: Client, many: None, z: int, x: int, y: int, filters: dict[str, str]
) -> None:
    found = everything(SearchParameters.parse(filters | {"bbox": degrees_of(z, x, y), "page_size": "100"}))
    answer = client.get(f"/tiles/listings/{z}/{x}/{y}.mvt", filters)
    if not found:
        assert answer.status_code == 204
        return
    features = read_tile(answer.content)["listings"].features
    assert sum(feature["count"] for feature in features) == len(found)
    alone = [feature for feature in features if feature["count"] == 1]
    assert {feature["id"] for feature in alone} <= set(found)
    assert all("id" not in feature for feature in features if feature["count"] > 1)
    titles = dict(Listing.objects.filter(pk__in=found).values_list("pk", "title"))
    assert all(feature["title"] == titles[feature["id"]][:80] for feature in alone)


def test_every_listing_is_in_some_tile_once(client: Client, many: None) -> None:
    """Belgium in the sixteen tiles of zoom 8 that hold it, and all that is published."""
    drawn = 0
    for x in range(129, 134):
        for y in range(84, 88):
            answer = client.get(f"/tiles/listings/8/{x}/{y}.mvt")
            if answer.status_code == 200:
                drawn += sum(feature["count"] for feature in read_tile(answer.content)["listings"].features)
    assert drawn == Listing.objects.published().not_over(timezone.localdate()).count()


def test_a_tile_stays_small_however_many_it_holds(client: Client, many: None) -> None:
    answer = client.get("/tiles/listings/5/16/10.mvt")
    assert len(read_tile(answer.content)["listings"].features) <= 144
    assert len(answer.content) < 20_000


def plan_of(client: Client, path: str) -> str:
    """How the database reads matches for a request."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).json()["results"]
    (sql,) = (query["sql"] for query in queries if 'FROM "listings_match"' in query["sql"])
    with connection.cursor() as cursor:
        # These tables are small enough to read whole; what counts is that no larger one would have to be.
        cursor.execute("SET LOCAL enable_seqscan = off")
    return explain(sql)


def test_the_matches_of_a_listing_are_read_by_its_two_indexes(client: Client, many: None) -> None:
    match = Match.objects.current().latest("score")
    for listing_id in (match.supply_id, match.demand_id):
        plan = plan_of(client, f"/api/v1/listings/{listing_id}/matches/")
        assert "BitmapOr" in plan, plan
        assert f"Index Cond: (supply_id = {listing_id})" in plan, plan
        assert f"Index Cond: (demand_id = {listing_id})" in plan, plan


def test_the_pairs_of_a_hub_are_read_best_first(client: Client, many: None) -> None:
    plan = plan_of(client, "/api/v1/hubs/sociaal-circulaire-hub-gent/pairs/")
    assert "match_best" in plan or "match_hubs" in plan, plan
    assert "Seq Scan" not in plan, plan

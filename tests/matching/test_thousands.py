"""Search and its tiles, and the plans of matches, over two thousand listings as the demo makes them.

They stay in the database for the whole file, so what counts a few listings of its own stands elsewhere.
"""

import datetime as dt
import itertools
import math
import random
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from geo.models import Hub
from geo.points import metric, point_from
from listings.enums import Condition, ListingKind, ServiceKind
from listings.models import Listing, SearchWord
from listings.search.cells import fold_cells
from listings.search.counts import condition_counts, family_counts, kind_counts
from listings.search.lexicon import ALIKE, MOST_OFF, NEAREST, SHORTEST
from listings.search.parameters import SearchParameters
from listings.search.query import COUNT_LIMIT, reference_point, search
from listings.search.strategies.nearest import SCANNED
from matching.models import Match
from materials.enums import Unit
from materials.models import Material
from materials.units import comparable_units
from tests.databases import demo_listings
from tests.listings.searching import everything, found
from tests.vector_tiles import read_tile

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Two thousand listings as the demo makes them, for the tests of this file."""
    with django_db_blocker.unblock(), demo_listings(2_000, seed=1, paired=True):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE listings_listing, matching_match")
        yield


def by_brute_force(asked: SearchParameters, rows: list[Listing], worded: set[int]) -> list[int]:
    """The same search over all rows in plain Python; `worded` are the ids of those that have its words."""
    today = timezone.localdate()
    centre = reference_point(asked)
    found = []
    for row in rows:
        if row.available_until and row.available_until < today:
            continue
        if asked.kind and row.kind != asked.kind:
            continue
        away = math.hypot(row.position.x - centre.x, row.position.y - centre.y)
        if asked.radius_km is not None and away > asked.radius_km * 1000:
            continue
        if asked.hub and asked.hub.pk not in row.hub_ids:
            continue
        if asked.material and not _takes(row, asked.material):
            continue
        if asked.destination and asked.detour_km is not None:
            end = metric(asked.destination)
            back = math.hypot(row.position.x - end.x, row.position.y - end.y)
            if away + back > math.hypot(centre.x - end.x, centre.y - end.y) + asked.detour_km * 1000:
                continue
        if asked.bbox and not _lies_in(row, asked.bbox):
            continue
        if asked.service and asked.service not in (
            row.needs_services if asked.kind == ListingKind.SUPPLY else row.service_kinds
        ):
            continue
        if asked.q and row.pk not in worded:
            continue
        if asked.among and not any(_takes(row, material) for material in asked.among):
            continue
        if asked.condition and (row.condition is None or row.condition < asked.condition):
            continue
        if asked.available_on and not (
            row.available_from
            and row.available_from <= asked.available_on
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
            if (
                row.unit not in factors
                or row.quantity is None
                or row.quantity - row.taken_quantity < asked.min_quantity * factors[row.unit]
            ):
                continue
        found.append((away, row.pk, row.published_at))
    if asked.sort == "relevance":
        kinds = {row.pk: list(ListingKind).index(ListingKind(row.kind)) for row in rows}
        return [pk for _away, pk, _at in sorted(found, key=lambda row: (kinds[row[1]], row[0], row[1]))]
    if asked.sort == "newest":
        return [pk for _away, pk, at in sorted(found, key=lambda row: (row[2], row[1]), reverse=True)]
    return [pk for _away, pk, _at in sorted(found)]


def _lies_in(row: Listing, bbox: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bbox
    assert row.shown_location is not None
    return west <= row.shown_location.x <= east and south <= row.shown_location.y <= north


def _takes(row: Listing, material: Material) -> bool:
    if row.kind == ListingKind.SERVICE:
        return any(
            taken.tree_left <= material.tree_right and material.tree_left <= taken.tree_right
            for taken in row.materials.all()
        )
    return row.material is not None and material.tree_left <= row.material.tree_left <= material.tree_right


#: In titles, in descriptions, both; several words; nothing.
WORDS = ["houten", "stevig", "laadbord", "paletten", "houten balken", "vaatwaser", "oude kast", "qwertzuiop"]


def draw_search(draw: random.Random) -> SearchParameters:
    """Any search that its parameters allow, seldom with many filters at once."""
    today = timezone.localdate()

    def sometimes(*options: Any) -> Any:
        return draw.choice(options) if draw.random() < 0.25 else None

    point = point_from(lat=draw.uniform(50.8, 51.2), lon=draw.uniform(2.9, 5.4))
    destination = sometimes(point_from(lat=draw.uniform(50.8, 51.2), lon=draw.uniform(2.9, 5.4)))
    west, south = draw.uniform(2.6, 5.0), draw.uniform(50.7, 51.2)
    unit = draw.choice([Unit.KG, Unit.TONNE, Unit.PIECE])
    return SearchParameters(
        kind=draw.choice([None, *ListingKind]),
        point=point,
        radius_km=None if destination else draw.choice([2.0, 10.0, 40.0, 150.0]),
        destination=destination,
        detour_km=draw.choice([2.0, 25.0]) if destination else None,
        bbox=sometimes((west, south, west + draw.uniform(0.1, 1.5), south + draw.uniform(0.1, 0.8))),
        material=sometimes(*Material.objects.all()),
        hub=sometimes(*Hub.objects.all()),
        service=sometimes(*ServiceKind),
        among=tuple(draw.sample(list(Material.objects.all()), draw.choice([1, 2, 3]))) if draw.random() < 0.25 else (),
        q=sometimes(*WORDS) or "",
        condition=sometimes(*Condition),
        available_on=sometimes(today, today + dt.timedelta(days=40)),
        max_price=sometimes(Decimal(0), Decimal("0.5"), Decimal(64), Decimal(100)),
        min_quantity=sometimes(Decimal("0.3"), Decimal(5), Decimal(512), Decimal(10**8)),
        unit=unit,
        sort=draw.choice(["distance", "distance", "newest", "relevance"]),
        page_size=draw.choice([7, 50]),
    )


@pytest.mark.parametrize(("scanned", "limit"), [(SCANNED, COUNT_LIMIT), (40, 60)])
def test_search_finds_what_brute_force_finds_in_the_same_order(
    many: None, monkeypatch: pytest.MonkeyPatch, scanned: int, limit: int
) -> None:
    """Also where it looks at few before it asks the inverted index, and cells tell of plenty, as among a million."""
    monkeypatch.setattr("listings.search.strategies.nearest.SCANNED", scanned)
    monkeypatch.setattr("listings.search.query.COUNT_LIMIT", limit)
    fold_cells()
    draw = random.Random(11)
    published = Listing.objects.filter(status="published").select_related("material").prefetch_related("materials")
    rows = list(published)
    worded = {
        words: set(
            published.filter(
                search_vector=SearchQuery(words, config="dutch_unaccent", search_type="websearch")
            ).values_list("pk", flat=True)
        )
        for words in WORDS
    }
    for _round in range(80):
        asked = draw_search(draw)
        expected = by_brute_force(asked, rows, worded.get(asked.q, set()))
        assert everything(asked) == expected, asked
        page = search(asked)
        assert (page.count, page.exact) == (min(len(expected), limit), len(expected) <= limit), asked


def test_counts_by_facet_are_what_the_searches_find(many: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("listings.search.counts.FEW", 10**6)
    monkeypatch.setattr("listings.search.strategies.nearest.SCANNED", 60)
    draw = random.Random(12)
    families = {family.code: family for family in Material.objects.families()}
    counts = []
    for _round in range(30):
        asked = draw_search(draw)

        def count(**changed: Any) -> int:
            return search(replace(asked, **changed)).count  # noqa: B023

        counted = {facet.value: facet.count for facet in family_counts(asked)}
        counts.append(sum(counted.values()))
        goods = replace(asked, kind=ListingKind.SUPPLY)
        assert {facet.value: facet.count for facet in kind_counts(asked)} == {
            kind.value: count(kind=kind) for kind in ListingKind
        }
        if asked.kind in (None, ListingKind.SERVICE):
            assert counted == {code: found for code, family in families.items() if (found := count(material=family))}
        assert {facet.value: facet.count for facet in condition_counts(goods)} == {
            choice.slug: search(replace(goods, condition=choice)).count for choice in Condition
        }
    # Else the rounds would have compared nothing with nothing.
    assert sum(count > 0 for count in counts) >= 3


def explain(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql.replace('%', '%%')}")
        return "\n".join(row[0] for row in cursor.fetchall())


#: Ghent and its surroundings: (z, x, y).
TILES = [(8, 130, 85), (10, 522, 342)]
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
    check_tile(client, z, x, y, filters)


@pytest.mark.parametrize("filters", FILTERS[1:])
@pytest.mark.parametrize("z", [12, 13])
def test_a_listing_that_lies_alone_is_drawn_as_itself(
    client: Client, many: None, z: int, filters: dict[str, str]
) -> None:
    points = found(**filters).values_list("shown_location", flat=True)
    places = [(point.x, point.y) for point in points if point]
    # By squares of two kilometres or so: nothing in those around it is near enough to be drawn as one with it.
    squares = Counter((round(lon / 0.02), round(lat / 0.02)) for lon, lat in places)
    lon, lat = next(
        (lon, lat)
        for lon, lat in places
        if sum(
            squares[round(lon / 0.02) + east, round(lat / 0.02) + north] for east in (-1, 0, 1) for north in (-1, 0, 1)
        )
        == 1
    )
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    assert check_tile(client, z, x, y, filters) > 0


def check_tile(client: Client, z: int, x: int, y: int, filters: dict[str, str]) -> int:
    """Hold a tile against the search of its box; returns how many listings it draws alone."""
    inside = everything(SearchParameters.parse(filters | {"bbox": degrees_of(z, x, y), "page_size": "100"}))
    answer = client.get(f"/tiles/listings/{z}/{x}/{y}.mvt", filters)
    assert inside
    features = read_tile(answer.content)["listings"].features
    assert sum(feature["count"] for feature in features) == len(inside)
    alone = [feature for feature in features if feature["count"] == 1]
    assert {feature["id"] for feature in alone} <= set(inside)
    assert all("id" not in feature for feature in features if feature["count"] > 1)
    titles = dict(Listing.objects.filter(pk__in=inside).values_list("pk", "title"))
    assert all(feature["title"] == titles[feature["id"]][:80] for feature in alone)
    return len(alone)


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
    features = read_tile(answer.content)["listings"].features
    assert sum(feature["count"] for feature in features) > 500
    assert len(features) <= 144
    assert len(answer.content) < 20_000


def plan_of(client: Client, path: str) -> str:
    """How the database reads matches for a request."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).json()["results"]
    (sql,) = (query["sql"] for query in queries if 'FROM "matching_match"' in query["sql"])
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


def test_the_nearest_word_is_found_by_its_trigrams(many: None) -> None:
    """Also whether a listing has had the typed word since the words were gathered is asked of an index."""
    letters = itertools.product("abcdefghijklmnopqrst", "abcdefghijklmnopqrst", "uvwxyz")
    SearchWord.objects.bulk_create(SearchWord(lexeme="".join(word * 2), written="", listings=1) for word in letters)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE listings_searchword")
        # It is small enough to read whole; what counts is that no larger one would have to be.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN {NEAREST}", {"words": ["overgordein"], "alike": ALIKE, "shortest": SHORTEST, **MOST_OFF}
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "search_word_alike" in plan, plan
    assert "found_by_facets" in plan, plan

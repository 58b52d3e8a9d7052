"""How the database reads searches, over enough listings that nothing has to be forced on the planner.

Each statement is the one that the search sends, prepared with the types that it sends and planned without its values,
as every connection of Werkstof has it.
"""

import math
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg.adapt import PyFormat, Transformer

from accounts.models import Organisation
from geo.models import Hub
from geo.points import point_from
from listings.duplicates.own import own_alike
from listings.duplicates.pairs import alike_in_hub
from listings.enums import ListingKind
from listings.models import Listing
from listings.search.asking import ask
from listings.search.parameters import SearchParameters
from listings.search.query import parts_of, search
from matching.chains.find import chains_of
from materials.models import Material
from tests.databases import demo_listings
from tests.makers import GENT

pytestmark = pytest.mark.django_db
SIZE = 20_000


@pytest.fixture(scope="module")
def many(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Twenty thousand listings as the demo makes them, unpaired: their pairs are no part of a search."""
    with django_db_blocker.unblock(), demo_listings(SIZE, seed=7):
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE listings_listing")
        yield


def plan_of(sql: str, parameters: Any) -> str:
    """The generic plan of a statement with its parameters' types."""
    assert connection.connection is not None
    transformer = Transformer.from_context(connection.connection)
    oids = [transformer.get_dumper(value, PyFormat.AUTO).oid for value in parameters]
    pieces = sql.split("%s")
    assert len(pieces) == len(oids) + 1
    numbered = pieces[0] + "".join(f"${number}{piece}" for number, piece in enumerate(pieces[1:], start=1))
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        assert cursor.fetchone() == ("force_generic_plan",)
        cursor.execute("SELECT o::regtype::text FROM unnest(%s::oid[]) WITH ORDINALITY u (o, n) ORDER BY n", [oids])
        types = ["unknown" if name == "-" else name for (name,) in cursor.fetchall()]
        given = f"({', '.join(types)})" if types else ""
        cursor.execute(f"PREPARE searched{given} AS {numbered.replace('%', '%%')}")
        try:
            # Whoever plans without values may be given none.
            nothing = f"({', '.join(['NULL'] * len(types))})" if types else ""
            cursor.execute(f"EXPLAIN EXECUTE searched{nothing}")
            return "\n".join(row[0] for row in cursor.fetchall())
        finally:
            cursor.execute("DEALLOCATE searched")


def sent_by(asked: SearchParameters) -> tuple[str, Any]:
    """What a search sends to find its first page: the first statement that reads listings."""
    sent: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if "AS distance_m FROM listings_listing" in sql and "hashint8" not in sql:
            sent.append((sql, parameters or ()))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        assert search(asked).found
    return sent[0]


def assert_reads_only(plan: str, *indexes: str) -> None:
    assert any(f"Index Scan using {index}" in plan for index in indexes), plan
    assert "Seq Scan" not in plan, plan
    # Where listings lie equally far, their ids decide: of the few that are taken, none of those that are read.
    keys = {line.strip() for line in plan.splitlines() if "Sort Key" in line}
    assert keys <= {"Sort Key: taken.distance_m, taken.id", "Sort Key: taken.published_at DESC, taken.id DESC"}, plan


@pytest.mark.parametrize("radius_km", [5.0, 25.0, 150.0])
@pytest.mark.parametrize(
    ("kind", "code"), [("supply", "wood"), ("demand", "wood"), ("service", "appliances"), (None, "wood"), (None, None)]
)
def test_the_nearest_are_read_in_order(many: None, kind: str | None, code: str | None, radius_km: float) -> None:
    asked = SearchParameters(
        kind=ListingKind(kind) if kind else None,
        point=point_from(lat=GENT[0], lon=GENT[1]),
        radius_km=radius_km,
        material=Material.objects.get(code=code) if code else None,
    )
    plan = plan_of(*sent_by(asked))
    assert_reads_only(plan, f"nearby_{kind or 'any'}")
    assert 'Order By: ("position" <->' in plan, plan
    assert "Index Cond: " in plan, plan


@pytest.mark.parametrize("sort", ["distance", "relevance"])
def test_what_a_sentence_names_is_read_in_order(many: None, sort: str) -> None:
    named = tuple(Material.objects.filter(code__in=["wood", "furniture"]))
    asked = SearchParameters(
        kind=ListingKind.SUPPLY, point=point_from(lat=GENT[0], lon=GENT[1]), radius_km=25.0, among=named, sort=sort
    )
    plan = plan_of(*sent_by(asked))
    assert_reads_only(plan, "nearby_supply")
    assert 'Order By: ("position" <->' in plan, plan


def test_whether_any_of_a_material_has_a_word_is_asked_of_an_index(many: None) -> None:
    sent: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        sent.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        ask({"bbox": "2.5,49.4,6.5,51.6", "q": "groezelige stoelen"})
    ((sql, values),) = [one for one in sent if "search_vector" in one[0] and "facets" in one[0]]
    plan = plan_of(sql, values)
    assert "found_by_facets" in plan, plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize("kind", list(ListingKind))
def test_a_hub_s_are_read_in_order(many: None, kind: ListingKind) -> None:
    asked = SearchParameters(kind=kind, hub=Hub.objects.get(slug="sociaal-circulaire-hub-gent"))
    plan = plan_of(*sent_by(asked))
    assert_reads_only(plan, f"nearby_{kind.value}")
    assert 'Order By: ("position" <->' in plan, plan


def test_all_of_a_hub_are_read_from_the_box_around_it(many: None) -> None:
    """In order or not: both cost about the same, and the box bounds what there is to sort."""
    plan = plan_of(*sent_by(SearchParameters(hub=Hub.objects.get(slug="sociaal-circulaire-hub-gent"))))
    assert "Scan using nearby_any" in plan or "Scan on nearby_any" in plan, plan
    assert 'Index Cond: ("position" &&' in plan, plan
    assert "Seq Scan" not in plan, plan


def test_the_newest_are_read_in_order(many: None) -> None:
    plan = plan_of(*sent_by(SearchParameters(point=point_from(lat=GENT[0], lon=GENT[1]), sort="newest")))
    assert_reads_only(plan, "newest")


@pytest.mark.parametrize("kind", [None, *ListingKind])
@pytest.mark.parametrize(("z", "x", "y"), [(8, 130, 85), (12, 2090, 1370), (13, 4180, 2740)])
def test_a_tile_s_listings_are_read_from_their_box(
    many: None, kind: ListingKind | None, z: int, x: int, y: int
) -> None:
    west, east = (column / 2**z * 360 - 180 for column in (x, x + 1))
    north, south = (math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**z)))) for row in (y, y + 1))
    asked = SearchParameters(kind=kind, bbox=(west, south, east, north))
    (part,) = parts_of(asked)
    plan = plan_of(*part.each())
    assert_reads_only(
        plan.replace("Bitmap Index Scan on", "Index Scan using"), f"nearby_{kind.value if kind else 'any'}"
    )
    assert 'Index Cond: ("position" &&' in plan, plan


@pytest.mark.parametrize("kind", list(ListingKind))
def test_the_other_sides_of_a_chain_are_read_nearest_first(many: None, kind: ListingKind) -> None:
    """Whatever the listing: each search for candidates reads a partial index in order, with its material in it."""
    listings = Listing.objects.published().filter(kind=kind).exclude(hub_ids=[]).select_related("material")
    if kind == ListingKind.SUPPLY:
        listings = listings.filter(condition=2)
    sent: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if "<->" in sql:
            sent.append((sql, parameters))
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(note):
        chains_of(listings.latest("pk"), at=timezone.now())
    others = [f"nearby_{other.value}" for other in ListingKind if other != kind]
    assert len(sent) == 2
    for sql, parameters in sent:
        plan = plan_of(sql, parameters)
        assert any(f"Index Scan using {index}" in plan for index in others), plan
        assert 'Order By: ("position" <->' in plan, plan
        assert "Seq Scan" not in plan, plan
        assert "Sort" not in plan, plan
        conditions = [line for line in plan.splitlines() if "Index Cond" in line]
        assert conditions, plan
        assert all("material_" in line for line in conditions), plan


def test_a_file_s_references_are_looked_up_by_a_hash(many: None) -> None:
    """A file that comes again has as many as its organisation: compared one by one, each with each."""
    again = Listing.objects.of_organisation(Organisation.objects.latest("pk")).referenced(["B-1", "B-2"])
    plan = plan_of(*again.query.sql_with_params())
    assert "ANY" not in plan, plan
    assert "Hash" in plan, plan
    assert "Seq Scan" not in plan, plan


def test_the_table_is_as_large_as_these_tests_say(many: None) -> None:
    assert Listing.objects.published().count() > SIZE * 0.7


def test_what_other_organisations_list_too_is_looked_for_by_place(many: Any) -> None:
    hub = Hub.objects.get(slug="sociaal-circulaire-hub-gent")
    with CaptureQueriesContext(connection) as queries:
        alike_in_hub(hub)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using nearby_any on listings_listing other" in plan, plan
    (asked,) = (line for line in plan.splitlines() if "Index Cond:" in line and "st_expand" in line)
    assert '"position" && st_expand(one."position"' in asked, plan


def test_own_listings_that_look_alike_are_found_by_their_organisation(many: Any) -> None:
    listing = Listing.objects.published().filter(kind=ListingKind.SUPPLY)[0]
    with CaptureQueriesContext(connection) as queries:
        list(own_alike(listing))
    (asked,) = (query["sql"] for query in queries if "WITH given" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"(organisation_id = {listing.organisation_id})" in plan.split("Index Cond:", 1)[-1].splitlines()[0], plan
    assert "Seq Scan" not in plan, plan

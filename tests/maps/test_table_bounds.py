"""The table of a large layer: what it reads is bounded, and it says so."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from frontend.components.paging import ROWS_PER_PAGE
from frontend.maps.files import COUNTED
from frontend.maps.table_page import MOST_PAGES
from maps import sources
from maps.models import MapFeature
from maps.ordering import ordered
from maps.sight import sight_of
from maps.sources import sources_of
from maps.standing import Standing, standing_of
from tests.listings.test_plans import plan_of
from tests.makers import make_organisation
from tests.maps.makers import Story, fill, point, store
from tests.maps.test_pages import of
from tests.maps.test_table_pages import ROW, rows, table, text_of

pytestmark = pytest.mark.django_db


def firm(name: str) -> Organisation:
    organisation = make_organisation()
    organisation.name = name
    organisation.save()
    return organisation


def firms(count: int) -> list[Organisation]:
    return [firm(f"Bedrijf {number:02}") for number in range(count)]


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")
        cursor.execute("ANALYZE accounts_organisation")


def of_firms(story: Story, organisations: list[Organisation], each: int) -> None:
    """So many published elements of each."""
    for organisation in organisations:
        store(story, [point()] * each, source_organisation=organisation)


def explained(sql: str, values: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {sql}", values)
        return "\n".join(row[0] for row in cursor.fetchall())


# ---- sources to choose from ----


def test_sources_are_those_of_what_somebody_sees_by_name() -> None:
    story = Story()
    later, earlier, hidden, nobody = map(firm, "ZAHN")
    of_firms(story, [later, earlier], each=2)
    story.draft(source_organisation=hidden)
    for standing, expected in (
        (Standing(), [earlier, later]), (standing_of(story.editor), [earlier, hidden, later]),
    ):  # fmt: skip
        found = sources_of(story.layer, sight_of(standing, story.layer))
        assert found == (expected, False)
    for asked in (hidden, nobody):
        found = sources_of(story.layer, sight_of(Standing(), story.layer), asked.pk)
        assert found.organisations == [earlier, later]


@pytest.mark.parametrize(("name", "bound"), [("MOST_GIVEN", 3), ("MOST_LOOKED_AT", 3)])
def test_of_very_many_sources_some_are_given_and_the_table_leads_to_all(
    name: str, bound: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    story, organisations = Story(), firms(5)
    of_firms(story, organisations, each=1)
    monkeypatch.setattr(sources, name, bound)
    page = text_of(Client().get(table(story)))
    assert "Niet alle staan in deze lijst." in page
    given = re.findall(r'<option value="\d+" [^>]*>(Bedrijf \d+)', page)
    assert given == ["Bedrijf 00", "Bedrijf 01", "Bedrijf 02"]
    # The last one is a click away, and then it is among them.
    last = organisations[-1]
    assert f'href="?bron={last.pk}#rows"' in page
    chosen = text_of(Client().get(f"{table(story)}?bron={last.pk}"))
    assert re.search(rf'<option value="{last.pk}" selected>Bedrijf 04', chosen)
    assert len(ROW.findall(chosen)) == 1


def test_sources_are_read_by_a_leap_for_each_and_not_by_element() -> None:
    """Given five sources of a thousand elements each, and as many that a stranger doesn't see, then a few rows of
    the index are read, and none of the table.
    """
    story, organisations = Story(), firms(5)
    of_firms(story, organisations, each=1_000)
    hidden = make_organisation()
    store(story, [point()] * 3_000, source_organisation=hidden)
    MapFeature.objects.filter(source_organisation=hidden).update(visibility=2)
    fill(story, 3_000)
    # The same sources in a layer after it, and one before.
    of_firms(Story(), organisations, each=200)
    analyze()
    found = sources_of(story.layer, sight_of(Standing(), story.layer))
    assert found.organisations == organisations
    plan = explained(sources._LEAPS, {"layer": story.layer.pk, "most": 1_001})
    assert "using feature_source_of_layer on maps_mapfeature" in plan, plan
    assert "Seq Scan" not in plan, plan
    assert sum(map(int, re.findall(r"feature_source_of_layer on maps_mapfeature.*actual rows=(\d+)", plan))) <= 3, plan
    for standing in (Standing(), standing_of(story.editor)):
        rows_of = sources._with_elements(story.layer, sight_of(standing, story.layer))
        some = rows_of.filter(pk__in=[one.pk for one in (*organisations, hidden)])
        plan = plan_of(*some.query.get_compiler(using="default").as_sql())
        assert "feature_source_of_layer" in plan, plan
        assert "Seq Scan on maps_mapfeature" not in plan, plan


def test_a_page_of_a_large_layer_takes_no_more_queries() -> None:
    story = Story()
    of_firms(story, firms(1), each=1)
    client, counts = of(story.editor), []
    client.get(table(story))
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{table(story)}?volgorde=source").status_code == 200
        counts.append(len(queries))
        of_firms(story, firms(20), each=60)
    assert counts[0] == counts[1], counts


# ---- how far pages go ----


def test_pages_end_where_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_PAGES * ROWS_PER_PAGE == COUNTED
    story, client = Story(), Client()
    fill(story, 120)
    monkeypatch.setattr("frontend.maps.table_page.COUNTED", 100)
    monkeypatch.setattr("frontend.maps.table_page.MOST_PAGES", 2)
    first, last = (text_of(client.get(f"{table(story)}?bladzijde={number}")) for number in (1, 2))
    assert "Volgende" in first
    assert "Volgende" not in last
    says = "Verder dan 100 elementen bladert de tabel niet. Filter verder, of keer de volgorde om."
    assert (says in first, says in last) == (False, True)
    # Whoever asks for what lies behind it gets the last page, and is told.
    behind = text_of(client.get(f"{table(story)}?bladzijde=3"))
    assert says in behind
    assert ROW.findall(behind) == ROW.findall(last)
    # The other end is reached the other way round.
    assert rows(client, f"{table(story)}?volgorde=-changed") != []
    # Exactly as many as there may be: nothing comes after, and nothing has to be said.
    MapFeature.objects.filter(pk__in=MapFeature.objects.order_by("pk").values("pk")[:20]).delete()
    assert says not in text_of(client.get(f"{table(story)}?bladzijde=2"))


def test_a_page_on_which_nothing_stands_leads_to_the_first() -> None:
    story = Story()
    fill(story, 51)
    page = text_of(Client().get(f"{table(story)}?soort=stock&bladzijde=3"))
    assert "Op deze bladzijde staat niets meer." in page
    assert 'href="?soort=stock#rows"' in page
    assert "Niets voldoet hieraan." not in page


def test_a_page_is_read_along_the_index_and_its_rows_alone_are_filled() -> None:
    story = Story()
    fill(story, 16_000)
    analyze()
    found = MapFeature.objects.in_layer(story.layer.pk, sight_of(Standing(), story.layer))
    one = ordered(found, "").values_list("pk", flat=True)[1_000 : 1_000 + ROWS_PER_PAGE]
    plan = plan_of(*one.query.get_compiler(using="default").as_sql())
    assert re.search(r"Index Scan Backward using (feature_of_layer|maps_mapfeature_pkey)", plan), plan
    assert "Sort" not in plan, plan
    with CaptureQueriesContext(connection) as queries:
        Client().get(f"{table(story)}?volgorde=title")
    (sorting,) = [query["sql"] for query in queries if "LOWER(" in query["sql"]]
    assert "geometry" not in sorting


def test_robots_read_a_table_once_and_not_each_choice_and_order_of_it() -> None:
    story = Story()
    fill(story, 60, source_organisation=make_organisation())
    read = Client().get("/robots.txt").content.decode()
    closed = [re.compile(re.escape(path).replace(r"\*", ".*")) for path in re.findall(r"^Disallow: (.+)$", read, re.M)]

    def is_closed(path: str) -> bool:
        return any(one.match(path) for one in closed)

    address = table(story)
    asked = re.findall(r'href="(\?[^"#]+)', text_of(Client().get(address)))
    assert len(asked) > 10
    for prefix in ("", "/fr"):
        assert not is_closed(prefix + address)
        assert all(is_closed(prefix + address + query) for query in asked)


# ---- filters ----


@pytest.mark.parametrize(
    ("query", "said"), [("", None), ("volgorde=title", None), ("soort=stock", 1), ("soort=stock&tekst=Nummer", 2)]
)
def test_filters_say_how_many_are_chosen(query: str, said: int | None) -> None:
    story = Story()
    fill(story, 1)
    page = text_of(Client().get(f"{table(story)}?{query}"))
    (summary,) = re.findall(r'<details class="panel more filters"><summary>(.*?)</summary>', page, re.S)
    assert re.findall(r"(\d+) gekozen", summary) == ([str(said)] if said else [])

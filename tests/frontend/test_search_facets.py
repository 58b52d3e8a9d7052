"""Counts beside the filters: how many each choice would leave, and where it leads."""

import re
from html import unescape

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from frontend.search.facets import read_facets
from frontend.search.page import read_address
from listings.search import counts
from tests.makers import material, published

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def fragment(client: Client, query: str = "place=Gent") -> str:
    return text_of(client.get(f"/aantallen/?{query}", headers=HTMX).content)


def text_of(content: bytes) -> str:
    return " ".join(unescape(content.decode()).split())


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_families_and_conditions_are_counted(client: Client) -> None:
    for condition in (3, 3, 4):
        published(condition=condition)
    published(material=material("metals"), condition=3)
    page = fragment(client)
    assert "Hout 3 Metalen 1" in words(page)
    assert "minstens gebruikt (4)" in page
    assert "minstens zo goed als nieuw (1)" in page
    assert "voor onderdelen" not in page
    assert "<html" not in page


def test_a_family_leads_to_the_search_with_it_and_the_chosen_one_leads_back(client: Client) -> None:
    published()
    assert 'href="/?place=Gent&material=wood&q=Hout"' in fragment(client)
    chosen = fragment(client, "place=Gent&material=wood-pallets&q=Houten+paletten")
    assert 'href="/?place=Gent" aria-current="true"' in chosen
    assert 'href="/?place=Gent&q=paletten&material=wood"' in fragment(client, "place=Gent&q=paletten")


def test_what_was_not_counted_to_the_end_says_at_least(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _number in range(3):
        published()
    monkeypatch.setattr(counts, "COUNT_LIMIT", 2)
    page = fragment(client)
    assert '<span class="visually-hidden">minstens</span> 2<span aria-hidden="true">+</span>' in page
    assert 'aria-label="minstens gebruikt: minstens 2"' in page


def test_thousands_are_grouped_as_belgians_write_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "frontend.search.facets.family_counts", lambda _asked: [counts.FacetCount("wood", 12345, True)]
    )
    facets = read_facets(read_address(QueryDict("place=Gent")))
    assert facets is not None
    assert re.fullmatch(r"12\s345|12\.345", facets.families[0].count)


def test_without_scripts_a_link_leads_to_a_page_with_the_same_counts(client: Client) -> None:
    published()
    home = text_of(client.get("/?place=Gent").content)
    assert '<a href="/aantallen/?place=Gent">' in home
    page = text_of(client.get("/aantallen/?place=Gent").content)
    assert "<html" in page
    assert "Hout 1" in words(page)
    assert 'href="/?place=Gent&condition=used"' in page


def test_a_mistake_in_the_address_is_said(client: Client) -> None:
    assert "“Nergenshuizen” ken ik niet" in text_of(client.get("/aantallen/?place=Nergenshuizen").content)
    assert "Hier is niets om te tellen" in fragment(client, "place=Nergenshuizen")


@pytest.mark.parametrize("query", ["", "place=Gent", "place=Gent&to=Antwerpen", "place=Gent&material=wood"])
def test_many_listings_take_no_more_queries_than_one(client: Client, query: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            fragment(client, query)
        return len(context)

    published()
    fragment(client, query)
    one = queries()
    for code in ("wood", "metals", "plastics", "wood-pallets", "steel"):
        published(material=material(code))
    assert queries() == one <= 12


def test_the_search_page_counts_nothing_of_it(client: Client) -> None:
    published()
    client.get("/?place=Gent")
    with CaptureQueriesContext(connection) as context:
        client.get("/?place=Gent")
    assert len(context)
    assert not [query for query in context if "GROUP BY" in query["sql"]]

"""A word that no listing has is taken for the nearest that some have, and the answer says so."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from listings.models import SearchWord
from listings.search.lexicon import rebuild_words
from listings.search.tasks import gather_words
from tests.makers import GENT, draft, material, published

pytestmark = pytest.mark.django_db
HERE = {"lat": GENT[0], "lon": GENT[1]}


@pytest.fixture
def lexicon() -> None:
    """Words of a few listings."""
    curtains, instruments = material("textile-curtains"), material("leisure-instruments")
    published(
        material=curtains,
        title="Gordijnrails voor verduisterende overgordijnen",
        description="Drie stevige overgordijnen",
    )
    published(
        material=curtains,
        title="Stevig overgordijn",
        description="Met coupévormige gordijnrails, past bij andere overgordijnen",
    )
    published(material=instruments, title="Theaterdecor met trompetten", description="Voor het decoratelier")
    draft(title="Geheimzinnigheden")
    rebuild_words()


def search(client: Client, words: str, **more: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/search/", HERE | {"q": words} | more)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("typed", "corrected", "found"),
    [
        ("gordijnreils", {"gordijnreils": "gordijnrails"}, 2),
        ("Gordijnreils", {"Gordijnreils": "gordijnrails"}, 2),
        ("overgordeinen", {"overgordeinen": "overgordijnen"}, 2),
        ("overgordein", {"overgordein": "overgordijn"}, 2),
        ("trompeten", {}, 1),  # the same stem
        ("stuvig", {}, 0),
        ("stvig", {"stvig": "stevig"}, 2),
        ("stevg", {"stevg": "stevig"}, 2),
        ("overgrdijn", {"overgrdijn": "overgordijn"}, 2),
        ("trompettem", {"trompettem": "trompetten"}, 1),
        ("coupevormig", {}, 1),
        ("couppévormige", {"couppévormige": "coupévormige"}, 1),
        ("stevig overgordein", {"overgordein": "overgordijn"}, 2),
        ('"stevige overgordeinen"', {"overgordeinen": "overgordijnen"}, 2),
        ("theaterdekor OR gordijnreils", {"theaterdekor": "theaterdecor", "gordijnreils": "gordijnrails"}, 3),
        ("stevig -trompeten", {}, 2),
        ("gordijnrails", {}, 2),
        ("qwertzuiop", {}, 0),
        ("geheimzinnighede", {}, 0),
        ("dec", {}, 0),
    ],
)
def test_an_unknown_word_is_taken_for_the_nearest(
    client: Client, lexicon: None, typed: str, corrected: dict[str, str], found: int
) -> None:
    answer = search(client, typed)
    assert (answer["corrected"], answer["count"]["value"]) == (corrected, found)
    as_map = search(client, typed, format="geojson")
    assert (as_map["corrected"], len(as_map["features"])) == (corrected, found)


def test_the_word_that_most_listings_have_wins_a_tie(client: Client) -> None:
    for title in ("Zeilmakerb", "Zeilmakera", "Zeilmakerb"):
        published(title=title)
    rebuild_words()
    assert search(client, "zeilmakerx")["corrected"] == {"zeilmakerx": "zeilmakerb"}


def test_a_word_of_a_listing_newer_than_the_lexicon_is_no_mistake(client: Client, lexicon: None) -> None:
    published(title="Gordijnreils van de oude school")
    assert search(client, "gordijnreils")["corrected"] == {}


@pytest.mark.parametrize("name", ["pallets", "dishwasher", "lave-vaisselle", "vaatwassers"])
def test_a_material_s_name_is_no_mistake(client: Client, name: str) -> None:
    published(title="Vaatwassende palletsen dishwashers")
    rebuild_words()
    assert search(client, name)["corrected"] == {}


def test_the_page_says_so_and_its_map_follows(client: Client, lexicon: None) -> None:
    page = client.get("/", {"q": "stevig overgordein"}).content.decode()
    assert "Gezocht op “overgordijn” in plaats van “overgordein”" in page
    assert 'data-query="among=textile-curtains&amp;q=stevig' in page
    assert 'value="stevig overgordein"' in page
    assert "Gezocht op" not in client.get("/", {"q": "stevig overgordijn"}).content.decode()
    tile = client.get("/tiles/listings/14/8361/5478.mvt", {"q": "overgordein"}).content
    assert tile == client.get("/tiles/listings/14/8361/5478.mvt", {"q": "overgordijnen"}).content


def test_pages_follow_each_other_under_the_word_that_was_typed(client: Client, lexicon: None) -> None:
    first = search(client, "overgordein", page_size=1)
    second = client.get(first["next"]).json()
    assert second["corrected"] == {"overgordein": "overgordijn"}
    assert second["results"]
    assert {row["id"] for row in first["results"]}.isdisjoint(row["id"] for row in second["results"])


def test_it_takes_one_query_more_and_none_without_words(client: Client, lexicon: None) -> None:
    def took(**asked: Any) -> list[str]:
        client.get("/api/v1/search/", HERE | asked)
        with CaptureQueriesContext(connection) as context:
            client.get("/api/v1/search/", HERE | asked)
        return [query["sql"] for query in context if "listings_searchword" in query["sql"]]

    assert len(took(q="gordijnreils")) == len(took(q="gordijnrails")) == 1
    assert took() == took(q="-hout") == []


def test_words_are_gathered_anew(lexicon: None) -> None:
    word = SearchWord.objects.get(written="overgordijnen")
    assert word.listings == 2
    assert not SearchWord.objects.filter(written="drie").exclude(listings=1).exists()
    assert not SearchWord.objects.filter(written__in=["voor", "het", "geheimzinnigheden"]).exists()
    before = SearchWord.objects.count()
    assert gather_words() == before
    published(title="Xylofoon")
    assert gather_words() == before + 1


@pytest.mark.parametrize(
    ("typed", "other"),
    [("strijkerd", "Strorijkerd"), ("bloemig", "Bloemrijkig"), ("zandig", "Randig"), ("klompig", "Klonterig")],
)
def test_a_word_of_similar_letters_that_means_something_else_is_not_taken(
    client: Client, typed: str, other: str
) -> None:
    published(title=other)
    rebuild_words()
    assert search(client, typed)["corrected"] == {}

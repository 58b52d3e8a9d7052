"""The pages of saved searches: from the search page to the list, and back to what is found."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from alerts.models import MatchAlerts, SavedSearch
from tests.alerts.makers import saved
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(client: Client) -> User:
    made = make_user()
    client.force_login(made)
    return made


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def links(answer: Any, part: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', answer.content.decode()) if part in link]


@pytest.mark.parametrize("query", ["place=Gent&radius_km=10", "q=zeegroen", ""])
def test_a_search_can_be_saved_whatever_it_found(client: Client, user: User, query: str) -> None:
    published()
    (link,) = links(client.get(f"/?{query}"), "/meldingen/nieuw/")
    assert client.get(link).status_code == 200
    assert client.post(link, {"name": "Hout", "frequency": "daily"}).status_code == 302
    assert SavedSearch.objects.get(owner=user).name == "Hout"


def test_who_isn_t_logged_in_comes_back_to_it(client: Client) -> None:
    answer = client.get("/meldingen/nieuw/?place=Gent&max_price=12,50")
    assert answer["Location"] == "/account/login/?next=/meldingen/nieuw/%3Fplace%3DGent%26max_price%3D12%2C50"


def test_the_form_says_what_will_be_told_before_it_is_saved(client: Client, user: User) -> None:
    page = text(client.get("/meldingen/nieuw/?q=rode paletten&place=Gent&max_price=12,50&kind=supply"))
    for words in ("Aanbod", "Houten paletten", "“rode”", "binnen 25 km van Gent", "tot € 12,50"):
        assert words.replace(" ", "\N{NO-BREAK SPACE}") in page.replace(" ", "\N{NO-BREAK SPACE}"), words
    assert not SavedSearch.objects.exists()


def test_a_wrong_address_is_refused_in_words(client: Client, user: User) -> None:
    answer = client.get("/meldingen/nieuw/?place=Nergenshuizen")
    assert answer.status_code == 400
    assert "Nergenshuizen" in text(answer)
    assert client.post("/meldingen/nieuw/?max_price=veel", {"name": "x", "frequency": "daily"}).status_code == 400
    assert not SavedSearch.objects.exists()


@pytest.mark.parametrize(
    "given", [{"name": "", "frequency": "daily"}, {"name": "x", "frequency": "hourly"}, {"name": "x"}]
)
def test_a_form_that_isn_t_right_comes_back(client: Client, user: User, given: dict[str, str]) -> None:
    assert client.post("/meldingen/nieuw/?place=Gent", given).status_code == 409
    assert not SavedSearch.objects.exists()


ADDRESSES = [
    "place=Gent&radius_km=10&kind=supply",
    "place=Gent&to=Antwerpen&detour_km=20",
    "q=paletten&max_price=12,50&min_quantity=1.250&unit=kg",
    "hub=sociaal-circulaire-hub-gent&condition=used",
    "bbox=3.6,51.0,3.8,51.1&service=repair",
    "material=wood&q=Hout&available_on=today&max_mass=1.250,5",
    "q=houten stoelen in Gent onder 50 euro",
    "",
]


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
@pytest.mark.parametrize("query", ADDRESSES)
def test_its_results_are_those_of_the_search_that_was_saved(
    client: Client, user: User, query: str, language: str
) -> None:
    """In each language: numbers are written as its readers write them."""
    client.post(f"/meldingen/nieuw/?{query}", {"name": "Mijn zoekopdracht", "frequency": "daily"})
    before = SavedSearch.objects.get().asked
    if "houten" in query:
        # By itself it would be a material: it stands there as the word that it was.
        before["q"] = '"houten"'
    user.language = language
    user.save()
    client.cookies["django_language"] = language
    prefix = "" if language == "nl" else f"/{language}"
    shown = client.get(f"{prefix}/meldingen/")
    (link, *_same) = [link for link in links(shown, "?") if link.startswith(f"{prefix}/?")]
    again = client.get(link.replace(f"{prefix}/?", f"{prefix}/meldingen/nieuw/?"))
    assert again.status_code == 200, text(again)
    client.post(link.replace(f"{prefix}/?", f"{prefix}/meldingen/nieuw/?"), {"name": "Weer", "frequency": "daily"})
    assert SavedSearch.objects.newest_first()[0].asked == before


def test_one_search_may_take_the_place_of_another(client: Client, user: User) -> None:
    old = saved(by=user)
    stranger = saved()
    given = {"name": "Dienst", "frequency": "weekly", "replaces": str(old.pk)}
    assert client.post("/meldingen/nieuw/?place=Gent&kind=service", given).status_code == 302
    old.refresh_from_db()
    assert (old.name, old.asked["kind"], old.called) == ("Dienst", "service", {"lat": "Gent"})
    given["replaces"] = str(stranger.pk)
    assert client.post("/meldingen/nieuw/?place=Gent", given).status_code == 409


def test_the_list_says_of_each_what_it_asks_and_how_often_it_told(client: Client, user: User) -> None:
    saved(by=user, kind="supply")
    paused = saved(by=user, kind="service")
    client.post(f"/meldingen/{paused.pk}/pauze/", {"paused": "on"})
    page = text(client.get("/meldingen/"))
    for words in (
        "Aanbod · binnen 10 km van dit punt",
        "meteen",
        "gepauzeerd",
        "nog niets gemeld",
        "Hervatten",
        "Pauzeren",
    ):
        assert words in page, words
    client.post(f"/meldingen/{paused.pk}/pauze/", {"paused": "off"})
    assert "Hervatten" not in text(client.get("/meldingen/"))
    client.post(f"/meldingen/{paused.pk}/weg/")
    assert SavedSearch.objects.count() == 1


def test_a_search_that_can_t_be_asked_any_more_says_so(client: Client, user: User) -> None:
    search = saved(by=user)
    search.asked["hub"] = "nergens"
    search.save()
    assert "bestaat niet meer" in text(client.get("/meldingen/"))
    assert client.get(f"/meldingen/{search.pk}/").status_code == 200


def test_matches_are_told_as_often_as_one_chooses(client: Client, user: User) -> None:
    assert client.post("/meldingen/matches/", {"matches-frequency": "weekly"}).status_code == 302
    assert MatchAlerts.objects.get(owner=user).frequency == "weekly"
    assert client.post("/meldingen/matches/", {"matches-frequency": "hourly"}).status_code == 409
    assert MatchAlerts.objects.get(owner=user).frequency == "weekly"


def test_a_list_of_many_takes_no_more_queries_than_of_one(client: Client, user: User) -> None:
    numbers = []
    for count in (1, 8):
        for number in range(count):
            saved(by=user, hub="sociaal-circulaire-hub-gent", q=f"woord{count}{number}")
        with CaptureQueriesContext(connection) as context:
            assert client.get("/meldingen/").status_code == 200
        numbers.append(len(context))
    assert numbers[0] == numbers[1] <= 12

"""A page's language: what its address says, else what its reader chose or their browser asks for, else Dutch."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from geo.models import Hub
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db

HUBS = {"nl": "/hubs/", "en": "/en/hubs/", "fr": "/fr/hubs/"}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def language_of(text: str) -> str:
    found = re.search(r'<html lang="(\w+)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize(("language", "address"), HUBS.items())
def test_an_address_with_a_language_speaks_it_to_everyone(language: str, address: str) -> None:
    for asks_for in ("nl", "en", "fr"):
        shown = Client(headers={"accept-language": asks_for}).get(address)
        assert language_of(shown.text) == (language if language != "nl" else asks_for)


def test_an_address_without_a_language_speaks_dutch_to_who_says_nothing() -> None:
    shown = Client().get("/hubs/")
    assert language_of(shown.text) == "nl"
    assert "Accept-Language" in shown["Vary"]


def test_an_address_with_a_language_counts_more_than_cookie_and_account() -> None:
    user = make_user()
    User.objects.filter(pk=user.pk).update(language="fr")
    client = client_of(user)
    assert language_of(client.get("/hubs/").text) == "fr"
    assert language_of(client.get("/en/hubs/").text) == "en"
    client.cookies["django_language"] = "fr"
    assert language_of(client.get("/en/hubs/").text) == "en"


def test_links_of_a_page_stay_in_its_language() -> None:
    shown = Client().get("/fr/hubs/").text
    links = set(re.findall(r'href="(/[^"]*)"', shown))
    ours = {link for link in links if not link.startswith(("/static/", "/api/", "/ogc/"))}
    assert "/fr/hulp/" in ours
    assert all(link.startswith("/fr/") for link in ours), ours


def test_public_pages_name_their_address_in_each_language() -> None:
    hub, listing = Hub.objects.earliest("pk"), published()
    pages = [
        reverse(name)
        for name in ("home", "hubs", "agenda", "about", "help", "privacy", "terms", "contact")
    ] + [reverse("hub", args=[hub.slug]), reverse("listing", args=[listing.pk])]  # fmt: skip
    for page in pages:
        for own, prefix in (("nl", ""), ("en", "/en"), ("fr", "/fr")):
            answer = Client().get(prefix + page)
            assert answer.status_code == 200, prefix + page
            alternates = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', answer.text))
            bare = settings.SITE_URL + page
            others = {code: f"{settings.SITE_URL}/{code}{page}" for code in ("en", "fr")}
            assert alternates == {"nl": bare, "x-default": bare, **others}
            assert f'<link rel="canonical" href="{alternates[own]}">' in answer.text


def test_a_search_keeps_its_question_in_each_language() -> None:
    shown = Client().get("/fr/?q=bois&max_price=5").text
    assert f'hreflang="en" href="{settings.SITE_URL}/en/?q=bois&amp;max_price=5"' in shown


def test_pages_of_one_s_own_aren_t_offered_to_search_engines() -> None:
    shown = client_of(make_user()).get(reverse("my-account"))
    assert shown.status_code == 200
    assert "hreflang" not in re.sub(r"<a [^>]*>", "", shown.text)


def test_choosing_a_language_leads_to_the_same_page_in_it() -> None:
    client = Client()
    led = client.post("/fr/taal/setlang/", {"language": "en", "next": "/fr/hubs/?x=1"})
    assert led["Location"] == "/en/hubs/?x=1"
    led = client.post("/en/taal/setlang/", {"language": "nl", "next": "/en/hubs/"})
    assert led["Location"] == "/hubs/"
    assert language_of(client.get("/hubs/", headers={"accept-language": "fr"}).text) == "nl"


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/nl/", "/"),
        ("/nl/hubs/?a=b", "/hubs/?a=b"),
        ("/nl//evil.example/", "/evil.example/"),
        ("/nl/%5C/evil/", "/evil/"),
    ],
)
def test_an_address_that_begins_with_nl_leads_to_dutch(asked: str, leads_to: str) -> None:
    client = Client(headers={"accept-language": "fr"})
    led = client.get(asked)
    assert (led.status_code, led["Location"]) == (302, leads_to)
    assert language_of(client.get("/hubs/").text) == "nl"


def test_who_has_to_log_in_does_so_in_the_language_of_the_page() -> None:
    led = Client().get("/fr/mijn/account/")
    assert led["Location"].startswith("/fr/account/login/?next=/fr/mijn/account/")
    assert language_of(Client().get(led["Location"]).text) == "fr"


def test_links_in_a_letter_are_in_its_language() -> None:
    with translation.override("fr"):
        assert reverse("hubs") == "/fr/hubs/"


@pytest.mark.parametrize("address", ["/fr/api/v1/hubs/", "/fr/health/live", "/de/hubs/", "/fr/fr/hubs/"])
def test_addresses_for_machines_and_unknown_languages_have_no_other_form(address: str) -> None:
    assert Client().get(address).status_code == 404

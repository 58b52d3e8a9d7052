"""A search to which nobody gave a name is called by its words, in the language of whoever reads them."""

import pytest
from django.test import Client
from django.utils import translation

from alerts import services
from alerts.digests import send_due
from alerts.names import names_of
from alerts.reading import parameters_of
from tests.alerts.makers import NOON, letters_to, saved, tell
from tests.makers import make_user, published

pytestmark = pytest.mark.django_db


def test_its_words_come_in_the_language_of_the_page_and_of_the_letter() -> None:
    user = make_user(language="en")
    search = saved(by=user, kind="supply")
    assert search.name.startswith("Aanbod · ")
    with translation.override("en"):
        (words,) = names_of([search]).values()
    assert words.startswith("Supply · ")
    client = Client()
    client.force_login(user)
    for address in ("/en/meldingen/", f"/en/meldingen/{search.pk}/"):
        page = client.get(address).content.decode()
        assert words in page, address
        assert search.name not in page
    assert (
        client.get("/api/v1/saved-searches/", headers={"Accept-Language": "en"}).json()["results"][0]["name"] == words
    )
    tell(published())
    send_due(at=NOON)
    (letter,) = letters_to(user)
    assert letter.data["lists"][0]["heading"] == words


def test_a_name_that_somebody_gave_stays_as_they_gave_it() -> None:
    search = saved(kind="supply")
    services.change_search(by=search.owner, search=search, name="Voor het atelier")
    search.refresh_from_db()
    with translation.override("fr"):
        assert names_of([search]) == {search.pk: "Voor het atelier"}


def test_a_form_that_is_sent_with_its_words_as_they_were_filled_in_gives_no_name() -> None:
    search = saved(kind="supply")
    with translation.override("fr"):
        (words,) = names_of([search]).values()
        services.change_search(by=search.owner, search=search, name=f" {words} ", frequency="weekly")
    search.refresh_from_db()
    assert search.is_called_by_words
    with translation.override("nl"):
        assert names_of([search])[search.pk].startswith("Aanbod · ")


def test_its_words_follow_what_it_asks() -> None:
    search, other = saved(kind="supply"), saved(kind="demand")
    asked = parameters_of(other)
    changed = services.change_search(by=search.owner, search=search, asked=asked, given=other.asked)
    assert changed.name.startswith("Vraag · ")
    assert changed.is_called_by_words

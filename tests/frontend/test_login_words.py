"""The login page says why one is asked to log in, by where one is going."""

from urllib.parse import quote

import pytest
from django.test import Client

from frontend.account.going import login_words
from tests.makers import published

pytestmark = pytest.mark.django_db
PLACING = "Om te plaatsen log je in."


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/vraag/?over=Deuren", "Om je vraag te stellen log je in."),
        ("/meldingen/nieuw/?q=deuren", "Om deze zoekopdracht te bewaren log je in."),
        ("/plaatsen/", PLACING),
        ("/mijn/matches/", "Om verder te gaan log je in."),
    ],
)
def test_who_has_to_log_in_reads_what_for(client: Client, address: str, says: str) -> None:
    page = client.get(address, follow=True)
    assert page.redirect_chain[0][0].startswith("/account/")
    assert says in page.content.decode()
    # A mistake on the way there changes nothing of it.
    refused = client.post(page.redirect_chain[0][0], {"login": "wie@voorbeeld.be", "password": "x", "next": address})
    assert says in refused.content.decode()


def test_who_asks_for_a_lot_reads_so(client: Client) -> None:
    listing = published()
    page = client.get(f"/zoekertje/{listing.pk}/aanvragen/", follow=True)
    assert "Om dit te vragen log je in." in page.content.decode()


@pytest.mark.parametrize("address", ["", "/", "/?q=deuren"])
def test_who_comes_by_themselves_reads_that_placing_needs_it(client: Client, address: str) -> None:
    page = client.get(f"/account/login/?next={quote(address)}")
    assert PLACING in page.content.decode()


@pytest.mark.parametrize("address", ["https://shop.example/vraagje/", "http://[", "/nergens/", "x" * 5_000, "\x00"])
def test_an_address_that_is_not_ours_breaks_nothing(address: str) -> None:
    assert "verder te gaan" in login_words(address)

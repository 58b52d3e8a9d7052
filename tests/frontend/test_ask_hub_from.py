"""Wherever people are at a loss, a link leads to a question to the hub, and it says what that is about."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from listings.models import Listing
from tests.exchanges.test_proposals import Match
from tests.makers import published

pytestmark = pytest.mark.django_db


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def read(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def questions_in(page: str) -> list[str]:
    """Where one asks a hub something, in what is the page's own."""
    return re.findall(r'href="(/vraag/[^"]*)"', page.split("<main", 1)[1].split("</main>", 1)[0])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"eural_code": "17 02 04*"}, "Spreek met je hub wie het mag ophalen."),
        ({"hub_ids": []}, "de dichtste hub denkt mee"),
        ({}, "Weet je niet wie kan helpen?"),
    ],
    ids=["hazardous", "no hub", "no match"],
)
def test_where_nothing_matches_one_asks_the_hub_about_this_listing(fields: dict[str, Any], words: str) -> None:
    listing = published(**{name: value for name, value in fields.items() if name != "hub_ids"})
    # Pairing has seen it, and a place in no region has no hub.
    kept: dict[str, Any] = {"hub_ids": []} if "hub_ids" in fields else {}
    Listing.objects.filter(pk=listing.pk).update(paired_at=timezone.now(), **kept)
    client = as_(listing.maker)  # type: ignore[attr-defined]
    page = read(client.get(reverse("listing-matches", args=[listing.pk])))
    assert words in page
    (address,) = questions_in(page)
    asked = read(client.get(address))
    assert address == f"/vraag/?zoekertje={listing.pk}"
    assert f'value="{listing.heading}"' in asked
    assert 'name="place"' not in asked


def test_who_looks_at_another_s_matches_is_not_asked_to_ask() -> None:
    listing = published()
    assert questions_in(read(Client().get(reverse("listing-matches", args=[listing.pk])))) == []


def test_what_is_not_published_has_nothing_to_ask() -> None:
    listing = published()
    Listing.objects.filter(pk=listing.pk).update(status="withdrawn")
    client = as_(listing.maker)  # type: ignore[attr-defined]
    assert questions_in(read(client.get(reverse("listing-matches", args=[listing.pk])))) == []


def test_on_a_proposal_each_side_asks_the_hub_that_proposed_it_and_that_hub_nobody() -> None:
    match = Match()
    proposal = match.propose()
    for listing in (match.supply, match.demand):
        client = as_(listing.maker)  # type: ignore[attr-defined]
        (address,) = questions_in(read(client.get(proposal.get_absolute_url())))
        assert address.startswith(f"/vraag/?hub={match.hub.slug}&amp;over=")
        asked = read(client.get(address.replace("&amp;", "&")))
        assert match.hub.name in asked
        assert f'value="{listing.heading}"' in asked
    assert questions_in(read(as_(match.staff).get(proposal.get_absolute_url()))) == []


@pytest.mark.parametrize("path", ["/", "/hulp/", "/contact/", "/hubs/"])
def test_every_page_s_footer_leads_to_a_question(path: str) -> None:
    page = read(Client().get(path))
    assert 'href="/vraag/"' in page.split("<footer", 1)[1]
    # Who isn't logged in does so first, and then asks.
    assert Client().get("/vraag/")["Location"] == "/account/login/?next=/vraag/"

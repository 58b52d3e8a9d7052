"""What each reads of the collections of listings and layers: strangers, members of a company, staff of a hub."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Site

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
#: One listing of the hub in Ghent and one elsewhere, both blurred, whose organisation only staff of their hubs know.
HIDE = """
from geo.models import Hub
from listings.models import Listing
ghent = Hub.objects.get(slug="sociaal-circulaire-hub-gent").pk
blurred = Listing.objects.published().filter(precision="blurred").exclude(
    organisation__memberships__user__email__in=["bedrijf@demo.example", "hub@demo.example"]
)
for found in (blurred.filter(hub_ids__contains=[ghent]), blurred.exclude(hub_ids__contains=[ghent])):
    chosen = found.order_by("pk").values_list("pk", flat=True)[0]
    assert Listing.objects.filter(pk=chosen).update(hub_only=True) == 1
"""


def owners(page: Page) -> dict[int, str | None]:
    """By the number of each listing its organisation, as far as who is signed in here may know it."""
    found: dict[int, str | None] = {}
    address: str | None = "/ogc/collections/listings/items?f=json&limit=1000"
    while address:
        answer: dict[str, Any] = page.request.get(address).json()
        found |= {int(one["id"]): one["properties"]["organisation"] for one in answer["features"]}
        address = next((link["href"] for link in answer["links"] if link["rel"] == "next"), None)
    return found


def collections(page: Page) -> list[str]:
    answer: dict[str, Any] = page.request.get("/ogc/collections?f=json").json()
    return [one["id"] for one in answer["collections"]]


def test_staff_of_a_hub_know_whose_its_hidden_listings_are_and_nobody_else_does(open_page: Open, site: Site) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", HIDE]
    subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True, text=True)
    stranger, company, hub = open_page(), open_page("bedrijf"), open_page("hub")
    told, to_company, to_hub = owners(stranger), owners(company), owners(hub)
    assert set(told) == set(to_company) == set(to_hub)
    hidden = {number for number, owner in told.items() if owner is None}
    known = {number for number in hidden if to_hub[number]}
    # Of other hubs' regions they know no more than anybody.
    assert known
    assert known < hidden
    assert {number: to_hub[number] for number in told if number not in known} == {
        number: told[number] for number in told if number not in known
    }
    assert not {number for number in known if to_company[number]}
    # The same in the pages that people read.
    number = min(known)
    path = f"/ogc/collections/listings/items/{number}?f=html"
    hub.goto(path)
    expect(hub.get_by_text(str(to_hub[number])).first).to_be_visible()
    stranger.goto(path)
    expect(stranger.get_by_text(str(to_hub[number]))).to_have_count(0)


def test_layers_that_are_not_for_everyone_are_in_no_collection_for_anybody(open_page: Open) -> None:
    stranger, hub = open_page(), open_page("hub")
    assert collections(stranger) == collections(hub)
    layers = [one for one in collections(stranger) if one.startswith("layer-")]
    assert layers
    for page in (stranger, hub):
        answer = page.request.get(f"/ogc/collections/{layers[0]}/items?f=json&limit=1000").json()
        assert answer["numberReturned"] > 0
        assert {one["properties"].get("state", "published") for one in answer["features"]} == {"published"}

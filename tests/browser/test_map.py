"""What the map says beside the list: names in the reader's language, and which pin or cluster a card is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
MAP = "document.querySelector('werkstof-map').map"
DRAWN = f"""{MAP}.queryRenderedFeatures({{layers: ["place-names"]}})"""
#: Rings around clusters, and around single listings.
RINGS = f"""{MAP}.queryRenderedFeatures({{layers: ["cluster-active", "listing-active"]}}).length"""


@pytest.mark.parametrize(("language", "ghent"), [("nl", "Gent"), ("en", "Ghent"), ("fr", "Gand")])
def test_large_cities_are_named_from_the_first_zoom_on(open_page: Open, language: str, ghent: str) -> None:
    page = open_page(locale=language)
    page.goto("/")
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    field = "name" if language == "nl" else f"name_{language}"
    until(page, f"{DRAWN}.some(one => one.properties.{field} === {ghent!r})")


@pytest.mark.parametrize("path", ["/", "/?place=Gent&radius_km=5"])
def test_a_card_that_is_pointed_at_or_focused_shows_on_the_map(open_page: Open, path: str) -> None:
    page = open_page()
    page.goto(path)
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    until(page, f"{MAP}.areTilesLoaded()")
    page.locator(".card").first.hover()
    until(page, f"{RINGS} > 0")
    page.locator("#q").hover()
    until(page, f"{RINGS} === 0")
    page.locator(".card h3 a").nth(1).focus()
    until(page, f"{RINGS} > 0")

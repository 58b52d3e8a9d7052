"""axe finds nothing, on every page, on a phone and at a desk, light and dark; no page is wider than its screen."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE
from tests.browser.test_journeys import start

pytestmark = pytest.mark.browser
AXE = settings.BASE_DIR / "node_modules/axe-core/axe.min.js"
Open = Callable[..., Page]

PUBLIC = [
    "/", "/?place=Gent", "/?place=Voeren&radius_km=5&q=niets", "/?place=Nergenshuizen", "/hubs/",
    "/hubs/sociaal-circulaire-hub-gent/", "/hubs/sociaal-circulaire-hub-gent/koppels/", "/over/", "/stijl/",
    "/account/login/", "/account/signup/", "/account/password/reset/", "/bestaat-niet/",
]  # fmt: skip
OWN = ["/mijn/zoekertjes/", "/mijn/matches/", "/mijn/account/", "/plaatsen/", "/organisatie/nieuw/",
       "/account/password/change/", "/account/email/"]  # fmt: skip


def faults(page: Page) -> list[str]:
    """What axe finds by all its rules, a line each; and whether the page is too wide."""
    page.wait_for_timeout(150)
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then(result => result.violations)")
    lines = [f"{row['id']}: {row['help']} {row['nodes'][0]['target']}" for row in found]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        lines.append("wider than the screen")
    return lines


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages(open_page: Open, viewport: dict[str, int], scheme: str) -> None:
    page = open_page(viewport=viewport, color_scheme=scheme)
    found = {}
    for path in [*PUBLIC, "listing"]:
        if path == "listing":
            page.goto("/")
            path = page.locator(".card h3 a").first.get_attribute("href") or ""
        page.goto(path)
        found[path] = faults(page)
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_own_pages(open_page: Open, viewport: dict[str, int]) -> None:
    page = open_page("bedrijf", viewport=viewport)
    found = {}
    for path in OWN:
        page.goto(path)
        found[path] = faults(page)
    page.goto("/mijn/account/")
    settings_page = page.locator("main a[href*='/beheer/']").first.get_attribute("href") or ""
    for path in (
        settings_page,
        settings_page.replace("beheer", "vestiging"),
        settings_page.replace("beheer", "import"),
    ):
        page.goto(path)
        found[path] = faults(page)
    for kind in ("supply", "demand", "service"):
        start(page, kind)
        found[f"new {kind}"] = faults(page)
        page.click("button[value=publish]")
        page.locator("#errors").wait_for()
        found[f"refused {kind}"] = faults(page)
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_hub_manager_s_page(open_page: Open) -> None:
    page = open_page("hub", viewport=PHONE)
    page.goto("/hubs/sociaal-circulaire-hub-gent/beheer/")
    assert faults(page) == []


def test_the_first_tab_leads_to_the_content(open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert re.search("#main$", page.url)

"""Nothing on our pages is refused by their own Content-Security-Policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_journeys import start

pytestmark = pytest.mark.browser


def watched(page: Page) -> list[str]:
    """Fills with what the browser says of the policy."""
    said: list[str] = []
    page.on(
        "console", lambda line: said.append(f"{page.url}: {line.text}") if "Security Policy" in line.text else None
    )
    return said


def test_the_browser_refuses_nothing_of_ours(open_page: Callable[..., Page]) -> None:
    page = open_page("bedrijf")
    said = watched(page)
    for path in ("/", "/?place=Gent", "/hubs/", "/hubs/sociaal-circulaire-hub-gent/", "/stijl/"):
        page.goto(path, wait_until="networkidle")
    page.goto("/")
    page.goto(page.locator(".card h3 a").first.get_attribute("href") or "", wait_until="networkidle")
    start(page, "supply")
    page.wait_for_load_state("networkidle")
    page.goto("/api/docs/")
    expect(page.locator(".opblock").first).to_be_visible(timeout=20_000)
    page.goto("/admin/login/", wait_until="networkidle")
    assert said == []


def test_the_browser_refuses_an_inline_script(open_page: Callable[..., Page]) -> None:
    page = open_page()
    said = watched(page)
    page.goto("/hubs/")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.text = 'window.ran = 1'; document.body.append(s) }"
    )
    assert page.evaluate("window.ran") is None
    assert said

"""Who hides a place that another of their listings shows is told so while posting, and hides both by one button."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_journeys import Open, choose, publish, start

pytestmark = pytest.mark.browser
HEIC = Path(__file__).parents[1] / "listings" / "data" / "turned_left_red_right_blue.heic"


def post_pallets(page: Page, title: str) -> None:
    start(page, "supply")
    choose(page, "#material-name", "europalet", "Europaletten (EPAL)")
    page.fill("#id_quantity", "12")
    page.check("input[name=condition][value='3']")
    page.fill("#id_title", title)
    expect(page.locator("#savestate")).to_contain_text("Concept bewaard om")


def test_a_blurred_listing_beside_an_exact_one(open_page: Open) -> None:
    page = open_page("maatwerk", viewport=PHONE)
    post_pallets(page, "Paletten waarvan de plek te zien is")
    page.check("input[name=precision][value=exact]")
    publish(page)
    post_pallets(page, "Paletten die niemand mag vinden")
    page.check("input[name=precision][value=exact]")
    expect(page.locator("#savestate")).to_contain_text("Concept bewaard om")
    notice = page.locator("#exposure")
    page.check("input[name=precision][value=blurred]")
    expect(notice).to_contain_text("exact. Wie")
    notice.get_by_role("button", name="Toon van alles hier alleen de omgeving").click()
    expect(page.get_by_text("nu alleen de omgeving.")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value("Paletten die niemand mag vinden")
    expect(page.locator("#exposure")).not_to_contain_text("Wie")


def test_an_iphone_s_photo_shows_while_posting_and_is_nobody_else_s(open_page: Open) -> None:
    page = open_page("maatwerk", viewport=PHONE)
    start(page, "supply")
    page.set_input_files("input[name=photo]", HEIC)
    shown = page.locator(".photos img")
    expect(shown).to_have_count(1)
    expect(shown).to_have_js_property("naturalWidth", 40)
    address = str(shown.get_attribute("src"))
    page.set_input_files("input[name=photo]", {"name": "x.tiff", "mimeType": "image/tiff", "buffer": b"II*\0"})
    expect(page.locator("#photos .field__error")).to_contain_text("JPEG, PNG, WebP, GIF, AVIF of HEIC")
    stranger = open_page("koper")
    answer = stranger.goto(address)
    assert answer is not None
    assert answer.status == 404

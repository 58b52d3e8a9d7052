"""The table of a layer, below the map where one draws: its rows take elements in hand."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import faults
from tests.browser.test_drawing import BUILDINGS, Open, drawing, made, ring, save

pytestmark = pytest.mark.browser


def filtered(page: Page, words: str) -> None:
    """Look for words in the table, by its own filters."""
    table = page.locator("[data-table-body]")
    table.get_by_text("Filters en volgorde").click()
    table.get_by_label("Zoek").fill(words)
    table.get_by_role("button", name="Tonen").click()
    expect(table.locator("tbody tr")).to_have_count(1)


def test_a_row_of_the_table_takes_its_element_in_hand_and_shows_what_is_saved(open_page: Open) -> None:
    page = drawing(open_page("hub"))
    made(page, "Silo in de tabel", {"type": "Polygon", "coordinates": [ring(5, 5, 6, 6)]})

    # When the table is pulled up and its layer chosen, it has its filters and rows.
    page.locator("[data-table] > summary").click()
    page.locator("[data-table-layer]").select_option(label=BUILDINGS)
    filtered(page, "Silo in de tabel")
    row = page.locator("[data-table-body] tbody tr")
    row.get_by_role("link", name="Silo in de tabel").click()
    expect(page.get_by_role("heading", name="Silo in de tabel")).to_be_visible()
    expect(row).to_have_attribute("aria-current", "true")
    assert faults(page) == []

    # What is saved of it shows in the row, under the same filter.
    page.get_by_label("Titel").fill("Silo in de tabel, leeg")
    save(page, "Bewaard")
    expect(row.get_by_role("link", name="Silo in de tabel, leeg")).to_be_visible()
    assert page.url.endswith("/bewerken/")


def test_on_a_phone_the_table_is_one_of_what_shows(open_page: Open) -> None:
    page = drawing(open_page("hub", viewport=PHONE))
    made(page, "Silo op de telefoon", {"type": "Polygon", "coordinates": [ring(7, 5, 8, 6)]})
    page.get_by_role("button", name="Tabel", exact=True).click()
    page.locator("[data-table-layer]").select_option(label=BUILDINGS)
    filtered(page, "Silo op de telefoon")
    assert faults(page) == []
    page.locator("[data-table-body]").get_by_role("link", name="Silo op de telefoon").click()
    expect(page.get_by_role("heading", name="Silo op de telefoon")).to_be_visible()

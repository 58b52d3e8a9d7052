"""The table of a layer beside its map: filter, tick many, change them, see it on both, undo; and paste rows."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import until
from tests.browser.test_material_map import DRAWN, MAP, OF_GHENT

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TABLE = "main table[data-elements] tbody tr"


def test_many_are_filtered_ticked_changed_seen_on_the_map_and_undone(open_page: Open) -> None:
    page = open_page("hub")
    page.goto(OF_GHENT)
    page.locator("a.button", has_text="Tabel").first.click()
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    page.locator("select[name=soort]").select_option("stock")
    page.get_by_role("button", name="Tonen").click()
    expect(page).to_have_url(re.compile("soort=stock"))
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    shown = page.locator(TABLE).count()
    assert shown > 2
    # The map shows the same, and no other kind.
    until(page, f"{DRAWN}.length > 0")
    assert page.evaluate(f"[...new Set({DRAWN}.map(one => one.properties.kind))].filter(Boolean)") == ["stock"]

    rows = page.locator(TABLE)
    for number in (0, 1):
        rows.nth(number).locator("input[name=row]").check()
    expect(page.get_by_text("2 gekozen")).to_be_visible()
    ids = [int(rows.nth(number).get_attribute("data-element") or 0) for number in (0, 1)]
    assert page.evaluate(f"JSON.stringify({MAP}.getFilter('marked-point'))").count(str(ids[0])) == 1
    # A row that is clicked is marked, and its element comes in sight.
    rows.nth(1).locator("td").nth(3).click()
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    until(page, f"{MAP}.getZoom() >= 13.9")

    page.get_by_role("button", name="Wijzigen").click()
    page.get_by_role("textbox", name="Huidige bestemming").fill("Loods aan de Dok-Noord")
    page.get_by_role("button", name="Toon wat er verandert").click()
    expect(page.get_by_role("heading", name="Dit wijzigt: 2 elementen")).to_be_visible()
    page.get_by_role("button", name="Wijzigen: 2 elementen").click()
    expect(page.get_by_text("Gedaan: 2 elementen.")).to_be_visible()
    expect(page).to_have_url(re.compile("soort=stock"))
    expect(page.locator(TABLE, has_text="Loods aan de Dok-Noord")).to_have_count(2)
    page.get_by_role("button", name="Ongedaan maken").first.click()
    expect(page.get_by_text("Teruggezet: 2 elementen.")).to_be_visible()
    expect(page.locator(TABLE, has_text="Loods aan de Dok-Noord")).to_have_count(0)


def test_rows_are_pasted_on_the_page_compared_and_left(open_page: Open) -> None:
    page = open_page("hub")
    page.goto(OF_GHENT)
    page.locator("a.button", has_text="Tabel").first.click()
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    first = page.locator(TABLE).first
    number = first.locator("th .soft").inner_text()
    text = f"nummer bij de bron\ttitel\n{number}\tGeplakte titel\n\tNergens te vinden"
    page.evaluate(
        """text => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text/plain", text);
            document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
        }""",
        text,
    )
    expect(page.get_by_label("Rijen uit Excel")).to_have_value(text)
    page.get_by_role("button", name="Vergelijken").click()
    expect(page.get_by_role("link", name=re.compile("^Gewijzigd 1"))).to_be_visible(timeout=20_000)
    expect(page.get_by_role("link", name=re.compile("^Fouten 1"))).to_be_visible()
    page.get_by_role("link", name=re.compile("^Gewijzigd 1")).click()
    expect(page.locator("ins", has_text="Geplakte titel")).to_be_visible()
    page.get_by_role("button", name="Toch niet").click()
    expect(page.get_by_text("Gestopt. Er is niets overgenomen.")).to_be_visible()

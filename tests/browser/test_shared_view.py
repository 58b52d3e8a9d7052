"""A view of a material map is shared by its address: another browser shows the same."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import until
from tests.browser.test_material_map import DRAWN, MAP, OF_GHENT

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    until(page, f"{DRAWN}.length > 0")
    return page


def view(page: Page) -> list[float]:
    found = page.evaluate(f"[{MAP}.getZoom(), {MAP}.getCenter().lat, {MAP}.getCenter().lng]")
    return [float(number) for number in found]


def test_a_view_shared_by_its_address_is_the_same_in_another_browser(open_page: Open) -> None:
    page = opened(open_page(), OF_GHENT)
    before = view(page)
    page.locator("werkstof-map canvas").scroll_into_view_if_needed()
    box = page.locator("werkstof-map canvas").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 120, y - 60, steps=12)
    page.mouse.up()
    until(page, "location.hash.startsWith('#kaart=')")
    page.locator("werkstof-map canvas").press("=")
    until(page, f"!{MAP}.isMoving() && {MAP}.getZoom() > {before[0] + 0.5}")
    page.wait_for_timeout(300)
    here = view(page)
    assert here != pytest.approx(before, abs=1e-3)
    other = opened(open_page(), page.url)
    # The address says a tenth of a zoom, and places to some ten metres.
    assert view(other) == pytest.approx(here, abs=0.051)
    assert view(other)[1:] == pytest.approx(here[1:], abs=1e-4)
    # Nobody moved it there, so it says the same on.
    assert other.url == page.url
    near = f"{DRAWN}.filter(one => one.geometry.type === 'Point').map(one => one.id ?? one.properties.count).sort()"
    assert other.evaluate(near) == page.evaluate(near)


def test_the_map_beside_a_table_keeps_its_view_in_the_address_too(open_page: Open) -> None:
    page = open_page("hub")
    page.goto(OF_GHENT)
    table = page.locator("a.button", has_text="Tabel").first.get_attribute("href")
    assert table
    page = opened(page, table)
    before = view(page)
    assert "#" not in page.url
    page.locator("werkstof-map canvas").press("=")
    until(page, "location.hash.startsWith('#kaart=')")
    until(page, f"!{MAP}.isMoving()")
    here = view(page)
    assert here[0] > before[0] + 0.5
    page.reload()
    again = opened(page, page.url)
    assert view(again) == pytest.approx(here, abs=0.051)
    other = opened(open_page("hub"), page.url)
    assert view(other) == pytest.approx(here, abs=0.051)
    assert other.url == page.url
    # A row that is clicked brings its element in sight: the address says that view then.
    row = other.locator("main table[data-elements] tbody tr[data-middle*=',']").first
    row.locator("td").nth(3).click()
    lon, lat = map(float, (row.get_attribute("data-middle") or "").split(","))
    until(other, f"!{MAP}.isMoving() && location.hash.includes('/{lat:.4f}/{lon:.4f}')")
    assert view(opened(open_page("hub"), other.url))[1:] == pytest.approx([lat, lon], abs=1e-3)

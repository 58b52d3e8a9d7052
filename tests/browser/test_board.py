"""At a desk, rows of a hub's board open beside it; on a phone they lead to their page."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import HUB, faults
from tests.browser.test_exchanges import a_lot_of, ask

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
BOARD = f"{HUB}uitwisselingen/?group=new"


def a_request(open_page: Open, title: str, quantity: str) -> str:
    """The address of an exchange that waits, of a lot of its own that looks like no other."""
    return ask(open_page("koper"), a_lot_of(open_page("bedrijf"), title, quantity), "5")


def row_of(page: Page, address: str) -> Locator:
    """The link of an exchange's row, on whatever page of the board it stands."""
    link = page.locator(f"tbody th a[href='{address.removeprefix(page.url.split('/hubs/')[0])}']")
    for _page in range(20):
        if link.count():
            break
        page.get_by_role("link", name="Volgende").click()
    return link


def list_comes_late(page: Page) -> Callable[[], Route]:
    """From now on what the list's page answers waits; which question waits is told once it is asked."""
    asked: list[Route] = []
    page.route(page.url, lambda route: asked.append(route), times=1)

    def waiting() -> Route:
        ends = time.monotonic() + 10
        while not asked:
            assert time.monotonic() < ends
            page.wait_for_timeout(50)
        return asked[0]

    return waiting


def test_a_row_opens_beside_the_list_and_what_is_done_there_shows_in_it(open_page: Open) -> None:
    address = a_request(open_page, "Nog paletten voor het bord", "470")
    page = open_page("hub")
    page.goto(BOARD)
    link = row_of(page, address)
    stood_at = page.url

    # When a row is opened, its page stands beside the list, and the address is the board's still.
    link.click()
    beside = page.get_by_role("complementary", name="Geopende rij")
    heading = beside.get_by_role("heading", level=2, name="Nog paletten voor het bord")
    expect(heading).to_be_focused()
    assert page.url == stood_at
    assert faults(page) == []

    # What is noted there stays there, and the row says who follows it up.
    beside.get_by_label("Wie volgt dit op").select_option(index=1)
    late = list_comes_late(page)
    beside.get_by_role("button", name="Bewaren", exact=True).click()
    expect(beside.get_by_text("Bewaard.")).to_be_visible()
    assert page.url == stood_at
    page.keyboard.press("Escape")
    expect(beside).to_be_hidden()
    expect(link).to_be_focused()
    # The list is drawn anew under who stands on a row of it.
    late().continue_()
    row = page.locator("tr", has=page.get_by_role("link", name="Nog paletten voor het bord"))
    expect(row.locator("td[data-label='Opvolging']")).not_to_have_text("–")
    expect(link).to_be_focused()

    # The arrow keys go along the rows and open each.
    link.click()
    expect(heading).to_be_focused()
    link.focus()
    rows = page.locator("tbody th a")
    at = rows.evaluate_all("(links) => links.indexOf(document.activeElement)")
    page.keyboard.press("ArrowUp" if at else "ArrowDown")
    neighbour = rows.nth(at - 1 if at else 1)
    expect(neighbour).to_be_focused()
    other = neighbour.evaluate("(link) => link.href")
    assert other != address
    expect(beside.get_by_role("link", name="Als pagina")).to_have_attribute("href", other)
    expect(neighbour).to_have_attribute("aria-current", "true")


def test_on_a_phone_a_row_leads_to_its_page(open_page: Open) -> None:
    address = a_request(open_page, "Paletten op de telefoon", "830")
    page = open_page("hub", viewport=PHONE)
    page.goto(BOARD)
    row_of(page, address).click()
    page.wait_for_url(address)

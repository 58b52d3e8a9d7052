"""At a desk, rows of a hub's board open beside it; on a phone they lead to their page."""

import re
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import HUB, faults
from tests.browser.test_exchanges import a_lot_of, ask

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
BOARD = f"{HUB}uitwisselingen/?group=new"


def a_request(open_page: Open, title: str, quantity: str) -> str:
    """The address of an exchange that waits, of a lot of its own that looks like no other."""
    return ask(open_page("koper"), a_lot_of(open_page("bedrijf"), title, quantity), "5")


def named_in(board: str, address: str) -> str:
    """The board's address with an open row."""
    return f"{board}&rij={quote(urlsplit(address).path, safe='')}"


def row_of(page: Page, address: str) -> Locator:
    """The link of an exchange's row, on whatever page of the board it stands."""
    link = page.locator(f"tbody th a[href='{address.removeprefix(page.url.split('/hubs/')[0])}']")
    for _page in range(20):
        if link.count():
            break
        page.get_by_role("link", name="Volgende").click()
    return link


def test_a_row_opens_beside_the_list_and_what_is_done_there_shows_in_it(open_page: Open) -> None:
    address = a_request(open_page, "Nog paletten voor het bord", "470")
    page = open_page("hub")
    page.goto(BOARD)
    link = row_of(page, address)
    stood_at = page.url

    # When a row is opened, its page stands beside the list, and the board's address names it.
    link.click()
    beside = page.get_by_role("complementary", name="Geopende rij")
    heading = beside.get_by_role("heading", level=2, name="Nog paletten voor het bord")
    expect(heading).to_be_focused()
    opened_at = page.url
    assert opened_at == named_in(stood_at, address)
    assert faults(page) == []

    # What is noted there stays there, and the row says who follows it up.
    beside.get_by_label("Wie volgt dit op").select_option(index=1)
    beside.get_by_role("button", name="Bewaren", exact=True).click()
    expect(beside.get_by_text("Bewaard.")).to_be_visible()
    assert page.url == opened_at
    page.keyboard.press("Escape")
    expect(beside).to_be_hidden()
    expect(link).to_be_focused()
    expect(page).to_have_url(stood_at)
    row = page.locator("tr", has=page.get_by_role("link", name="Nog paletten voor het bord"))
    expect(row.locator("td[data-label='Opvolging']")).not_to_have_text("–")

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
    expect(page).to_have_url(named_in(stood_at, other))

    # However many were opened after each other, going back closes, and the list stays.
    page.go_back()
    expect(beside).to_be_hidden()
    expect(page).to_have_url(stood_at)
    expect(neighbour).to_be_focused()
    page.go_forward()
    expect(beside.get_by_role("link", name="Als pagina")).to_have_attribute("href", other)


def test_the_address_of_an_open_row_opens_it_for_a_colleague(open_page: Open) -> None:
    address = a_request(open_page, "Paletten voor een collega", "610")
    page = open_page("hub")
    page.goto(BOARD)
    link = row_of(page, address)
    stood_at = page.url
    link.click()
    beside = page.get_by_role("complementary", name="Geopende rij")
    heading = beside.get_by_role("heading", level=2, name="Paletten voor een collega")
    expect(heading).to_be_focused()
    shared = page.url

    colleague = open_page("hub")
    colleague.goto("/over/")
    colleague.goto(shared)
    beside = colleague.get_by_role("complementary", name="Geopende rij")
    expect(beside.get_by_role("heading", level=2, name="Paletten voor een collega")).to_be_focused()
    expect(row_of(colleague, address)).to_have_attribute("aria-current", "true")
    assert faults(colleague) == []
    # Closed, it is the list; a step back leads to where they came from.
    beside.get_by_role("button", name="Sluit").click()
    expect(beside).to_be_hidden()
    expect(colleague).to_have_url(stood_at)
    colleague.go_back()
    expect(colleague).to_have_url(re.compile("/over/$"))
    # It opens where the list holds nothing too, as once the row has gone on to another tab.
    colleague.goto(named_in(f"{stood_at.split('?')[0]}?van=2900-01-01", address))
    expect(colleague.get_by_role("heading", name="Niets past bij deze filters")).to_be_visible()
    expect(beside.get_by_role("heading", level=2, name="Paletten voor een collega")).to_be_focused()
    assert faults(colleague) == []
    # Only what rows lead to opens so.
    colleague.goto(f"{stood_at}&rij=https%3A%2F%2Felsewhere.example%2F1%2F")
    expect(row_of(colleague, address)).to_be_visible()
    expect(beside).to_be_hidden()
    # On a phone it leads to the row's page.
    phone = open_page("hub", viewport=PHONE)
    phone.goto(shared)
    phone.wait_for_url(address)


def test_going_back_keeps_what_was_typed_for_whoever_wants_to_stay(open_page: Open) -> None:
    address = a_request(open_page, "Paletten met een notitie", "620")
    page = open_page("hub")
    page.goto(BOARD)
    row_of(page, address).click()
    beside = page.get_by_role("complementary", name="Geopende rij")
    expect(beside.get_by_role("heading", level=2, name="Paletten met een notitie")).to_be_focused()
    opened_at = page.url
    note = beside.locator("textarea[name=text]").first
    note.fill("Nog eens bellen")
    page.evaluate("window.confirm = () => false")
    page.go_back()
    expect(note).to_have_value("Nog eens bellen")
    expect(page).to_have_url(opened_at)
    page.evaluate("window.confirm = () => true")
    page.go_back()
    expect(beside).to_be_hidden()


def test_on_a_phone_a_row_leads_to_its_page(open_page: Open) -> None:
    address = a_request(open_page, "Paletten op de telefoon", "830")
    page = open_page("hub", viewport=PHONE)
    page.goto(BOARD)
    row_of(page, address).click()
    page.wait_for_url(address)

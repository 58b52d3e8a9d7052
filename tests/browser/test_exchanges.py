"""From a listing to what was weighed, between two people in two windows."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import faults_twice
from tests.browser.test_journeys import choose, publish, start

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def a_lot_of(company: Page, title: str, quantity: str = "20", recurrence: str = "one_off") -> str:
    """Post pallets in parts, once or each week; the address of the listing."""
    start(company, "supply")
    choose(company, "#material-name", "europalet", "Europaletten (EPAL)")
    company.fill("#id_title", title)
    company.fill("#id_quantity", quantity)
    company.select_option("#id_unit", "piece")
    company.check("input[name=condition][value='3']")
    if recurrence != "one_off":
        company.check(f"input[name=recurrence][value='{recurrence}']")
    publish(company)
    return re.sub(r"matches/.*$", "", company.url)


def ask(buyer: Page, listing: str, quantity: str) -> str:
    """Ask for so much of it; the address of the exchange."""
    buyer.goto(listing)
    buyer.get_by_role("link", name="Aanvragen").first.click()
    buyer.fill("#id_quantity", quantity)
    buyer.get_by_role("button", name="Aanvraag versturen").click()
    buyer.wait_for_url(re.compile(r"/uitwisselingen/\d+/$"))
    return buyer.url


def take(page: Page, step: str, button: str) -> None:
    """Press the button of a step, after opening it where it is folded."""
    form = page.locator(f"form[action$='/stap/{step}/']").first
    if not form.is_visible():
        page.locator("details", has=form).locator("> summary").last.click()
    # The page that is left is loaded already: only what is on its way in can be waited for.
    with page.expect_navigation():
        form.get_by_role("button", name=button).first.click()


#: Counts what a person does with fingers and keys, from page to page.
_COUNT = """for (const kind of ["click", "keydown", "input"]) addEventListener(kind, event => {
  if (event.isTrusted) sessionStorage[kind] = Number(sessionStorage[kind] ?? 0) + 1;
}, true)"""
MOST_TAPS = 3


def test_a_member_asks_for_a_lot_on_a_phone_in_three_taps_and_types_nothing(open_page: Open) -> None:
    company, buyer = open_page("bedrijf"), open_page("koper", viewport=PHONE, has_touch=True, is_mobile=True)
    listing = a_lot_of(company, "Paletten in drie tikken")
    buyer.goto(listing)
    buyer.context.add_init_script(_COUNT)
    buyer.evaluate(_COUNT)
    asking = buyer.locator(".contactbar").get_by_role("link", name="Aanvragen")
    expect(asking).to_be_in_viewport()
    asking.tap()
    sending = buyer.get_by_role("button", name="Aanvraag versturen")
    expect(buyer.locator("#id_quantity")).to_have_value("20")
    sending.tap()
    buyer.wait_for_url(re.compile(r"/uitwisselingen/\d+/$"))
    done = buyer.evaluate("['click', 'keydown', 'input'].map(kind => Number(sessionStorage[kind] ?? 0))")
    assert 2 <= done[0] <= MOST_TAPS
    assert done[1:] == [0, 0]
    expect(buyer.get_by_role("heading", level=1)).to_contain_text("20 stuks")
    assert buyer.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    company.goto(buyer.url)
    expect(company.get_by_role("heading", name="Jij bent aan zet.")).to_be_visible()


def test_an_exchange_from_request_to_impact_on_a_phone(open_page: Open) -> None:
    company, buyer = open_page("bedrijf"), open_page("koper", viewport=PHONE)
    listing = a_lot_of(company, "Paletten voor de doortocht")
    exchange = ask(buyer, listing, "8")
    found = {"asked": faults_twice(buyer)}

    company.goto(exchange)
    expect(company.get_by_role("heading", name="Jij bent aan zet.")).to_be_visible()
    take(company, "accept", "Aanvaarden")
    expect(company.get_by_text("12 stuks")).to_be_visible()

    day = (dt.date.today() + dt.timedelta(days=2)).isoformat()
    propose = company.locator("form[action$='/stap/propose_times/']")
    propose.locator("input[type=date]").first.fill(day)
    propose.get_by_role("button", name="Momenten voorstellen").click()

    buyer.goto(exchange)
    found["to choose a time"] = faults_twice(buyer)
    take(buyer, "confirm_time", ",")
    expect(buyer.get_by_role("link", name="In mijn agenda")).to_be_visible()
    buyer.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert buyer.evaluate("document.documentElement.scrollWidth") == PHONE["width"]

    company.goto(exchange)
    weigh = company.locator("form[action$='/stap/state_weight/']").first
    if not weigh.is_visible():
        company.locator("details", has=weigh).locator("> summary").last.click()
    weigh.get_by_label("Gewicht (kg)").fill("182,5")
    weigh.get_by_role("button", name="Zeggen wat er meeging").click()
    expect(company.get_by_text("De afspraak is pas")).to_be_visible()
    weigh = company.locator("form[action$='/stap/state_weight/']").first
    weigh.get_by_label("Ja, dit klopt").check()
    weigh.get_by_role("button", name="Zeggen wat er meeging").click()

    buyer.goto(exchange)
    expect(buyer.get_by_text("182,5").first).to_be_visible()
    take(buyer, "confirm_weight", "Dat klopt")
    expect(buyer.get_by_role("heading", name="Dit is afgerond.")).to_be_visible()
    found["completed"] = faults_twice(buyer)

    organisation = buyer.locator("aside a[href^='/organisatie/']").first.get_attribute("href")
    company.goto(f"{organisation}impact/")
    expect(company.locator(".plot svg").first).to_be_visible()
    found["impact"] = faults_twice(company)
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_a_counter_offer_for_a_part_and_what_is_left_is_free(open_page: Open) -> None:
    company, buyer = open_page("bedrijf"), open_page("koper")
    listing = a_lot_of(company, "Paletten in delen", "30")
    exchange = ask(buyer, listing, "30")
    company.goto(exchange)
    counter = company.locator("form[action$='/stap/counter/']")
    company.locator("details", has=counter).locator("> summary").click()
    counter.get_by_label("Hoeveel").fill("10")
    counter.get_by_role("button", name="Tegenvoorstel doen").click()
    buyer.goto(exchange)
    take(buyer, "agree", "Akkoord")
    expect(buyer.get_by_text("van 30 stuks")).to_be_visible()
    buyer.goto(listing)
    expect(buyer.get_by_text("20 vrij").first).to_be_visible()


def test_the_hub_notes_what_it_heard(open_page: Open) -> None:
    hub = open_page("hub")
    hub.goto("/hubs/sociaal-circulaire-hub-gent/uitwisselingen/")
    assert faults_twice(hub) == []
    hub.locator("tbody th a").first.click()
    hub.get_by_role("link", name="Als pagina").click()
    hub.wait_for_url(re.compile(r"/uitwisselingen/\d+/$"))
    note = hub.locator("form[action*='/notitie/']")
    note.get_by_label("Notitie").fill("Beide gebeld: ze spreken elkaar tegen.")
    note.get_by_role("button").click()
    expect(hub.get_by_text("Beide gebeld: ze spreken elkaar tegen.")).to_be_visible()
    assert faults_twice(hub) == []


def test_what_comes_each_week_is_agreed_on_once_and_one_is_skipped(open_page: Open) -> None:
    company, buyer = open_page("bedrijf"), open_page("koper", viewport=PHONE)
    listing = a_lot_of(company, "Paletten van elke week", "30", "weekly")
    buyer.goto(listing)
    buyer.get_by_role("link", name="Aanvragen").first.click()
    found = {"once": faults_twice(buyer)}
    buyer.get_by_role("link", name="Vaste afspraak").click()
    buyer.fill("#id_quantity", "10")
    buyer.fill("#id_from_time", "09:00")
    buyer.fill("#id_to_time", "10:00")
    found["each week"] = faults_twice(buyer)
    buyer.fill("#id_quantity", "10")
    buyer.get_by_role("button", name="Vaste afspraak vragen").click()
    buyer.wait_for_url(re.compile(r"/vaste-afspraken/\d+/$"))
    company.goto(buyer.url)
    take(company, "accept", "Aanvaarden")
    expect(company.get_by_role("heading", name="Deze vaste afspraak loopt.")).to_be_visible()
    skip = company.locator("form[action$='/stap/skip_delivery/']").first
    company.locator("details", has=skip).locator("> summary").first.click()
    skip.get_by_label("Waarom").fill("Die dag zijn we gesloten.")
    skip.get_by_role("button", name="Overslaan").click()
    buyer.reload()
    expect(buyer.get_by_text("overgeslagen")).to_be_visible()
    expect(buyer.get_by_role("heading", name="Deze vaste afspraak loopt.")).to_be_visible()
    found["running"] = faults_twice(buyer)
    assert {name: lines for name, lines in found.items() if lines} == {}

"""A chain among three: asked by who has the lot, agreed by the workshop and by who gets it, and handed over twice."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import faults_twice
from tests.browser.test_exchanges import take

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PROPOSAL, EXCHANGE = re.compile(r"/voorstellen/\d+/$"), "a[href^='/uitwisselingen/']"


def weigh(page: Page, kg: str) -> None:
    """Say what it weighs, and that it is so where the day is still to come."""
    form = page.locator("form[action$='/stap/state_weight/']").first
    if not form.is_visible():
        page.locator("details", has=form).locator("> summary").last.click()
    form.get_by_label("Gewicht (kg)").fill(kg)
    with page.expect_navigation():
        form.get_by_role("button", name="Zeggen wat er meeging").click()
    sure = page.locator("form[action$='/stap/state_weight/']").first.get_by_label("Ja, dit klopt")
    if sure.is_visible():
        sure.check()
        again = page.locator("form[action$='/stap/state_weight/']").first
        with page.expect_navigation():
            again.get_by_role("button", name="Zeggen wat er meeging").click()


def test_a_chain_among_three_from_the_question_to_the_second_hand_over(open_page: Open) -> None:
    company, worker, buyer = open_page("bedrijf"), open_page("maatwerk", viewport=PHONE), open_page("koper")
    company.goto("/?q=toonzaalstoelen")
    lot = company.get_by_role("link", name="Toonzaalstoelen met losse poten").first.get_attribute("href")
    company.goto(f"{lot}matches/")
    chain = company.locator(".trio", has_text="Stoelen en tafels herstellen").filter(has_text="feestzaaltje").first
    chain.get_by_role("link", name="Aan alle drie vragen").click()
    found = {"proposing": faults_twice(company)}
    week = dt.date.fromisoformat(company.input_value("#id_week"))
    for field in ("#id_quantity", "#id_work"):
        company.fill(field, "6")
    company.get_by_role("button", name="Aan alle drie vragen").click()
    company.wait_for_url(PROPOSAL)
    proposal = company.url

    for page in (worker, buyer):
        page.goto(proposal)
        with page.expect_navigation():
            page.get_by_role("button", name="Ja, graag").click()
    expect(buyer.get_by_text("Iedereen zei ja.")).to_be_visible()
    found["agreed"] = faults_twice(buyer)
    # Who gives sees what goes to the workshop, who gets it what comes from there, and the workshop both.
    expect(worker.locator(f"main {EXCHANGE}")).to_have_count(0)
    worker.goto(proposal)
    expect(worker.locator(f"main {EXCHANGE}")).to_have_count(2)
    company.goto(proposal)
    brought, fetched = (page.locator(f"main {EXCHANGE}").get_attribute("href") for page in (company, buyer))
    assert brought != fetched

    company.goto(f"{brought}")
    propose = company.locator("form[action$='/stap/propose_times/']")
    propose.locator("input[type=date]").first.fill((week + dt.timedelta(days=1)).isoformat())
    propose.get_by_role("button", name="Momenten voorstellen").click()
    worker.goto(f"{brought}")
    take(worker, "confirm_time", ",")
    company.goto(f"{brought}")
    weigh(company, "30")
    worker.goto(f"{brought}")
    take(worker, "confirm_weight", "Dat klopt")
    expect(worker.get_by_role("heading", name="Dit is afgerond.")).to_be_visible()
    expect(worker.locator("#samen")).to_contain_text("gereserveerd")

    worker.goto(f"{fetched}")
    assert worker.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    weigh(worker, "31")
    buyer.goto(f"{fetched}")
    take(buyer, "confirm_weight", "Dat klopt")
    expect(buyer.get_by_role("heading", name="Dit is afgerond.")).to_be_visible()
    assert {page: faults for page, faults in found.items() if faults} == {}


def test_a_hub_looks_where_a_lot_of_a_pair_can_be_kept(open_page: Open) -> None:
    hub = open_page("hub")
    hub.goto("/hubs/sociaal-circulaire-hub-gent/koppels/")
    hub.goto(hub.locator("a[href*='/opslag/']").first.get_attribute("href") or "")
    expect(hub.get_by_role("heading", name="Langs een opslagplaats")).to_be_visible()
    assert faults_twice(hub) == []

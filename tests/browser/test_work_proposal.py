"""A hub asks a supply and a service whether one works on the other: chosen at a desk, answered on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import faults_twice
from tests.browser.test_exchanges import a_lot_of

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_a_hub_brings_a_lot_to_a_workshop_and_both_say_yes(open_page: Open) -> None:
    company, worker, hub = open_page("bedrijf"), open_page("maatwerk", viewport=PHONE), open_page("hub")
    listing = a_lot_of(company, "Paletten met een losse plank", "8")
    hub.goto(listing)
    hub.get_by_role("link", name="Voorstellen aan …").click()
    hub.get_by_role("link", name="Een dienst").click()
    found = {"choosing": faults_twice(hub)}
    hub.get_by_role("searchbox", name="Zoek op woorden, nummer of organisatie").fill("stoelen en tafels herstellen")
    hub.get_by_role("button", name="Zoeken").last.click()
    row = hub.locator("li.panel", has_text="Stoelen en tafels herstellen").first
    expect(row.get_by_text("neemt dit materiaal niet aan")).to_be_visible()
    row.get_by_role("link", name=re.compile("^Kiezen")).click()
    expect(hub.get_by_text("Wat volgens hen zelf niet past")).to_be_visible()
    found["asking"] = faults_twice(hub)
    hub.fill("#id_work", "8")
    hub.fill("#id_note", "Ze doen dit voor één keer.")
    hub.get_by_role("button", name="Aan beide vragen").click()
    hub.wait_for_url(re.compile(r"/voorstellen/\d+/$"))
    worker.goto(hub.url)
    expect(worker.get_by_text("Ze doen dit voor één keer.")).to_be_visible()
    found["answering"] = faults_twice(worker)
    for page in (worker, company):
        page.goto(hub.url)
        with page.expect_navigation():
            page.get_by_role("button", name="Ja, graag").click()
    company.wait_for_url(re.compile(r"/uitwisselingen/\d+/$"))
    expect(company.get_by_text("gereserveerd").first).to_be_visible()
    found["agreed"] = faults_twice(company)
    assert {name: lines for name, lines in found.items() if lines} == {}

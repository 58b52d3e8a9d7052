"""On a phone: somebody of a hub announces an activity, and calls it off; axe finds nothing on any of the pages."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.test_accessibility import faults, faults_twice

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TITLE = "Hersteldag van deze test"


def test_the_agenda_of_the_demo_reads_well_on_both_screens(open_page: Open) -> None:
    page = open_page()
    for path in ("/agenda/", "/agenda/?voorbij=on", "/agenda/?soort=hackathon&hub=nergens", "/fr/agenda/"):
        page.goto(path)
        assert faults_twice(page) == [], path
    page.goto("/agenda/?hub=sociaal-circulaire-hub-gent")
    page.locator("h3 a").first.click()
    expect(page.get_by_role("heading", name="Wanneer en waar")).to_be_visible()
    assert faults_twice(page) == []


def test_a_hub_announces_an_activity_and_calls_it_off(open_page: Open) -> None:
    page, guest = open_page("hub", viewport=PHONE), open_page(viewport=PHONE)
    page.goto("/agenda/")
    page.get_by_role("link", name="Nieuwe activiteit").click()
    assert faults(page) == []
    page.fill("#id_title", TITLE)
    page.select_option("#id_kind", "repair_day")
    page.fill("#id_day", (timezone.localdate() + dt.timedelta(days=3)).isoformat())
    page.fill("#id_begins", "14:00")
    page.fill("#id_ends", "13:00")
    page.fill("#id_place", "Buurthuis, 9000 Gent")
    page.get_by_role("button", name="Bewaren").click()
    # What is wrong is said at its field, and what was filled in stays.
    expect(page.get_by_text("Het einde ligt voor het begin.")).to_be_visible()
    expect(page.locator("#id_title")).to_have_value(TITLE)
    assert faults(page) == []
    page.fill("#id_ends", "17:00")
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_text("Dit is een concept")).to_be_visible()
    assert faults(page) == []
    guest.goto("/agenda/")
    expect(guest.get_by_role("link", name=TITLE)).to_have_count(0)
    page.get_by_role("button", name="Publiceren").click()
    expect(page.get_by_text("De activiteit staat in de agenda.")).to_be_visible()
    guest.reload()
    guest.get_by_role("link", name=TITLE).click()
    with guest.expect_download() as loaded:
        guest.get_by_role("link", name="In je agenda").click()
    assert loaded.value.suggested_filename.endswith(".ics")
    page.locator("summary", has_text="Annuleren").click()
    page.fill("#id_cancel_reason", "De zaal is niet vrij.")
    page.get_by_role("button", name="Activiteit annuleren").click()
    expect(page.get_by_text("Dit gaat niet door.")).to_be_visible()
    guest.reload()
    expect(guest.get_by_text("De zaal is niet vrij.")).to_be_visible()
    assert faults(guest) == []

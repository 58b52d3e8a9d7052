"""An appointment passes; one side says that the other wasn't there, the other contests it, and the hub decides."""

import datetime as dt
import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, ROOT, Site
from tests.browser.mails import newest_mail, text_of
from tests.browser.test_accessibility import HUB, faults_twice
from tests.browser.test_exchanges import a_lot_of, ask, take

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
#: The exchange as it is when so many days went by: all that has a moment lies that much further back.
LATER = """
import datetime as dt
from django.db import connection
from django.db.models import F
from exchanges.models import Exchange
days = dt.timedelta(days={days})
moments = ("created_at", "state_since", "due_at", "deadline_at")
Exchange.objects.filter(pk={pk}).update(**{{name: F(name) - days for name in moments}})
with connection.cursor() as cursor:
    cursor.execute(
        "UPDATE exchanges_appointment SET period = tstzrange(lower(period) - %s, upper(period) - %s)"
        " WHERE leg_id IN (SELECT id FROM exchanges_exchangeleg WHERE exchange_id = %s)", [days, days, {pk}],
    )
    assert cursor.rowcount == 1
"""


def days_go_by(site: Site, exchange: str, days: int) -> None:
    pk = int(re.findall(r"/uitwisselingen/(\d+)/", exchange)[0])
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", LATER.format(days=days, pk=pk)]
    subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True, text=True)


def agreed_on_a_moment(company: Page, buyer: Page, title: str) -> str:
    """The address of an exchange that takes place in two days."""
    exchange = ask(buyer, a_lot_of(company, title), "5")
    company.goto(exchange)
    take(company, "accept", "Aanvaarden")
    propose = company.locator("form[action$='/stap/propose_times/']")
    propose.locator("input[type=date]").first.fill((dt.date.today() + dt.timedelta(days=2)).isoformat())
    propose.get_by_role("button", name="Momenten voorstellen").click()
    buyer.goto(exchange)
    take(buyer, "confirm_time", ",")
    return exchange


def say_why(page: Page, step: str, why: str, button: str) -> None:
    form = page.locator(f"form[action$='/stap/{step}/']").first
    if not form.is_visible():
        page.locator("details", has=form).locator("> summary").last.click()
    form.get_by_label("Waarom").fill(why)
    with page.expect_navigation():
        form.get_by_role("button", name=button).click()


def no_shows_of(page: Page, organisation: str) -> int:
    """How often it didn't come, as anybody reads it."""
    page.goto(organisation)
    said = page.locator("section[aria-labelledby=facts]").inner_text()
    counted = re.search(r"(\d+) keer niet komen opdagen", said)
    return int(counted[1]) if counted else 0


def test_a_no_show_is_contested_and_the_hub_decides(open_page: Open, site: Site) -> None:
    company, buyer = open_page("bedrijf"), open_page("koper", viewport=PHONE)
    exchange = agreed_on_a_moment(company, buyer, "Paletten voor wie niet kwam")
    company.goto(exchange)
    # Before its time nobody can have missed it.
    expect(company.locator("form[action$='/stap/report_no_show/']")).to_have_count(0)
    accused = company.locator("aside a[href^='/organisatie/']").first.get_attribute("href") or ""
    stranger = open_page()
    before = no_shows_of(stranger, accused)

    days_go_by(site, exchange, days=3)
    company.goto(exchange)
    expect(company.get_by_role("heading", name="Jullie zijn allebei aan zet.")).to_be_visible()
    take(company, "report_no_show", "De ander kwam niet")
    expect(company.locator("[aria-current=step]")).to_contain_text("niet komen opdagen")
    # Who said so can't contest it; a new moment they may propose.
    expect(company.locator("form[action$='/stap/contest_no_show/']")).to_have_count(0)

    told = newest_mail(site.mail, "koper@demo.example", "niet kwam opdagen voor “Paletten voor wie niet kwam”")
    assert exchange in text_of(told)
    buyer.goto(exchange)
    found = {"said not to have been there": faults_twice(buyer)}
    buyer.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert buyer.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    say_why(buyer, "contest_no_show", "We stonden er om tien uur, maar de poort was dicht.", "Tegenspreken")
    expect(buyer.get_by_role("heading", name="De hub is aan zet.")).to_be_visible()
    found["contested"] = faults_twice(buyer)

    newest_mail(site.mail, "hub@demo.example", "sprak tegen niet te zijn komen opdagen")
    hub = open_page("hub")
    hub.goto(f"{HUB}uitwisselingen/")
    hub.get_by_role("link", name=re.compile("Vastgelopen")).click()
    row = hub.locator("tbody tr", has_text="Paletten voor wie niet kwam")
    expect(row).to_contain_text("oneens")
    row.get_by_role("link").first.click()
    # A row that is open beside the list becomes the page once the screen is narrow, whatever is asked of it then.
    hub.get_by_role("link", name="Als pagina").click()
    hub.wait_for_url(exchange)
    expect(hub.get_by_text("We stonden er om tien uur, maar de poort was dicht.").first).to_be_visible()
    found["before the hub decides"] = faults_twice(hub)
    # Who gave it, that nobody missed it, or that it stands: each with what follows from it.
    for step in ("settle", "settle_cancelled", "uphold_no_show"):
        expect(hub.locator(f"form[action$='/stap/{step}/']")).to_have_count(1)
    say_why(hub, "uphold_no_show", "De camera zag die dag niemand aan de poort.", "Beslissen: niet komen opdagen")
    expect(hub.get_by_role("heading", name="Deze uitwisseling is gestopt.")).to_be_visible()

    for page in (company, buyer):
        page.goto(exchange)
        expect(page.get_by_text("De camera zag die dag niemand aan de poort.").first).to_be_visible()
        expect(page.get_by_text("de melding dat iemand niet kwam opdagen, blijft staan").first).to_be_visible()
        # All twenty are free again.
        expect(page.locator(".standing dd strong")).to_have_text("20\N{NO-BREAK SPACE}stuks")
    newest_mail(site.mail, "koper@demo.example", "blijft staan")
    # What the hub upheld counts.
    assert no_shows_of(stranger, accused) == before + 1
    assert {name: lines for name, lines in found.items() if lines} == {}

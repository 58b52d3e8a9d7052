"""Somebody saves a search and pauses it; an owner answers by the link of a mail, without a log-in."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, ROOT, Site
from tests.browser.test_accessibility import faults_twice

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
#: What the company of the demo lists has stood for long; its owner is asked. Prints the links of both letters.
ASKED = """
import datetime as dt
from django.utils import timezone
from accounts.models import User
from alerts.freshness.links import answering_link
from alerts.freshness.rounds import begin_rounds
from alerts.stopping import Stop
from listings.models import Listing
owner = User.objects.get(email="bedrijf@demo.example")
own = Listing.objects.published().filter(organisation__memberships__user=owner)
own.update(updated_at=timezone.now() - dt.timedelta(days=70))
begin_rounds(at=timezone.now())
print(answering_link(owner))
koper = User.objects.get(email="koper@demo.example")
print(Stop(koper.pk, tuple(koper.saved_searches.values_list("pk", flat=True)), matches=True).link)
"""


def test_a_search_is_saved_from_its_results_and_paused(open_page: Open) -> None:
    page = open_page("maatwerk", viewport=PHONE)
    page.goto("/?q=zeegroene stoelen&place=Gent&radius_km=5")
    page.get_by_role("link", name="Bewaar deze zoekopdracht").click()
    expect(page.get_by_role("heading", name="Dit melden we je")).to_be_visible()
    expect(page.get_by_text("“zeegroene”")).to_be_visible()
    page.get_by_label("Naam").fill("Zeegroene stoelen")
    page.get_by_text("elke week, op maandag").click()
    page.get_by_role("button", name="Bewaren").click()
    page.wait_for_url("/meldingen/")
    row = page.locator("li.panel", has_text="Zeegroene stoelen")
    expect(row.locator(".tag")).to_have_text("elke week, op maandag")
    row.get_by_role("button", name=re.compile("Pauzeren")).click()
    expect(row.locator(".tag")).to_have_text("gepauzeerd")
    row.get_by_role("link", name="Zeegroene stoelen", exact=True).click()
    expect(page.locator("#place")).to_have_value("Gent")


def test_an_owner_answers_and_a_reader_stops_by_links_without_a_log_in(open_page: Open, site: Site) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASKED]
    done = subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True, text=True)
    answering, stopping = done.stdout.split()
    page = open_page()
    page.goto(answering)
    assert faults_twice(page) == []
    waiting = page.locator("li.panel")
    count = waiting.count()
    waiting.first.get_by_role("button", name=re.compile("Nog beschikbaar")).click()
    expect(waiting).to_have_count(count - 1)
    expect(page.get_by_text(re.compile("Genoteerd: ")).first).to_be_visible()
    page.goto(stopping)
    assert faults_twice(page) == []
    page.get_by_role("button", name="Stoppen").click()
    expect(page.get_by_text(re.compile("Gestopt")).first).to_be_visible()

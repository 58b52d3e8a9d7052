"""An owner is asked by mail whether what they list is still there, answers by its link, and puts back what expired."""

import re
import subprocess
import sys
from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, ROOT, Site
from tests.browser.mails import newest_mail, text_of
from tests.browser.test_accessibility import faults_twice

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
OWNER = "vers@demo.example"
TITLES = ("Rode bakken", "Groene bakken", "Blauwe bakken", "Gele bakken")
#: Somebody with four listings that nobody changed for long. Prints their numbers.
LISTED = """
import datetime as dt
from django.utils import timezone
from accounts.models import Membership, Organisation, User
from listings.models import Listing
from tests.makers import published
# By names of their own: other journeys make people and organisations on the same site.
owner = User.objects.create_user("{owner}", "geheim-woord-1", name="Vera Vers")
organisation = Organisation.objects.create(name="Vers van de pers", slug="vers-van-de-pers", kind="company")
Membership.objects.create(user=owner, organisation=organisation, role="admin")
for title in {titles}:
    made = published(by=owner, organisation=organisation, title=title)
    Listing.objects.filter(pk=made.pk).update(updated_at=timezone.now() - dt.timedelta(days=70))
    print(made.pk)
"""
#: What the task of every morning does, at noon. What of the owner waits is due by then; of others only what is.
ASKED = """
from django.utils import timezone
from alerts.freshness.rounds import begin_rounds, take_due
from alerts.models import FreshnessRound
noon = timezone.localtime().replace(hour=12, minute=0)
begin_rounds(at=noon)
FreshnessRound.objects.filter(person__email="{owner}", ended_at=None).update(due_at=noon)
while take_due(at=noon):
    pass
"""
#: Prints a status for each listing.
STATUSES = """
from listings.models import Listing
for listing in Listing.objects.filter(organisation__memberships__user__email="{owner}").order_by("pk"):
    print(listing.status)
"""


def run(site: Site, code: str) -> list[str]:
    text = code.format(owner=OWNER, titles=TITLES)
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", text]
    done = subprocess.run(command, cwd=ROOT, env=site.env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split()


def link_of(site: Site, words: str) -> str:
    """What the button of the newest such mail opens."""
    text = text_of(newest_mail(site.mail, OWNER, words))
    (link,) = set(re.findall(rf"{re.escape(site.url)}/nog-beschikbaar/\S+", text))
    return str(link)


def press(page: Page, button: str, title: str) -> None:
    page.get_by_role("button", name=re.compile(f"{button}.*{title}")).click()
    expect(page.get_by_text(re.compile(f"“{title}”")).first).to_be_visible()


def test_an_owner_answers_a_mail_and_puts_back_what_expired(open_page: Open, site: Site) -> None:
    numbers = run(site, LISTED)
    run(site, ASKED)
    link = link_of(site, "Rode bakken")
    # Programs that look through mail open every link, with whatever they make of it.
    for scanned, method in ((link, "GET"), (link, "HEAD"), (f"{link}?answer=1:gone", "GET")):
        with urlopen(Request(scanned, method=method), timeout=20) as answer:
            assert answer.status == 200
    assert run(site, STATUSES) == ["published"] * 4

    page = open_page(viewport=PHONE)
    page.goto(link)
    expect(page.locator("li.panel")).to_have_count(4)
    found = {"asked": faults_twice(page)}
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    for button, title in zip(("Nog beschikbaar", "Gereserveerd", "Weg"), TITLES, strict=False):
        press(page, button, title)
    expect(page.locator("li.panel")).to_have_count(1)
    assert run(site, STATUSES) == ["published", "reserved", "closed", "published"]

    # The fourth isn't answered, is asked about once more, and expires.
    run(site, ASKED)
    assert run(site, STATUSES)[3] == "published"
    run(site, ASKED)
    assert run(site, STATUSES) == ["published", "reserved", "closed", "expired"]
    page.goto(link_of(site, "staat het niet meer online"))
    found["expired"] = faults_twice(page)
    press(page, "Weer online zetten", "Gele bakken")
    assert run(site, STATUSES)[3] == "published"
    page.goto(f"/zoekertje/{numbers[3]}/")
    expect(page.locator("h1")).to_contain_text("Gele bakken")
    assert {name: faults for name, faults in found.items() if faults} == {}

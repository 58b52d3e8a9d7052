"""A hub's staff look at what two organisations may both have listed, say that it is no duplicate, and take it back."""

import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, ROOT, Site
from tests.browser.test_accessibility import faults, faults_twice, nothing_scrolls_sideways_on_a_phone

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
PATH = "/hubs/sociaal-circulaire-hub-gent/dubbels/"
TITLE = "Tweelingluifels van het dubbelplein"
#: Two organisations, by names of their own, each with the same lot.
LISTED = """
from accounts.models import Membership, Organisation, User
from tests.makers import published
for name in ("Eerste Tweeling", "Tweede Tweeling"):
    slug = name.lower().replace(" ", "-")
    owner = User.objects.create_user(slug + "@demo.example", "geheim-woord-1", name=name)
    organisation = Organisation.objects.create(name=name, slug=slug, kind="company")
    Membership.objects.create(user=owner, organisation=organisation, role="admin")
    published(by=owner, organisation=organisation, title={title!r}, quantity=40)
"""
#: One of both says that it has more.
CHANGED = """
from accounts.models import User
from listings.models import Listing
from listings.services import update_listing
listing = Listing.objects.get(organisation__slug={slug!r})
by = User.objects.get(email={slug!r} + "@demo.example")
update_listing(by=by, listing=listing, quantity=listing.quantity + 2)
"""


def run(site: Site, code: str, **words: str) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code.format(**words)]
    done = subprocess.run(command, cwd=ROOT, env=site.env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def pair_on(page: Page) -> Locator:
    return page.locator("article", has=page.get_by_role("heading", level=2, name=TITLE))


def open_tab(page: Page, name: str) -> None:
    """By keyboard, from the other tab; which is chosen is said too."""
    tabs = page.get_by_role("navigation", name="Stand").get_by_role("link")
    expect(tabs).to_have_text(["Na te kijken", "Geen dubbel"])
    tabs.first.focus()
    if name == "Geen dubbel":
        page.keyboard.press("Tab")
    expect(tabs.filter(has_text=name)).to_be_focused()
    page.keyboard.press("Enter")
    expect(tabs.filter(has_text=name)).to_have_attribute("aria-current", "true")
    expect(page.locator(".tabs [aria-current]")).to_have_count(1)


def say_none(page: Page, reason: str) -> None:
    pair_on(page).get_by_label("Waarom niet").fill(reason)
    pair_on(page).get_by_role("button", name="Geen dubbel").click()
    expect(page.get_by_text("Dit paar staat nu bij “Geen dubbel”.")).to_be_visible()
    expect(pair_on(page)).to_have_count(0)


def test_a_pair_is_said_to_be_none_put_back_and_seen_anew_once_either_changes(open_page: Open, site: Site) -> None:
    run(site, LISTED, title=TITLE)
    page = open_page("hub", viewport=PHONE)
    page.goto(PATH)
    expect(pair_on(page)).to_contain_text("Eerste Tweeling")
    expect(pair_on(page)).to_contain_text("Tweede Tweeling")
    assert faults_twice(page) == []
    nothing_scrolls_sideways_on_a_phone(page)

    say_none(page, "Elk een eigen plein.")
    assert faults(page) == []
    open_tab(page, "Geen dubbel")
    expect(pair_on(page)).to_contain_text("geen dubbel (“Elk een eigen plein.”)")
    assert faults_twice(page) == []
    nothing_scrolls_sideways_on_a_phone(page)

    pair_on(page).get_by_role("button", name="Toch nakijken").click()
    expect(page.get_by_text("Het paar staat weer bij wat na te kijken is.")).to_be_visible()
    expect(pair_on(page)).to_have_count(0)
    open_tab(page, "Na te kijken")
    expect(pair_on(page)).to_be_visible()

    for slug in ("eerste-tweeling", "tweede-tweeling"):
        say_none(page, f"Gebeld met {slug}.")
        run(site, CHANGED, slug=slug)
        page.reload()
        # Who looks again reads why it is no longer so.
        expect(pair_on(page)).to_contain_text(f"Gebeld met {slug}.")
        expect(pair_on(page)).to_contain_text("veranderde: de hoeveelheid (was 40\N{NO-BREAK SPACE}stuks)")
        expect(pair_on(page)).to_contain_text("Kijk het daarom opnieuw na.")
    assert faults_twice(page) == []
    nothing_scrolls_sideways_on_a_phone(page)

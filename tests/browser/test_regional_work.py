"""What hub staff, a maatwerkbedrijf and drivers do: a plan, a booked week, a search along a route, on real maps."""

import re
import subprocess
import sys
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, ROOT, Site
from tests.browser.test_accessibility import HUB, faults, first_link, wrong
from tests.browser.test_journeys import choose

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
#: Corners of what a source of ours holds on the map, as it was given.
DRAWN = "name => document.querySelector('werkstof-map').map.getSource(name).serialize().data"


def map_ready(page: Page) -> None:
    page.locator("werkstof-map").scroll_into_view_if_needed()
    page.locator("werkstof-map[data-ready=yes]").wait_for()


def test_hub_staff_ask_for_a_plan_and_see_it_as_a_table_and_as_lines(open_page: Open) -> None:
    page = open_page("hub")
    page.goto(f"{HUB}plan/")
    found = {"no plan yet": faults(page)}
    page.get_by_role("button", name="Plan maken").click()
    expect(page.locator("table.plan tbody tr").first).to_be_visible(timeout=60_000)
    trips = page.locator("table.plan tbody tr").count()
    map_ready(page)
    lines = [row for row in page.evaluate(DRAWN, "flows")["features"] if row["geometry"]["type"] == "LineString"]
    assert len(lines) == trips
    found["a plan"] = faults(page)
    assert wrong(found) == {}


def test_a_maatwerkbedrijf_books_a_week_and_gives_it_back(open_page: Open) -> None:
    page = open_page("maatwerk", viewport=PHONE)
    page.goto(first_link(page, "/mijn/zoekertjes/", "article.is-service a[href^='/zoekertje/'], .is-service a"))
    weeks = page.locator("#weken")
    page.locator("#weken input[name=weeks]").first.check()
    page.locator("#weken input[name=quantity]").fill("1")
    found = {"weeks": faults(page)}
    weeks.get_by_role("button", name="Boeken").click()
    expect(page.get_by_text("Geboekt.", exact=True)).to_be_visible()
    expect(page.locator(".bookings strong")).to_have_count(1)
    found["a booked week"] = faults(page)
    page.locator(".bookings button").click()
    expect(page.get_by_text("De boeking is geannuleerd.")).to_be_visible()
    assert wrong(found) == {}


def test_a_search_along_a_route_draws_its_line_and_ends_with_a_radius(open_page: Open) -> None:
    page = open_page()
    page.goto("/?place=Gent")
    page.locator("#route summary").click()
    choose(page, "#to", "antwerp", "Antwerpen")
    expect(page.locator(".chip--off", has_text="van Gent naar Antwerpen, hoogstens 10 km om")).to_be_visible()
    expect(page).to_have_url(re.compile("to_lat=51"))
    expect(page).not_to_have_url(re.compile("radius_km"))
    expect(page.locator("#results .card").first).to_contain_text(re.compile(r"km om|m om|op de weg"))
    map_ready(page)
    assert page.evaluate(DRAWN, "route")["geometries"][0]["type"] == "LineString"
    found = {"a route": faults(page)}
    page.select_option("#radius", "50")
    expect(page.locator(".chip--off", has_text="binnen 50 km van Gent")).to_be_visible()
    expect(page).not_to_have_url(re.compile("to_lat"))
    page.goto("/?to=Nergenshuizen")
    found["a route that goes nowhere"] = faults(page)
    assert wrong(found) == {}


def test_chains_and_a_bundle_of_a_demand(open_page: Open, site: Site) -> None:
    # Given chairs to repair, workshops that do so, and small lots that are usable already
    make = "from tests.makers import demand_that_all_kinds_serve as make; print(make(3, quantity=90_000).pk)"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", make],
        cwd=ROOT, env=site.env, check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = {}
    for viewport, scheme in ((PHONE, "light"), (DESK, "dark")):
        page = open_page(viewport=viewport, color_scheme=scheme)
        # When somebody looks at what serves a demand for many chairs
        page.goto(f"/zoekertje/{done.stdout.strip()}/matches/")
        # Then there are both ways, each with its parts, and axe finds nothing
        expect(page.locator(".trio").first).to_be_visible()
        expect(page.locator("ol.bundle")).to_be_visible()
        for more in page.locator(".trio details.more").all():
            more.locator("> summary").click()
        # And the chain is drawn on a map as well, on a phone once it is asked for
        if viewport is PHONE:
            page.locator(".trio .mapask").first.click()
        expect(page.locator(".trio werkstof-map[data-ready]").first).to_be_attached()
        found[scheme] = faults(page)
    assert wrong(found) == {}


def test_filters_count_what_they_would_leave_once_they_are_open(open_page: Open) -> None:
    page = open_page()
    page.goto("/?place=Gent&condition=used")
    families = page.locator("#facets .chip")
    expect(families.first).to_be_visible()
    expect(page.locator("#condition")).to_have_value("used")
    expect(page.locator("#condition option:checked")).to_have_text(re.compile(r"minstens gebruikt \(\d+\+?\)"))
    found = {"counts in the panel": faults(page)}
    families.first.click()
    expect(page.locator("#facets .chip[aria-current=true]")).to_have_count(1)
    expect(page.locator("#condition")).to_have_value("used")
    page.goto("/aantallen/?place=Gent")
    found["counts on their own page"] = faults(page)
    assert wrong(found) == {}


def test_who_works_for_a_hub_and_with_it(open_page: Open) -> None:
    page, found = open_page("hub"), {}
    page.goto(f"{HUB}beheer/?partner=de")
    expect(page.locator("#found-partners li").first).to_be_visible()
    found["partner search"] = faults(page)
    page.goto(f"{HUB}beheerders/")
    found["hub staff"] = faults(page)
    assert wrong(found) == {}

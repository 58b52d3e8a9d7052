"""Pages that stay open while something else happens: a log-in that ends, a map that is late, a place half typed."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import PASSWORD, PHONE, until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def new_supply(page: Page) -> None:
    page.goto("/plaatsen/")
    page.click("button[name=kind][value=supply]")
    page.wait_for_url(re.compile(r"/wijzigen/$"))


def beside_the_form(page: Page) -> list[int]:
    """How many requests by which a draft stores itself are under way as its form is sent."""
    under_way: set[Request] = set()
    counts: list[int] = []

    def began(request: Request) -> None:
        if request.url.endswith("/bewaren/"):
            under_way.add(request)
        elif request.method == "POST":
            counts.append(len(under_way))

    def ended(request: Request) -> None:
        under_way.discard(request)

    page.on("request", began)
    page.on("response", lambda response: ended(response.request))
    page.on("requestfailed", ended)
    return counts


def test_who_is_logged_out_while_typing_logs_in_beside_it_and_loses_nothing(open_page: Open) -> None:
    page = open_page("bedrijf", viewport=PHONE)
    new_supply(page)
    page.context.clear_cookies(name="sessionid")
    page.fill("#id_title", "Twintig deuren uit een school")
    said = page.locator(".toast")
    expect(said).to_contain_text("Je bent uitgelogd.")
    expect(page.locator("#savestate")).to_have_text("Nog niet bewaard")
    expect(page.locator("#id_title")).to_have_value("Twintig deuren uit een school")
    with page.expect_popup() as opened:
        said.get_by_role("link", name="Inloggen").click()
    beside = opened.value
    beside.fill("#id_login", "bedrijf@demo.example")
    beside.fill("#id_password", PASSWORD)
    beside.click("main form button")
    beside.wait_for_url("/")
    # Logging in has changed the token that the first window was drawn with.
    beside.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#savestate")).to_contain_text("Concept bewaard om")
    expect(said).to_have_count(0)
    page.reload()
    expect(page.locator("#id_title")).to_have_value("Twintig deuren uit een school")


def test_a_chosen_site_sets_the_place_before_the_map_is_there(open_page: Open) -> None:
    page = open_page("bedrijf")
    page.route(re.compile(r"/map[^/]*\.js"), lambda asked: asked.abort())
    new_supply(page)
    site = page.locator("#id_site option[data-lat]").first
    page.evaluate("for (const id of ['id_lat', 'id_lon']) document.getElementById(id).value = '50.9'")
    page.select_option("#id_site", "")
    page.select_option("#id_site", site.get_attribute("value"))
    assert float(page.input_value("#id_lat")) == pytest.approx(float(site.get_attribute("data-lat") or 0), abs=1e-6)
    assert float(page.input_value("#id_lon")) == pytest.approx(float(site.get_attribute("data-lon") or 0), abs=1e-6)


def test_a_place_that_is_still_being_typed_is_not_searched_for(open_page: Open) -> None:
    page = open_page()
    page.goto("/")
    page.locator("#q").press_sequentially("stoel")
    page.locator("#place").press_sequentially("Gen")
    expect(page).to_have_url(re.compile(r"\?q=stoel$"))
    expect(page.locator(".results__head")).to_be_visible()
    page.locator("#place").press("Enter")
    expect(page).to_have_url(re.compile(r"place=Gen"))


def test_a_draft_in_two_windows_asks_the_second_which_stays(open_page: Open) -> None:
    first = open_page("bedrijf")
    new_supply(first)
    second = first.context.new_page()
    second.goto(first.url)
    first.fill("#id_title", "Twintig deuren uit een school")
    expect(first.locator("#savestate")).to_contain_text("Concept bewaard om")

    second.fill("#id_title", "Dertig ramen uit een school")
    expect(second.locator("#savestate")).to_contain_text("Niet bewaard")
    shown = second.locator("#autosave-errors")
    expect(shown).to_contain_text("Twintig deuren uit een school")
    expect(shown).to_contain_text("Dertig ramen uit een school")
    shown.get_by_role("button", name="Bewaar wat hier staat").click()
    expect(second.locator("#savestate")).to_contain_text("Concept bewaard om")
    expect(shown).to_be_empty()

    first.fill("#id_description", "Met slot.")
    expect(first.locator("#savestate")).to_contain_text("Niet bewaard")
    first.locator("#autosave-errors").get_by_role("link", name="Neem wat bewaard is").click()
    expect(first.locator("#id_title")).to_have_value("Dertig ramen uit een school")


def test_who_types_on_while_the_draft_is_being_saved_is_no_other_window(open_page: Open) -> None:
    page = open_page("bedrijf")
    new_supply(page)
    network = page.context.new_cdp_session(page)
    slow = {"offline": False, "latency": 700, "downloadThroughput": -1, "uploadThroughput": -1}
    network.send("Network.emulateNetworkConditions", slow)
    # A window that was told so says it until somebody chooses.
    for number, field in enumerate(("#id_title", "#id_description", "#id_quantity", "#id_title", "#id_description")):
        page.fill(field, f"{number + 1}")
        page.locator(field).press("Tab")
        page.wait_for_timeout(500)
    expect(page.locator("#savestate")).to_contain_text("Concept bewaard om")
    # A press on the button comes after the draft that is being saved, and instead of what waits to be.
    page.fill("#id_title", "Twintig deuren uit een school")
    page.locator("#id_title").press("Tab")
    until(page, "document.querySelector('#listing').classList.contains('htmx-request')")
    page.fill("#id_description", "Met slot.")
    page.locator("#id_description").press("Tab")
    page.wait_for_timeout(450)
    beside = beside_the_form(page)
    page.click("button[value=publish]")
    expect(page.locator("#errors")).to_contain_text("Kies een materiaal.")
    assert beside == [0]
    expect(page.locator("#errors")).not_to_contain_text("ander venster")
    page.reload()
    expect(page.locator("#id_title")).to_have_value("Twintig deuren uit een school")
    expect(page.locator("#id_description")).to_have_value("Met slot.")


def test_a_form_whose_next_page_does_not_come_goes_on_storing_what_is_typed(open_page: Open) -> None:
    page = open_page("bedrijf")
    page.clock.install()
    new_supply(page)
    stored: list[str] = []
    page.on("request", lambda asked: stored.append(asked.url) if asked.url.endswith("/bewaren/") else None)
    # The form is answered without a page: the one that stands stays.
    page.route(re.compile(r"/wijzigen/$"), lambda asked: asked.fulfill(status=204), times=1)
    page.click("button[value=publish]")
    page.fill("#id_title", "Twaalf werkbanken")
    page.clock.run_for(5_000)
    assert stored == []
    page.clock.run_for(16_000)
    expect(page.locator("#savestate")).to_contain_text("Concept bewaard om")
    page.reload()
    expect(page.locator("#id_title")).to_have_value("Twaalf werkbanken")

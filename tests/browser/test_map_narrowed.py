"""A map's page narrowed by its filters, and the order of its layers, in the browser."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, until
from tests.browser.test_material_map import DRAWN, MAP, OF_GHENT

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
HUB = "/hubs/sociaal-circulaire-hub-gent/kaarten/"


def opened(page: Page, path: str = OF_GHENT) -> None:
    page.goto(path)
    map_in_view(page)


def map_in_view(page: Page) -> None:
    """A map draws itself once it comes into view; on a phone, where somebody asks for it."""
    page.locator("werkstof-map").scroll_into_view_if_needed()
    ask = page.get_by_role("button", name="Toon de kaart")
    ready = page.locator("werkstof-map[data-ready=yes]")
    expect(ask.or_(ready).first).to_be_visible()
    if ask.is_visible():
        ask.click()
    ready.wait_for()


def test_filters_on_the_page_narrow_what_the_map_draws_and_the_address_keeps_them(open_page: Open) -> None:
    page = open_page()
    opened(page)
    until(page, f"{DRAWN}.length > 10")
    page.locator("#elements ~ form summary").click()
    page.get_by_label("Gemeente").select_option("44021")
    page.get_by_role("button", name="Tonen").click()
    expect(page).to_have_url(re.compile("gemeente=44021"))
    map_in_view(page)
    asked = page.evaluate(f"Object.values({MAP}.getStyle().sources).flatMap(one => one.tiles ?? [])")
    layers = [one for one in asked if "/tiles/maps/" in one]
    assert layers
    assert all("municipality=44021" in one for one in layers)
    # What the table beside lists is what is drawn.
    listed = {text.strip() for text in page.locator("tbody th a").all_inner_texts()}
    assert listed
    until(page, f"{DRAWN}.length > 0")
    drawn = set(page.evaluate(f"{DRAWN}.map(one => one.properties.title).filter(Boolean)"))
    assert drawn
    assert drawn <= listed
    # And what paper and other sites get of it.
    expect(page.locator("form[action$='/afdruk/'] input[name=gemeente]")).to_have_value("44021")
    assert "gemeente=44021" in page.locator("[data-embed]").input_value()
    page.get_by_role("link", name="Wis de filters").click()
    expect(page).not_to_have_url(re.compile("gemeente"))


def test_a_day_that_is_none_is_said_on_the_page(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    opened(page, f"{OF_GHENT}?van=2027-07-01&tot=2027-06-01")
    expect(page.get_by_role("alert")).to_contain_text("De einddatum ligt voor de begindatum.")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_frame_elsewhere_draws_what_is_asked_for(open_page: Open) -> None:
    page = open_page()
    opened(page, f"{OF_GHENT}insluiten/?soort=place")
    until(page, f"{DRAWN}.length > 0")
    assert set(page.evaluate(f"{DRAWN}.map(one => one.properties.kind).filter(Boolean)")) == {"place"}
    expect(page.get_by_role("heading", level=1)).to_contain_text("Enkel soort: Plaats")


def test_staff_order_layers_by_keyboard_and_the_map_draws_the_first_on_top(open_page: Open) -> None:
    page = open_page("hub")
    # A map of its own: others count on the order of the demo's.
    page.goto(f"{HUB}nieuw/")
    page.get_by_label("Titel").fill("Volgorde van lagen")
    page.locator("main form button").first.click()
    for title in ("Eerste", "Tweede"):
        page.get_by_role("link", name="Laag toevoegen").first.click()
        page.get_by_label("Titel").fill(title)
        page.get_by_role("button", name="Bewaren").click()
        page.get_by_role("link", name="Kaart beheren").click()
    order = page.locator(".layerline a")
    assert order.all_inner_texts() == ["Eerste", "Tweede"]
    page.get_by_role("button", name="Tweede een plaats omhoog").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Tweede” staat nu op plaats 1 van 2.")).to_be_visible()
    assert order.all_inner_texts() == ["Tweede", "Eerste"]
    # A keyboard goes on from where it was: there is no further up.
    expect(page.get_by_role("button", name="Tweede een plaats omlaag")).to_be_focused()
    page.get_by_role("link", name="Volgorde van lagen").click()
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    assert page.locator("#layers ~ div h3 span:first-child").all_inner_texts() == ["Tweede", "Eerste"]
    ids = page.evaluate("JSON.parse(document.getElementById('drawn-layers').textContent).map(one => one.id)")
    until(page, f"{MAP}.getLayer('layer-{ids[0]}-point') !== undefined")
    drawn = page.evaluate(f"{MAP}.getStyle().layers.map(one => one.id)")
    assert drawn.index(f"layer-{ids[0]}-area") > drawn.index(f"layer-{ids[1]}-number")


def test_a_shared_address_carries_the_filters(open_page: Open) -> None:
    page = open_page("hub")
    opened(page, f"{OF_GHENT}?verlopen=1&gemeente=44021")
    expect(page.get_by_label("Te lang niet nagekeken")).to_be_checked()
    # The form opens with what is chosen, and sends it along again.
    page.get_by_role("button", name="Tonen").click()
    asked = parse_qs(urlsplit(page.url).query)
    assert (asked["verlopen"], asked["gemeente"]) == (["1"], ["44021"])

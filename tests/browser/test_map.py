"""What the map says beside the list: names in the reader's language, and which pin or cluster a card is."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Page

from frontend.components import figures
from listings.models import Listing
from tests.browser.conftest import until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
MAP = "document.querySelector('werkstof-map').map"
DRAWN = f"""{MAP}.queryRenderedFeatures({{layers: ["place-names"]}})"""
#: Rings around clusters, and around single listings.
RINGS = f"""{MAP}.queryRenderedFeatures({{layers: ["cluster-active", "listing-active"]}}).length"""


@pytest.mark.parametrize(("language", "ghent"), [("nl", "Gent"), ("en", "Ghent"), ("fr", "Gand")])
def test_large_cities_are_named_from_the_first_zoom_on(open_page: Open, language: str, ghent: str) -> None:
    page = open_page(locale=language)
    page.goto("/")
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    field = "name" if language == "nl" else f"name_{language}"
    until(page, f"{DRAWN}.some(one => one.properties.{field} === {ghent!r})")


@pytest.mark.parametrize("path", ["/", "/?place=Gent&radius_km=5"])
def test_a_card_that_is_pointed_at_or_focused_shows_on_the_map(open_page: Open, path: str) -> None:
    page = open_page()
    page.goto(path)
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    until(page, f"{MAP}.areTilesLoaded()")
    page.locator(".card").first.hover()
    until(page, f"{RINGS} > 0")
    page.locator("#q").hover()
    until(page, f"{RINGS} === 0")
    page.locator(".card h3 a").nth(1).focus()
    until(page, f"{RINGS} > 0")


#: What a tile says of a listing, and what its card reads: prices on the map leave out that they are for all of a lot.
PINS: list[dict[str, Any]] = [
    *({"price": price} for price in (0, 3, 3.5, 12.05, 999, 1250, 1250.5, 1234567)),
    *({"price": 3, "unit": unit, "per_unit": True} for unit in ("piece", "kg", "box", "roll", "m2")),
    {"price": 1250.5, "unit": "tonne", "per_unit": True},
    *({"quantity": 1, "unit": unit} for unit in ("piece", "pallet", "bag")),
    *({"quantity": quantity, "unit": "piece"} for quantity in (2, 1000, 12.5, 0.25, 54321.75)),
    {"kind": "demand", "price": 3, "quantity": 40, "unit": "box"},
]
#: Pins with these properties, and the words beside each; a pin that isn't drawn yet has none.
PUT = """(pins) => {
  const map = document.querySelector('werkstof-map').map
  const {lng, lat} = map.getCenter()
  const features = pins.map((pin, place) => ({
    type: "Feature",
    properties: {kind: "supply", ...pin, place},
    geometry: {type: "Point", coordinates: [lng + (place % 5) / 1000, lat + Math.floor(place / 5) / 1000]},
  }))
  map.addSource("tried", {type: "geojson", data: {type: "FeatureCollection", features}})
  const text = map.getLayoutProperty("listing", "text-field")
  const font = map.getLayoutProperty("listing", "text-font")
  map.addLayer({id: "tried", type: "symbol", source: "tried",
    layout: {"text-field": text, "text-font": font, "text-allow-overlap": true}})
}"""
TRIED = f"""{MAP}.queryRenderedFeatures({{layers: ["tried"]}})"""
READ = f"""{TRIED}.map(one => [one.properties.place, String(one.layer.layout["text-field"])])"""


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_a_pin_says_its_price_or_amount_as_its_card_does(open_page: Open, language: str) -> None:
    page = open_page(locale=language)
    page.goto("/?place=Gent&radius_km=5")
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    page.evaluate(PUT, PINS)
    until(page, f"new Set({TRIED}.map(one => one.properties.place)).size === {len(PINS)}")

    with translation.override(language):
        expected = {place: _on_card(pin) for place, pin in enumerate(PINS)}

    assert dict(page.evaluate(READ)) == expected


def _on_card(pin: dict[str, Any]) -> str:
    price = pin.get("price")
    if price is None or pin.get("kind") == "demand":
        return figures.amount(Decimal(str(pin["quantity"])), pin["unit"])
    if price and not pin.get("per_unit"):
        return figures.euro(Decimal(str(price)))
    basis = "unit" if pin.get("per_unit") else "lot"
    fields = {"price_kind": "fixed" if price else "free", "price_eur": Decimal(str(price)), "price_basis": basis}
    return figures.price(Listing(kind="supply", unit=pin.get("unit", ""), **fields))

"""A material map in the browser: elements are drawn, and lead to their pages."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
MAP = "document.querySelector('werkstof-map').map"
OF_GHENT = "/kaarten/sociaal-circulaire-hub-gent/materiaalkaart/"
#: What of the layers of elements is drawn.
DRAWN = f"""{MAP}.queryRenderedFeatures().filter(one => one.sourceLayer === "elements")"""

#: Two lists for one layer: of what both have, one row differs; each has one that the other lacks.
JANUARY = """ref;titel;soort element;lat;lon
JF-1;Loods A;voorraad;51.0510;3.7110
JF-2;Loods B;voorraad;51.0530;3.7150
JF-3;Loods C;voorraad;51.0550;3.7190
"""
FEBRUARY = """ref;titel;soort element;lat;lon
JF-1;Loods A (leeg);voorraad;51.0510;3.7110
JF-2;Loods B;voorraad;51.0530;3.7150
JF-4;Loods D;voorraad;51.0570;3.7230
"""


def test_the_map_of_a_hub_draws_points_and_buildings_in_their_colours(open_page: Open) -> None:
    page = open_page()
    page.goto(OF_GHENT)
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    until(page, f"{DRAWN}.length > 10")
    kinds = page.evaluate(f"[...new Set({DRAWN}.map(one => one.layer.type))].sort()")
    assert {"symbol", "fill", "line"} <= set(kinds)
    # A building says by its sign that it is a stock: no colour has to.
    page.evaluate(f"{MAP}.jumpTo({{zoom: 13}})")
    signs = f"{DRAWN}.filter(one => one.layer.id.endsWith('-area-sign'))"
    until(page, f"{signs}.length > 0")
    named = page.evaluate(f"{signs}.map(one => [one.properties.kind, String(one.layer.layout['icon-image'])])")
    assert {tuple(one) for one in named} == {("stock", "kind-stock")}


def test_an_element_on_the_map_leads_to_its_page(open_page: Open) -> None:
    page = open_page()
    page.goto(OF_GHENT)
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    points = f"{DRAWN}.filter(one => one.layer.id.endsWith('-point'))"
    until(page, f"{points}.length > 0")
    title, x, y = page.evaluate(
        f"""(() => {{
            const [found] = {points};
            const {{x, y}} = {MAP}.project(found.geometry.coordinates);
            const box = {MAP}.getCanvas().getBoundingClientRect();
            return [found.properties.title, box.x + x, box.y + y];
        }})()"""
    )
    page.mouse.click(x, y)
    # Others may lie under the pointer too: one popup names them all.
    expect(page.locator(".maplibregl-popup")).to_have_count(1)
    page.locator(".maplibregl-popup").get_by_role("link", name=title, exact=True).first.click()
    expect(page).to_have_url(re.compile("/kaarten/element/"))
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_a_manager_reviews_what_a_partner_put_forward(open_page: Open) -> None:
    page = open_page("hub")
    page.goto("/hubs/sociaal-circulaire-hub-gent/kaarten/")
    page.get_by_role("link", name="Zaagsel van onze nieuwe lijn").click()
    expect(page.get_by_role("heading", name="Zaagsel van onze nieuwe lijn")).to_be_visible()
    page.get_by_label("Wat moet er beter?").fill("Hoeveel is het per maand?")
    page.get_by_role("button", name="Terugsturen").click()
    expect(page.get_by_text("Teruggestuurd: Hoeveel is het per maand?")).to_be_visible()
    page.get_by_role("button", name="Laatste wijziging ongedaan maken").click()
    page.get_by_role("button", name="Publiceren").click()
    expect(page.get_by_role("button", name="Klopt nog")).to_be_visible()
    page.get_by_text("gepubliceerd", exact=False).first.wait_for()


def test_a_file_is_compared_on_map_and_table_taken_in_part_and_undone(open_page: Open) -> None:
    page = open_page("hub")
    page.goto("/hubs/sociaal-circulaire-hub-gent/kaarten/")
    page.get_by_role("link", name="belronde-herstel-en-inzamelen.geojson").click()
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    until(page, f"{DRAWN}.length >= 4")
    kinds = page.evaluate(f"[...new Set({DRAWN}.map(one => one.properties.kind))].filter(Boolean).sort()")
    assert {"added", "changed"} <= set(kinds)
    page.get_by_role("checkbox", name="Boekenruil Ledeberg").uncheck()
    page.get_by_role("button", name="Keuze bewaren").click()
    expect(page.get_by_text("Gekozen: 2 nieuw, 2 gewijzigd, 0 in te trekken.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Gewijzigd")).click()
    expect(page.locator("ins", has_text="Verhuisd naar de oude brandweerkazerne")).to_be_visible()
    page.get_by_role("button", name="Overnemen wat gekozen is").click()
    expect(page.get_by_text("2 nieuw, 2 gewijzigd, 0 ingetrokken.")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Alles terugdraaien").click()
    expect(page.get_by_text("4 elementen zijn weer zoals voordien")).to_be_visible()


def test_two_files_for_a_layer_are_laid_beside_each_other_and_taken_in_part(open_page: Open) -> None:
    page = open_page("hub")
    page.goto(OF_GHENT)
    links = page.locator("a", has_text="Bestand inlezen").filter(has_text="Reststromen van bedrijven")
    layer = links.first.get_attribute("href")
    assert layer
    for name, rows in (("januari.csv", JANUARY), ("februari.csv", FEBRUARY)):
        page.goto(layer)
        page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": rows.encode()})
        page.locator("form:has(#file) button").click()
        expect(page.get_by_role("heading", name="Wat het bestand wijzigt")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name=re.compile("^Naast “januari.csv”")).click()
    expect(page.get_by_role("heading", name="februari.csv naast januari.csv")).to_be_visible()
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    until(page, f"{DRAWN}.length >= 3")
    kinds = page.evaluate(f"[...new Set({DRAWN}.map(one => one.properties.kind))].filter(Boolean).sort()")
    assert kinds == ["added", "changed", "gone"]

    # One by one: what the table says of both files, and a tick that is taken away.
    page.get_by_role("link", name=re.compile("^Gewijzigd 1")).click()
    expect(page.locator("del", has_text="Loods A")).to_be_visible()
    expect(page.locator("ins", has_text="Loods A (leeg)")).to_be_visible()
    page.get_by_role("checkbox", name="Loods A (leeg)").uncheck()
    page.get_by_role("button", name="Keuze bewaren").click()
    expect(page.get_by_text("Gekozen in “februari.csv”: 2 rijen.")).to_be_visible()
    # All of a kind.
    page.get_by_role("button", name="Alle aanvinken").click()
    expect(page.get_by_text("Gekozen in “februari.csv”: 3 rijen.")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Verdwenen 1")).click()
    expect(page.get_by_text("staat al zo in de laag")).to_be_visible()
    page.get_by_role("button", name="Overnemen wat gekozen is").click()
    expect(page.get_by_text("3 nieuw, 0 gewijzigd, 0 ingetrokken.")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Alles terugdraaien").click()
    expect(page.get_by_text("3 elementen zijn weer zoals voordien")).to_be_visible()

"""Drawing on a material map: what is drawn is in its tile, nothing of a shape is lost, two editors choose."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, until
from tests.browser.test_accessibility import faults, wrong

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
MAP = "document.querySelector('werkstof-map').map"
EDITOR = "/kaarten/sociaal-circulaire-hub-gent/materiaalkaart/bewerken/"
BUILDINGS = "Gebouwen die verdwijnen"
#: A place near Gent where the demo has nothing, and a step of some hundred metres.
LON, LAT, STEP = 3.6612, 51.1407, 0.002
Place = tuple[float, float]


def drawing(page: Page, at: str = "") -> Page:
    """The page, once it is ready, looking at the empty place."""
    page.goto(EDITOR + at)
    page.locator(".editor[data-started]").wait_for()
    page.evaluate(f"{MAP}.jumpTo({{center: [{LON}, {LAT}], zoom: 14.5}})")
    return page


def pixel(page: Page, place: Place) -> Place:
    """Where a place is on the screen, once the map is as high as the buttons above leave it."""
    until(page, f"{MAP}.getCanvas().clientHeight === {MAP}.getContainer().clientHeight")
    found = page.evaluate(
        f"""(place) => {{
            const {{x, y}} = {MAP}.project(place);
            const box = {MAP}.getCanvas().getBoundingClientRect();
            return [box.x + x, box.y + y];
        }}""",
        list(place),
    )
    return found[0], found[1]


def click(page: Page, *places: Place) -> None:
    for place in places:
        x, y = pixel(page, place)
        page.mouse.move(x - 2, y - 2)
        page.mouse.move(x, y)
        page.mouse.click(x, y)


def drag(page: Page, start: Place, end: Place) -> None:
    (x, y), (to_x, to_y) = pixel(page, start), pixel(page, end)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 3, steps=3)
    page.mouse.move(to_x, to_y, steps=15)
    page.mouse.up()


def at(east: float, north: float) -> Place:
    return LON + east * STEP, LAT + north * STEP


def ring(west: float, south: float, east: float, north: float) -> list[Place]:
    corners = [at(west, south), at(east, south), at(east, north), at(west, north)]
    return [*corners, corners[0]]


def api(page: Page, method: str, path: str, body: Any = None) -> Any:
    """What the API answers whoever is logged in on the page."""
    return page.evaluate(
        """async ([method, path, body]) => {
            const token = /csrftoken=([^;]+)/.exec(document.cookie)?.[1];
            const headers = {"Content-Type": "application/json", "X-CSRFToken": token};
            const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
            if (!answer.ok) throw new Error(await answer.text());
            return answer.json();
        }""",
        [method, path, body],
    )


def layer_id(page: Page) -> str:
    return page.get_by_label("Teken in").locator("option", has_text=BUILDINGS).get_attribute("value") or ""


def made(page: Page, title: str, geometry: dict[str, Any]) -> int:
    given = {"kind": "stock", "title": title, "geometry": geometry}
    return int(api(page, "POST", f"/api/v1/maps/layers/{layer_id(page)}/elements/", given)["id"])


def element(page: Page, element_id: int) -> Any:
    return api(page, "GET", f"/api/v1/maps/elements/{element_id}/")


def save(page: Page, says: str) -> None:
    """Save, and wait until what is there answers that."""
    page.evaluate("document.querySelector('.hand').dataset.before = 'yes'")
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator(".hand:not([data-before])").get_by_role("status")).to_contain_text(says)


def in_hand(page: Page) -> int:
    return int(page.locator(".hand").get_attribute("data-element") or 0)


def test_an_area_is_drawn_kept_while_away_saved_and_at_once_in_its_tile(open_page: Open) -> None:
    page = drawing(open_page("hub"))
    page.get_by_label("Teken in").select_option(label=BUILDINGS)
    expect(page.get_by_role("button", name="Punt", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Vlak", exact=True).click()
    expect(page.get_by_role("heading", name="Nieuw element")).to_be_visible()
    click(page, at(-1, -1), at(1, -1), at(1, 1), at(-1, 1))
    page.get_by_role("button", name="Klaar", exact=True).click()
    shape = page.locator("#id_shape")
    until(page, "document.querySelector('#id_shape').value.startsWith('{')")
    drawn = shape.input_value()
    drag(page, at(1, 1), at(1.5, 1.5))
    until(page, f"document.querySelector('#id_shape').value !== {drawn!r}")
    page.get_by_role("button", name="Ongedaan", exact=True).click()
    assert shape.input_value() == drawn
    page.get_by_label("Titel").fill("Loods aan het kanaal")
    # Whoever leaves is asked, and finds all of it again.
    drawing(page)
    page.get_by_role("button", name="Herneem: Loods aan het kanaal").click()
    expect(page.get_by_label("Titel")).to_have_value("Loods aan het kanaal")
    assert shape.input_value() == drawn
    save(page, "Bewaard als concept")
    number = in_hand(page)
    assert len(element(page, number)["geometry"]["coordinates"][0]) == 5
    page.get_by_role("button", name="Sluiten").click()
    page.evaluate(f"{MAP}.jumpTo({{center: [{LON}, {LAT}], zoom: 14.5}})")
    in_tile = f"{MAP}.queryRenderedFeatures().find(one => one.id === {number} && one.layer.type === 'fill')"
    until(page, f"{in_tile} !== undefined")
    assert page.evaluate(f"{in_tile}.properties.state") == "draft"
    expect(page.get_by_role("button", name="Herneem: Loods aan het kanaal")).to_have_count(0)
    # A click on the tile takes it in hand again.
    click(page, at(0, 0))
    expect(page.get_by_role("heading", name="Loods aan het kanaal")).to_be_visible()


def test_holes_parts_and_corners_that_nobody_moved_stay_to_the_last_figure(open_page: Open) -> None:
    page = drawing(open_page("hub"))
    exact = [[lon + 1e-12, lat + 3e-13] for lon, lat in ring(-1.5, -1.5, 1.5, 1.5)]
    # With the clock, as GeoJSON has a hole.
    hole = [list(place) for place in ring(-0.5, -0.5, 0.5, 0.5)][::-1]
    apart = [list(place) for place in ring(2, -1, 2.6, 1)]
    number = made(page, "Drie delen", {"type": "MultiPolygon", "coordinates": [[exact, hole], [apart]]})
    drawing(page, f"?element={number}")
    expect(page.get_by_role("heading", name="Drie delen")).to_be_visible()
    page.get_by_label("Deel", exact=True).select_option(label="Deel 1: gat 1")
    drag(page, at(0.5, 0.5), at(0.8, 0.9))
    until(page, "document.querySelector('#id_shape').value.startsWith('{')")
    save(page, "Bewaard")
    after = element(page, number)["geometry"]
    assert after["type"] == "MultiPolygon"
    assert after["coordinates"][0][0] == exact
    assert after["coordinates"][1] == [apart]
    moved = after["coordinates"][0][1]
    assert [place == old for place, old in zip(moved, hole, strict=True)] == [True, True, False, True, True]


def test_of_two_editors_the_second_sees_both_versions_and_chooses(open_page: Open) -> None:
    page = drawing(open_page("hub"))
    number = made(page, "Schuur", {"type": "Polygon", "coordinates": [ring(-1, 4, 1, 6)]})
    drawing(page, f"?element={number}")
    page.get_by_label("Titel").fill("Schuur van mij")
    page.get_by_text("Meer gegevens").click()
    page.get_by_label("Huidige bestemming").fill("breker")
    api(page, "PATCH", f"/api/v1/maps/elements/{number}/", {"version": 1, "title": "Schuur van jou", "form": "los"})
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.get_by_role("heading", name="Iemand anders wijzigde dit ook")).to_be_visible()
    expect(page.locator("#id_form")).to_have_value("los")
    page.get_by_role("radio", name="Schuur van jou").check()
    save(page, "Bewaard")
    after = element(page, number)
    assert (after["title"], after["form"], after["destination"]) == ("Schuur van jou", "los", "breker")


def test_an_area_is_split_by_a_drawn_line_and_joined_again(open_page: Open) -> None:
    page = drawing(open_page("hub"))
    number = made(page, "Lange loods", {"type": "Polygon", "coordinates": [ring(-2, -5, 2, -3)]})
    drawing(page, f"?element={number}")
    page.evaluate(f"{MAP}.jumpTo({{center: {list(at(0, -4))}, zoom: 15}})")
    page.get_by_role("button", name="Splitsen", exact=True).first.click()
    click(page, at(1, -5.5), at(1, -2.5))
    page.get_by_role("button", name="Klaar", exact=True).click()
    expect(page.locator("[data-hand]").get_by_role("status")).to_contain_text("Gesplitst")
    piece = page.locator("#join-form option", has_text="Lange loods (2)").get_attribute("value") or ""
    other = int(piece.partition(":")[0])
    until(page, f"{MAP}.queryRenderedFeatures().some(one => one.id === {other})")
    page.get_by_role("button", name="Samenvoegen", exact=True).first.click()
    click(page, at(1.5, -4))
    expect(page.locator("[data-hand]").get_by_role("status")).to_contain_text("Samengevoegd")
    assert len(element(page, number)["geometry"]["coordinates"][0]) == 7
    page.get_by_role("button", name="Laatste wijziging ongedaan maken").click()
    expect(page.locator("[data-hand]").get_by_role("status")).to_contain_text("Gedaan")
    assert element(page, other)["state"] == "draft"


def test_on_a_phone_an_area_that_crosses_itself_is_mended_at_the_press_of_a_button(open_page: Open) -> None:
    page, found = drawing(open_page("hub", viewport=PHONE)), {}
    found["map"] = faults(page)
    page.get_by_role("button", name="Lagen", exact=True).click()
    found["layers"] = faults(page)
    page.get_by_label("Teken in").select_option(label=BUILDINGS)
    page.get_by_role("button", name="Kaart", exact=True).click()
    page.get_by_role("button", name="Vlak", exact=True).click()
    expect(page.get_by_role("button", name="Klaar", exact=True)).to_be_visible()
    page.evaluate(f"{MAP}.jumpTo({{center: {list(at(0, 10))}}})")
    click(page, at(-1, 9), at(1, 11), at(1, 9), at(-1, 11))
    page.get_by_role("button", name="Klaar", exact=True).click()
    # The form comes by itself.
    page.get_by_label("Titel").fill("Loods met een lus")
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.locator("[data-shape-refused]")).to_contain_text("kruist")
    found["crossed"] = faults(page)
    page.get_by_role("button", name="Kaart", exact=True).click()
    page.get_by_role("button", name="Element", exact=True).click()
    page.get_by_role("button", name="Neem dat voorstel").click()
    expect(page.locator(".hand").get_by_role("status")).to_contain_text("Bewaard als concept")
    assert element(page, in_hand(page))["geometry"]["type"] == "MultiPolygon"
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    found["desk"] = faults(page)
    assert wrong(found) == {}


@pytest.mark.parametrize("at_once", [100, 2])
def test_what_is_drawn_clings_to_a_neighbour_however_many_lie_in_sight(open_page: Open, at_once: int) -> None:
    """Also to one that comes after all that is read at once: then what lies around the pointer is read."""
    page = open_page("hub")
    page.route(
        lambda address: "page_size=100" in address,
        lambda route: route.continue_(url=route.request.url.replace("page_size=100", f"page_size={at_once}")),
    )
    drawing(page)
    west, south = LON + 0.06, LAT + 0.0123457 + at_once / 10_000
    corner = [round(west + 0.0071357, 7), round(south + 0.0042469, 7)]
    beside = [[west - 0.01 + step / 500, south] for step in range(3)]
    for lon, lat in [*beside, corner]:
        square = [[lon, lat], [lon + 0.001, lat], [lon + 0.001, lat + 0.001], [lon, lat + 0.001], [lon, lat]]
        made(page, f"Buur van {at_once}", {"type": "Polygon", "coordinates": [square]})
    page.evaluate(f"{MAP}.jumpTo({{center: {[west, south]}, zoom: 14.5}})")
    page.get_by_label("Teken in").select_option(label=BUILDINGS)
    with page.expect_response(lambda answer: "bbox=" in answer.url):
        page.get_by_role("button", name="Vlak", exact=True).click()
        expect(page.get_by_role("heading", name="Nieuw element")).to_be_visible()
    x, y = pixel(page, (corner[0], corner[1]))
    page.mouse.move(x - 60, y)
    # Where all in sight is read already there is nothing to wait for.
    page.mouse.move(x - 6, y + 5, steps=3)
    page.wait_for_timeout(1_000)
    page.mouse.click(x - 6, y + 5)
    click(page, (corner[0] - 0.002, corner[1] - 0.001), (corner[0] - 0.002, corner[1] + 0.001))
    page.get_by_role("button", name="Klaar", exact=True).click()
    until(page, "document.querySelector('#id_shape').value.startsWith('{')")
    drawn = json.loads(page.locator("#id_shape").input_value())["coordinates"][0]
    assert corner in drawn, drawn
    assert len(drawn) == 4

"""Drawing with fingers on a phone, and a corner that goes: by a button, by keys, by the right button of a mouse."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, until
from tests.browser.test_accessibility import faults, wrong
from tests.browser.test_drawing import MAP, Open, Place, at, drawing, element, in_hand, made, pixel, ring

pytestmark = pytest.mark.browser
#: Where these tests have their own areas, a little away from those of others.
NORTH = 20


def finger(page: Page, *way: Place) -> None:
    """A finger that goes down at the first place, along the others, and up at the last."""
    touches = page.context.new_cdp_session(page)

    def send(kind: str, place: Place | None) -> None:
        points = [{"x": place[0], "y": place[1]}] if place else []
        touches.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    first, *others = way
    send("touchStart", first)
    for place in others:
        send("touchMove", place)
    send("touchEnd", None)
    touches.detach()


def steps(start: Place, end: Place, count: int = 12) -> list[Place]:
    return [
        (start[0] + (end[0] - start[0]) * part / count, start[1] + (end[1] - start[1]) * part / count)
        for part in range(count + 1)
    ]


def tap(page: Page, place: Place) -> None:
    page.touchscreen.tap(*pixel(page, place))


def area(page: Page, title: str, east: float) -> int:
    """An area of four corners, which the map then shows in the middle."""
    corners = [list(corner) for corner in ring(east - 1, NORTH - 1, east + 1, NORTH + 1)]
    number = made(page, title, {"type": "Polygon", "coordinates": [corners]})
    page.evaluate(f"{MAP}.jumpTo({{center: {list(at(east, NORTH))}, zoom: 14.5}})")
    until(page, f"{MAP}.queryRenderedFeatures().some(one => one.id === {number} && one.layer.type === 'fill')")
    return number


def drawn(page: Page) -> Any:
    """The edge of the area in hand, as it would be saved; none while nothing is changed."""
    value = page.locator("#id_shape").input_value()
    return json.loads(value)["coordinates"][0] if value.startswith("{") else []


def is_near(corner: list[float], place: Place, within: float = 0.0002) -> bool:
    return corner == pytest.approx(list(place), abs=within)


def test_fingers_take_an_area_in_hand_move_it_drag_a_corner_and_take_one_away(open_page: Open) -> None:
    page = drawing(open_page("hub", viewport=PHONE, has_touch=True, is_mobile=True))
    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    tabs = page.locator(".editor__tabs button")
    assert tabs.count() >= 3
    assert all(box["height"] < 50 for tab in tabs.all() if (box := tab.bounding_box())), "a word is broken"
    east, shape = 0.0, page.locator("#id_shape")
    number = area(page, "Loods voor vingers", east)
    tap(page, at(east, NORTH))
    expect(page.get_by_role("heading", name="Loods voor vingers")).to_be_visible()
    page.get_by_role("button", name="Kaart", exact=True).tap()
    page.evaluate(f"{MAP}.jumpTo({{center: {list(at(east, NORTH))}, zoom: 14.5}})")

    page.get_by_role("button", name="Verplaatsen", exact=True).tap()
    finger(page, *steps(pixel(page, at(east, NORTH)), pixel(page, at(east, NORTH + 0.5))))
    until(page, "document.querySelector('#id_shape').value.startsWith('{')")
    was = page.evaluate(f"{MAP}.getCenter().toArray()")
    assert was == pytest.approx(list(at(east, NORTH)), abs=1e-6), "the map moved along"
    assert is_near(drawn(page)[0], at(east - 1, NORTH - 0.5)), drawn(page)

    page.get_by_role("button", name="Hoeken", exact=True).tap()
    gone = page.get_by_role("button", name="Hoek weg", exact=True)
    gone.tap()
    expect(page.locator("[data-says]")).to_have_text("Tik eerst de hoek aan die weg moet.")
    before = shape.input_value()
    finger(page, *steps(pixel(page, at(east + 1, NORTH + 1.5)), pixel(page, at(east + 1.4, NORTH + 1.8))))
    until(page, f"document.querySelector('#id_shape').value !== {before!r}")
    assert [corner for corner in drawn(page) if is_near(corner, at(east + 1.4, NORTH + 1.8))], drawn(page)

    before = shape.input_value()
    tap(page, at(east - 1, NORTH + 1.5))
    assert shape.input_value() == before
    gone.tap()
    until(page, f"document.querySelector('#id_shape').value !== {before!r}")
    assert len(drawn(page)) == 4
    assert not [corner for corner in drawn(page) if is_near(corner, at(east - 1, NORTH + 1.5))]
    # Three corners are the fewest: another stays, and it is said why.
    gone.tap()
    expect(page.locator("[data-says]")).to_contain_text("minstens drie hoeken")
    assert len(drawn(page)) == 4
    assert wrong({"corners": faults(page)}) == {}

    page.get_by_role("button", name="Ongedaan", exact=True).tap()
    assert shape.input_value() == before
    page.get_by_role("button", name="Opnieuw", exact=True).tap()
    page.get_by_role("button", name="Element", exact=True).tap()
    page.get_by_role("button", name="Bewaren", exact=True).tap()
    expect(page.locator(".hand").get_by_role("status")).to_contain_text("Bewaard")
    assert in_hand(page) == number
    assert len(element(page, number)["geometry"]["coordinates"][0]) == 4


def test_a_right_click_takes_a_corner_away_and_it_can_be_undone(open_page: Open) -> None:
    page = drawing(open_page("hub"))
    east = 6.0
    number = area(page, "Loods voor de rechterknop", east)
    page.mouse.click(*pixel(page, at(east, NORTH)))
    expect(page.get_by_role("heading", name="Loods voor de rechterknop")).to_be_visible()
    expect(page.get_by_role("button", name="Hoeken", exact=True)).to_have_attribute("aria-pressed", "true")
    place = pixel(page, at(east + 1, NORTH + 1))
    page.mouse.move(place[0] - 3, place[1])
    page.mouse.move(*place)
    page.mouse.click(*place, button="right")
    until(page, "document.querySelector('#id_shape').value.startsWith('{')")
    assert len(drawn(page)) == 4
    assert not [corner for corner in drawn(page) if is_near(corner, at(east + 1, NORTH + 1))]
    page.get_by_role("button", name="Ongedaan", exact=True).click()
    assert len(drawn(page)) == 5
    assert len(element(page, number)["geometry"]["coordinates"][0]) == 5


def test_keys_choose_a_corner_move_it_and_take_it_away(open_page: Open) -> None:
    page = drawing(open_page("hub"))
    east, says = 12.0, page.locator("[data-says]")
    area(page, "Loods voor toetsen", east)
    page.mouse.click(*pixel(page, at(east, NORTH)))
    expect(page.get_by_role("button", name="Hoeken", exact=True)).to_have_attribute("aria-pressed", "true")
    page.locator(".maplibregl-canvas").focus()
    page.keyboard.press("PageDown")
    expect(says).to_contain_text("Hoek 1 van 4")
    page.keyboard.press("PageUp")
    expect(says).to_contain_text("Hoek 4 van 4")
    page.keyboard.press("ArrowUp")
    until(page, "document.querySelector('#id_shape').value.startsWith('{')")
    moved = drawn(page)
    assert moved[3][1] > at(east, NORTH + 1)[1]
    others = list(zip(moved, ring(east - 1, NORTH - 1, east + 1, NORTH + 1), strict=True))
    assert [is_near(corner, place, 1e-7) for corner, place in others] == [True, True, True, False, True]
    before = page.locator("#id_shape").input_value()
    page.keyboard.press("Delete")
    until(page, f"document.querySelector('#id_shape').value !== {before!r}")
    assert len(drawn(page)) == 4
    assert moved[3] not in drawn(page)

"""On a phone: what was found is in sight, nothing covers it, no page is too wide, the map comes when asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import DESK, PHONE, until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]

SEARCHES = [
    "/?q=stoelen&place=Gent&radius_km=25&max_price=500",
    "/?place=Gent&radius_km=50",
    "/?kind=demand&q=hout&place=Gent&radius_km=50&condition=used&max_price=12,50",
    "/?hub=sociaal-circulaire-hub-gent",
]
#: The first result begins within so much of the 844 pixels.
FIRST_RESULT_PX = 320
MOST_HOME_BYTES = 150_000
TOP_OF_FIRST = "document.querySelector('#results .card, #results .empty').getBoundingClientRect().top"
#: Whether a button to the map lies over a card or over a chip of a filter.
COVERED = """[...document.querySelectorAll("[data-map=open]")].filter(one => one.checkVisibility()).some(one => {
  const a = one.getBoundingClientRect();
  return [...document.querySelectorAll(".card, .chip, .field")].some(other => {
    const b = other.getBoundingClientRect();
    return !other.contains(one) && other.checkVisibility()
      && a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  });
})"""


@pytest.mark.parametrize("path", SEARCHES)
def test_the_first_result_is_in_sight(open_page: Open, path: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(path)
    assert page.evaluate(TOP_OF_FIRST) <= FIRST_RESULT_PX
    assert not page.evaluate(COVERED)


def test_the_form_folds_to_a_line_that_opens_it_again(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    page.goto("/")
    line = page.locator(".search__fold")
    expect(line).to_be_hidden()
    expect(page.locator("#q")).to_be_visible()
    assert not page.evaluate(COVERED)
    # A search by hand folds the form, and says what was asked.
    page.fill("#place", "Gent")
    page.keyboard.press("Enter")
    expect(line).to_contain_text("van Gent")
    expect(page.locator("#q")).to_be_hidden()
    assert page.evaluate(TOP_OF_FIRST) <= FIRST_RESULT_PX
    line.click()
    expect(page.locator("#q")).to_be_visible()
    expect(line).to_have_attribute("aria-expanded", "true")
    page.locator("#filters summary").click()
    page.select_option("#condition", "used")
    expect(line).to_contain_text("1 filter")
    # A mistake is shown at its field.
    page.fill("#max_price", "veel")
    page.keyboard.press("Enter")
    expect(page.locator("#results [role=alert]")).to_be_visible()
    expect(page.locator("#max_price")).to_be_visible()


def test_at_a_desk_nothing_folds(open_page: Open) -> None:
    page = open_page(viewport=DESK)
    page.goto(SEARCHES[0])
    expect(page.locator("#q")).to_be_visible()
    expect(page.locator(".search__bar")).to_be_hidden()


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_no_search_is_wider_than_a_phone(open_page: Open, language: str) -> None:
    page = open_page(viewport=PHONE, locale=language)
    for path in (
        *SEARCHES,
        "/?q=9120+Beveren",
        "/?q=9120+Beveren&place=Gent",
        "/?place=Nergenshuizen",
        "/?max_price=veel",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path


def test_contact_stays_in_reach(open_page: Open) -> None:
    page = open_page("koper", viewport=PHONE)
    page.goto("/?kind=supply")
    page.locator(".card h3 a").first.click()
    guest = open_page(viewport=PHONE)
    guest.goto(page.url)
    bar = guest.locator(".contactbar a")
    for place in (0, 600, 100_000):
        guest.evaluate(f"scrollTo(0, {place})")
        expect(bar).to_be_in_viewport()
    at_a_desk = open_page(viewport=DESK)
    at_a_desk.goto(page.url)
    expect(at_a_desk.locator(".contactbar")).to_be_hidden()


@pytest.mark.parametrize("width", [960, 1280, 1440])
@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_legend_is_whole_beside_the_zoom_buttons(open_page: Open, width: int, language: str) -> None:
    page = open_page(viewport={"width": width, "height": 800}, locale=language)
    page.goto("/")
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    legend, buttons = page.locator(".split__maplegend").bounding_box(), page.locator(
        ".maplibregl-ctrl-top-right .maplibregl-ctrl-group").bounding_box()  # fmt: skip
    assert legend
    assert buttons
    assert legend["x"] + legend["width"] <= buttons["x"]
    assert page.evaluate(
        "(({scrollWidth, clientWidth}) => scrollWidth <= clientWidth)(document.querySelector('.legend'))"
    )


def test_the_home_page_is_light_and_the_map_comes_when_asked(open_page: Open) -> None:
    page = open_page(viewport=PHONE)
    with transferred(page) as answers:
        page.goto("/", wait_until="networkidle")
    assert sum(answers.values()) <= MOST_HOME_BYTES, answers
    assert not any("map" in address for address in answers)
    with transferred(page) as answers:
        page.locator("[data-map=open]:visible").click()
        page.locator("werkstof-map[data-ready=yes]").wait_for()
    assert any("build/map." in address for address in answers)


def test_a_map_in_a_page_is_asked_for_on_a_phone_and_seen_at_a_desk(open_page: Open) -> None:
    phone, desk = open_page(viewport=PHONE), open_page(viewport=DESK)
    phone.goto("/hubs/sociaal-circulaire-hub-gent/")
    until(phone, "document.querySelector('.mapask')")
    assert not phone.evaluate("customElements.get('werkstof-map')")
    phone.get_by_role("button", name="Toon de kaart").click()
    phone.locator("werkstof-map[data-ready=yes]").wait_for()
    expect(phone.locator(".mapask")).to_have_count(0)
    desk.goto("/hubs/sociaal-circulaire-hub-gent/")
    desk.locator("werkstof-map[data-ready=yes]").wait_for()


def test_a_search_while_another_runs_ends_none(open_page: Open) -> None:
    page, said = open_page(), list[str]()
    # The driver of a machine without a graphics card warns when it is slow: that is no error of the page.
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.goto("/")
    page.evaluate(
        """() => { for (const words of ["hout", "stoelen", "deuren"]) {
          document.querySelector("#q").value = words;
          document.querySelector("#search").requestSubmit();
        } }"""
    )
    expect(page).to_have_url("/?q=deuren", timeout=20_000)
    assert said == []


@contextmanager
def transferred(page: Page) -> Iterator[dict[str, int]]:
    """Bytes that come over the line meanwhile, heads and bodies, by address."""
    sizes: dict[str, int] = {}
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    yield sizes
    page.remove_listener("response", note)
    for answer in answers:
        measured = answer.request.sizes()
        sizes[answer.url] = measured["responseBodySize"] + measured["responseHeadersSize"]

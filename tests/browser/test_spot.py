"""A phone in the field: what is added without a connection is on the map once, and nothing of it is lost."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import PASSWORD, PHONE
from tests.browser.test_security_policy import watched

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
SPOT = "/ter-plaatse/"
#: Far from where other journeys draw on the same map.
HERE = {"geolocation": {"latitude": 51.0937, "longitude": 3.6051, "accuracy": 8}, "permissions": ["geolocation"]}
#: A picture as a camera gives it, and larger than what is kept of it.
PICTURE = """() => {
  const canvas = document.createElement('canvas');
  canvas.width = 2400;
  canvas.height = 1800;
  canvas.getContext('2d').fillRect(0, 0, 1200, 900);
  return canvas.toDataURL('image/jpeg', 0.9).split(',')[1];
}"""
#: Everything of a layer that its editors see, as the API lists it.
ELEMENTS = """async (layer) => {
  const found = [];
  let next = `/api/v1/maps/layers/${layer}/elements/?page_size=100`;
  while (next) {
    const page = await (await fetch(next)).json();
    found.push(...page.results);
    next = page.next;
  }
  return found;
}"""
#: How long the longest side of each photo is that is kept on the phone.
KEPT_PHOTOS = """() => new Promise((resolve) => {
  const asked = indexedDB.open('werkstof-spot', 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction('entries').objectStore('entries').getAll();
    all.onsuccess = async () => {
      const photos = all.result.flatMap((entry) => entry.photos);
      const read = await Promise.all(photos.map((photo) => createImageBitmap(photo)));
      resolve(read.map((picture) => Math.max(picture.width, picture.height)));
    };
  };
})"""


def on_the_spot(page: Page) -> Page:
    """The page, once the phone keeps it."""
    page.goto(SPOT)
    expect(page.get_by_text("opent ook zonder verbinding")).to_be_visible()
    return page


def fill_in(page: Page, title: str, **more: str) -> None:
    page.get_by_role("button", name="Hier", exact=True).click()
    expect(page.get_by_text("Plek gevonden, op 8 m nauwkeurig.")).to_be_visible()
    page.get_by_label("Titel").fill(title)
    for label, value in more.items():
        page.get_by_label(label).fill(value)


def take_photo(page: Page) -> None:
    content = base64.b64decode(page.evaluate(PICTURE))
    page.locator("#id_photo").set_input_files({"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": content})
    expect(page.get_by_alt_text("Foto 1")).to_be_visible()


def save(page: Page) -> None:
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.get_by_label("Titel")).to_have_value("")


def entry(page: Page, title: str) -> Any:
    return page.locator(".spotentry").filter(has_text=title)


def on_the_map(page: Page, title: str) -> list[Any]:
    found = page.evaluate(ELEMENTS, page.get_by_label("Laag", exact=True).input_value())
    return [row for row in found if row["title"] == title]


def sign_in(page: Page, login: str) -> None:
    page.fill("#id_login", f"{login}@demo.example")
    page.fill("#id_password", PASSWORD)
    page.click("main form button")


def test_two_points_are_added_without_a_connection_and_are_on_the_map_once(open_page: Open) -> None:
    page = on_the_spot(open_page("hub", viewport=PHONE, **HERE))
    said = watched(page)
    page.context.set_offline(True)
    fill_in(page, "Klinkers aan de kaai", Hoeveelheid="2,5")
    page.locator("#material-name").press_sequentially("klinker")
    page.locator(".combo__option").first.click()
    page.get_by_label("Eenheid").select_option("tonne")
    take_photo(page)
    save(page)
    expect(entry(page, "Klinkers aan de kaai")).to_contain_text("Op deze telefoon")
    fill_in(page, "Balken bij de loods", Hoeveelheid="4")
    take_photo(page)
    save(page)
    assert page.evaluate(KEPT_PHOTOS) == [1600, 1600]
    fill_in(page, "Nog niet af")
    expect(page.get_by_text("Er is nu geen verbinding")).to_be_visible()
    page.wait_for_timeout(300)

    page.reload()
    expect(page.get_by_label("Titel")).to_have_value("Nog niet af")
    expect(page.get_by_text("Plek gevonden, op 8 m nauwkeurig.")).to_be_visible()
    expect(page.locator('.spotentry[data-entry-state="waiting"]')).to_have_count(2)
    page.get_by_label("Titel").fill("")

    page.context.set_offline(False)
    expect(entry(page, "Klinkers aan de kaai")).to_contain_text("Staat op de kaart")
    (bricks,) = on_the_map(page, "Klinkers aan de kaai")
    assert (bricks["state"], bricks["quantity"], bricks["material"] is None) == ("review", 2.5, False)
    assert bricks["geometry"] == {"type": "Point", "coordinates": [3.6051, 51.0937]}

    # An amount without its unit: the server says so, and it is mended where it was kept.
    beams = entry(page, "Balken bij de loods")
    expect(beams).to_contain_text("Geweigerd")
    expect(beams).to_contain_text("eenheid")
    assert on_the_map(page, "Balken bij de loods") == []
    beams.get_by_role("button", name="Verbeteren").click()
    expect(page.get_by_label("Titel")).to_have_value("Balken bij de loods")
    expect(page.get_by_alt_text("Foto 1")).to_be_visible()
    page.get_by_label("Eenheid").select_option("piece")
    save(page)
    expect(beams).to_contain_text("Staat op de kaart")
    assert len(on_the_map(page, "Balken bij de loods")) == 1
    beams.get_by_role("link", name="Bekijk").click()
    expect(page.get_by_text("de plek op 8 m nauwkeurig")).to_be_visible()
    expect(page.locator("main img[src*='/media/photos/']")).to_have_count(1)
    assert said == []


def test_an_answer_that_is_lost_doubles_nothing(open_page: Open) -> None:
    page = on_the_spot(open_page("hub", viewport=PHONE, **HERE))
    lost: list[int] = []

    def lose(route: Any) -> None:
        """The server stores it, and the phone never hears of that."""
        if not lost:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route("**/ter-plaatse/sturen/", lose)
    fill_in(page, "Dakpannen in een hoop")
    save(page)
    expect(page.get_by_text("Er is nu geen verbinding")).to_be_visible()
    expect(entry(page, "Dakpannen in een hoop")).to_contain_text("Op deze telefoon")
    assert lost == [201]
    page.get_by_role("button", name="Nu versturen").click()
    expect(entry(page, "Dakpannen in een hoop")).to_contain_text("Staat op de kaart")
    assert len(on_the_map(page, "Dakpannen in een hoop")) == 1


def test_what_waits_is_its_maker_s_alone_whoever_logs_in(open_page: Open) -> None:
    page = on_the_spot(open_page("hub", viewport=PHONE, **HERE))
    page.context.set_offline(True)
    fill_in(page, "Deuren op de stoep")
    save(page)
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.get_by_text("Je bent uitgelogd.")).to_be_visible()
    expect(entry(page, "Deuren op de stoep")).to_contain_text("Op deze telefoon")
    page.get_by_role("link", name="Inloggen", exact=True).click()
    sign_in(page, "koper")
    expect(page.get_by_role("heading", name="Dit mag je niet doen")).to_be_visible()
    # The copy of the page went with whom it was of.
    page.context.set_offline(True)
    with pytest.raises(Error, match=r"ERR_(INTERNET_DISCONNECTED|FAILED)"):
        page.goto(SPOT)
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.goto(SPOT)
    sign_in(page, "hub")
    expect(entry(page, "Deuren op de stoep")).to_contain_text("Staat op de kaart")
    assert len(on_the_map(page, "Deuren op de stoep")) == 1


def test_who_keeps_their_place_to_themselves_types_it(open_page: Open) -> None:
    # What isn't granted is refused without being asked.
    page = on_the_spot(open_page("hub", viewport=PHONE, permissions=["notifications"]))
    page.get_by_role("button", name="Hier", exact=True).click()
    expect(page.get_by_text("Je browser mag je plek niet gebruiken.")).to_be_visible()
    page.get_by_label("Adres of plaats").fill("9000 Gent")
    expect(page.get_by_text("De plek is door jou gezet.")).to_be_visible()
    page.get_by_label("Titel").fill("Stenen aan het station")
    save(page)
    expect(entry(page, "Stenen aan het station")).to_contain_text("Staat op de kaart")
    assert len(on_the_map(page, "Stenen aan het station")) == 1

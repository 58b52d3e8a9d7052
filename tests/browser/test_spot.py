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
  const asked = indexedDB.open('werkstof-spot');
  asked.onsuccess = () => {
    const all = asked.result.transaction('photos').objectStore('photos').getAll();
    all.onsuccess = async () => {
      asked.result.close();
      const read = await Promise.all(all.result.flat().map((photo) => createImageBitmap(photo)));
      resolve(read.map((picture) => Math.max(picture.width, picture.height)));
    };
  };
})"""
#: What a phone kept before photos stood in a store of their own.
KEPT_BEFORE = """([person, layer, content]) => new Promise((resolve) => {
  const asked = indexedDB.open('werkstof-spot', 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore('entries', { keyPath: 'key' }).createIndex('person', 'person');
  };
  asked.onsuccess = () => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const written = asked.result.transaction('entries', 'readwrite');
    written.objectStore('entries').put({
      key: crypto.randomUUID(), person, at: new Date().toISOString(), state: 'waiting', title: 'Glas van vroeger',
      layer: '', refusals: [], address: '', words: '', photos: [new Blob([bytes], { type: 'image/jpeg' })],
      fields: Object.entries({ layer, title: 'Glas van vroeger', kind: 'stock', lat: '51.09', lon: '3.6',
        quantity_basis: 'estimated', submit: 'on' }),
    });
    written.oncomplete = () => { asked.result.close(); resolve(); };
  };
})"""
#: A newer copy of the page comes, in another window.
NEWER_VERSION = """() => new Promise((resolve) => {
  const asked = indexedDB.open('werkstof-spot', 99);
  asked.onsuccess = () => { asked.result.close(); resolve(); };
})"""
#: Once the button was pressed, each write brings a better reading of the phone, as long as the page asks for one.
BETTER_AT_EACH_WRITE = """
  let told = null, accuracy = 50, pressed = false;
  const fix = () => told?.({ coords: { latitude: 51.0937, longitude: 3.6051, accuracy } });
  navigator.geolocation.watchPosition = (found) => {
    told = found;
    accuracy = 50;
    pressed = false;
    setTimeout(fix);
    return 7;
  };
  navigator.geolocation.clearWatch = () => { told = null; };
  window.addEventListener('submit', () => { pressed = true; }, true);
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    if (pressed) { accuracy -= 1; fix(); }
    return put.apply(this, given);
  };
"""

#: A write that says that something is under way finds no room.
NOTHING_UNDER_WAY_IS_NOTED = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...key) {
    const asked = put.call(this, value, ...key);
    if (value.state === 'sending') this.transaction.abort();
    return asked;
  };
}"""


def on_the_spot(page: Page) -> Page:
    """The page, once the phone keeps it."""
    page.goto(SPOT)
    expect(page.get_by_text("opent ook zonder verbinding")).to_be_visible()
    return page


def fill_in(page: Page, title: str, metres: int = 8, **more: str) -> None:
    page.get_by_role("button", name="Hier", exact=True).click()
    expect(page.get_by_text(f"Plek gevonden, op {metres} m nauwkeurig.")).to_be_visible()
    page.get_by_label("Titel").fill(title)
    for label, value in more.items():
        page.get_by_label(label).fill(value)


def take_photo(page: Page) -> None:
    content = base64.b64decode(page.evaluate(PICTURE))
    page.locator("#id_photo").set_input_files({"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": content})


def save(page: Page, clicks: int = 1) -> None:
    page.get_by_role("button", name="Bewaren", exact=True).click(click_count=clicks)
    expect(page.get_by_label("Titel")).to_have_value("")


def photos_of(page: Page, element: Any) -> int:
    return len(page.request.get(f"/api/v1/maps/elements/{element['id']}/").json()["photos"])


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
    # A word that isn't chosen would be lost: the form says so, and stays.
    page.locator("#material-name").fill("steentjes of zo")
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.get_by_text("Kies uit de lijst of maak dit leeg")).to_be_visible()
    page.locator("#material-name").fill("")
    page.locator("#material-name").press_sequentially("klinker")
    page.locator(".combo__option").first.click()
    page.get_by_label("Eenheid").select_option("tonne")
    take_photo(page)
    expect(page.get_by_alt_text("Foto 1")).to_be_visible()
    save(page)
    expect(entry(page, "Klinkers aan de kaai")).to_contain_text("Op deze telefoon")
    # Two taps, before the photo is made smaller: one entry, with its photo.
    fill_in(page, "Balken bij de loods", Hoeveelheid="4")
    take_photo(page)
    save(page, clicks=2)
    expect(page.locator("[data-wrong]")).to_be_hidden()
    expect(page.get_by_alt_text("Foto 1")).to_have_count(0)
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
    expect(entry(page, "Klinkers aan de kaai")).to_contain_text("Verstuurd")
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
    expect(beams).to_contain_text("Verstuurd")
    assert len(on_the_map(page, "Balken bij de loods")) == 1
    beams.get_by_role("link", name="Bekijk").click()
    expect(page.get_by_text("de plek op 8 m nauwkeurig")).to_be_visible()
    expect(page.locator("main img[src*='/media/photos/']")).to_have_count(1)
    assert said == []


def test_what_is_mended_or_thrown_away_while_another_is_sent_stays_so(open_page: Open) -> None:
    """Given three that wait and a first that takes long, when the second is thrown away and the third taken up, then
    neither is sent; and a reading of the phone that comes while one is saved doesn't take that back.
    """
    opened = open_page("hub", viewport=PHONE, **HERE)
    opened.add_init_script(BETTER_AT_EACH_WRITE)
    page = on_the_spot(opened)
    page.context.set_offline(True)
    for title in ("Eerste hoop", "Tweede hoop", "Derde hoop"):
        fill_in(page, title, metres=50)
        save(page)
    expect(page.locator('.spotentry[data-entry-state="waiting"]')).to_have_count(3)
    held: list[Any] = []
    page.route("**/ter-plaatse/sturen/", lambda route: held.append(route), times=1)
    page.context.set_offline(False)
    expect(entry(page, "Eerste hoop")).to_contain_text("Wordt verstuurd")
    entry(page, "Tweede hoop").get_by_role("button", name="Weggooien").click()
    expect(entry(page, "Tweede hoop")).to_have_count(0)
    entry(page, "Derde hoop").get_by_role("button", name="Verbeteren").click()
    expect(page.get_by_label("Titel")).to_have_value("Derde hoop")
    held[0].continue_()
    expect(entry(page, "Eerste hoop")).to_contain_text("Verstuurd")
    page.get_by_label("Titel").fill("Derde hoop, nagemeten")
    save(page)
    expect(entry(page, "Derde hoop, nagemeten")).to_contain_text("Verstuurd")
    assert [len(on_the_map(page, title)) for title in ("Tweede hoop", "Derde hoop")] == [0, 0]
    assert len(on_the_map(page, "Derde hoop, nagemeten")) == 1

    # On a full phone nothing can be noted: what waits goes all the same, and says so when it did.
    page.evaluate(NOTHING_UNDER_WAY_IS_NOTED)
    fill_in(page, "Vierde hoop", metres=50)
    save(page)
    expect(entry(page, "Vierde hoop")).to_contain_text("Verstuurd")

    # Two windows with the same in hand: what one saved, the other doesn't take back.
    fill_in(page, "Vijfde hoop", metres=50)
    page.wait_for_timeout(300)
    other = page.context.new_page()
    other.goto(SPOT)
    expect(other.get_by_label("Titel")).to_have_value("Vijfde hoop")
    save(page)
    expect(entry(page, "Vijfde hoop")).to_contain_text("Verstuurd")
    other.get_by_label("Titel").fill("Zesde hoop")
    other.wait_for_timeout(300)
    page.reload()
    expect(entry(page, "Vijfde hoop")).to_contain_text("Verstuurd")
    expect(page.get_by_label("Titel")).to_have_value("Zesde hoop")
    other.close()

    page.evaluate(NEWER_VERSION)
    expect(page.get_by_text("Er is een nieuwere versie van deze pagina.")).to_be_visible()


def test_an_answer_that_is_lost_doubles_nothing_and_keeps_nothing_back(open_page: Open) -> None:
    page = on_the_spot(open_page("hub", viewport=PHONE, **HERE))
    lost: list[int] = []

    def lose(route: Any) -> None:
        """The server stores it, and the phone never hears of that."""
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/ter-plaatse/sturen/", lose, times=1)
    fill_in(page, "Dakpannen in een hoop")
    save(page)
    expect(page.get_by_text("Er is verbinding, maar niet alles raakte verstuurd.")).to_be_visible()
    expect(entry(page, "Dakpannen in een hoop")).to_contain_text("Op deze telefoon")
    assert lost == [201]
    fill_in(page, "Goten ernaast")
    save(page)
    expect(entry(page, "Goten ernaast")).to_contain_text("Verstuurd")
    page.get_by_role("button", name="Nu versturen").click()
    expect(entry(page, "Dakpannen in een hoop")).to_contain_text("Verstuurd")
    assert len(on_the_map(page, "Dakpannen in een hoop")) == 1

    # Mended before it was known to be there: the phone asks first.
    page.route("**/ter-plaatse/sturen/", lose, times=1)
    fill_in(page, "Ramen in een rek")
    save(page)
    expect(entry(page, "Ramen in een rek")).to_contain_text("Op deze telefoon")
    page.route("**/ter-plaatse/wie/?sleutel=*", lambda route: route.abort(), times=1)
    entry(page, "Ramen in een rek").get_by_role("button", name="Verbeteren").click()
    page.get_by_label("Titel").fill("Ramen in twee rekken")
    save(page)
    mended = entry(page, "Ramen in twee rekken")
    expect(mended).to_contain_text("Dit is al verstuurd, zoals het toen was.")
    mended.get_by_role("button", name="Als nieuw versturen").click()
    expect(mended).to_contain_text("Voorgelegd aan wie publiceert.")
    page.route("**/ter-plaatse/sturen/", lose, times=1)
    fill_in(page, "Kranen in een bak")
    save(page)
    entry(page, "Kranen in een bak").get_by_role("button", name="Verbeteren").click()
    expect(page.get_by_text("“Kranen in een bak” was al verstuurd.")).to_be_visible()
    expect(entry(page, "Kranen in een bak")).to_contain_text("Verstuurd")
    titles = ("Ramen in een rek", "Ramen in twee rekken", "Kranen in een bak")
    assert [len(on_the_map(page, title)) for title in titles] == [1, 1, 1]


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
    expect(entry(page, "Deuren op de stoep")).to_contain_text("Verstuurd")
    assert len(on_the_map(page, "Deuren op de stoep")) == 1


def test_what_an_older_copy_kept_goes_and_who_keeps_their_place_to_themselves_types_it(open_page: Open) -> None:
    # What isn't granted is refused without being asked.
    page = open_page("hub", viewport=PHONE, permissions=["notifications"])
    page.goto(SPOT)
    layer = page.get_by_label("Laag", exact=True).input_value()
    person = page.request.get(f"{SPOT}wie/").json()["person"]
    content = page.evaluate(PICTURE)
    page.goto("/")
    page.evaluate("() => new Promise((done) => { indexedDB.deleteDatabase('werkstof-spot').onsuccess = done; })")
    page.evaluate(KEPT_BEFORE, [person, layer, content])
    on_the_spot(page)
    expect(entry(page, "Glas van vroeger")).to_contain_text("Verstuurd")
    (glass,) = on_the_map(page, "Glas van vroeger")
    assert photos_of(page, glass) == 1

    page.get_by_role("button", name="Hier", exact=True).click()
    expect(page.get_by_text("Je browser mag je plek niet gebruiken.")).to_be_visible()
    page.get_by_label("Adres of plaats").fill("9000 Gent")
    expect(page.get_by_text("De plek is door jou gezet.")).to_be_visible()
    page.get_by_label("Titel").fill("Stenen aan het station")
    # The token of before somebody logged in again: refused once, and sent anew by the one of now.
    page.route("**/ter-plaatse/sturen/", lambda route: route.fulfill(status=403, body="<p>CSRF</p>"), times=1)
    save(page)
    expect(entry(page, "Stenen aan het station")).to_contain_text("Verstuurd")
    assert len(on_the_map(page, "Stenen aan het station")) == 1


def test_where_the_browser_keeps_nothing_it_is_a_form_with_its_photo(open_page: Open) -> None:
    page = open_page("hub", viewport=PHONE, **HERE)
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page.goto(SPOT)
    expect(page.get_by_text("Deze browser bewaart niets op je telefoon")).to_be_visible()
    fill_in(page, "Tegels in een kelder")
    take_photo(page)
    page.get_by_role("button", name="Bewaren", exact=True).click()
    expect(page.get_by_text("Voorgelegd aan wie publiceert.")).to_be_visible()
    (tiles,) = on_the_map(page, "Tegels in een kelder")
    assert photos_of(page, tiles) == 1

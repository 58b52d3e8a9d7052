"""A material map outside its own page: in a page of another site, drawn by somebody else's MapLibre, and on paper."""

import html
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.conftest import PASSWORD, ROOT, Site, until

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
MAP = "document.querySelector('werkstof-map').map"
OF_GHENT = "/kaarten/sociaal-circulaire-hub-gent/materiaalkaart/"
DRAWN = f"""{MAP}.queryRenderedFeatures().filter(one => one.sourceLayer === "elements")"""
UNPUBLISHED = f"""{DRAWN}.filter(one => one.properties.state && one.properties.state !== "published")"""

#: An element that is not published: those of the demo are, once another journey has reviewed them.
DRAFT = """
from django.contrib.gis.geos import Point
from accounts.models import User
from maps import services
from maps.models import MapLayer
layer = MapLayer.objects.get(
    map__hub__slug="sociaal-circulaire-hub-gent", map__slug="materiaalkaart", title="Herstel, sorteren en inzamelen"
)
by = User.objects.get(email="hub@demo.example")
services.add_feature(
    by=by, layer=layer, title="Nog na te kijken", kind="place", geometry=Point(3.72, 51.06, srid=4326)
)
"""


class Elsewhere(ThreadingHTTPServer):
    """A website of somebody else, with one page."""

    def __init__(self, page: str) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.page = page

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _Answer(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.server.page.encode())

    def log_message(self, *_said: object) -> None:
        """Nobody reads what it answers."""


@contextmanager
def elsewhere(body: str) -> Iterator[str]:
    with Elsewhere(f"<!doctype html><title>Stad</title><h1>Onze stad</h1>{body}") as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.address
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def staff(site: Site, browser: Browser) -> Iterator[Page]:
    """A window of somebody of the hub, that may go to other sites too."""
    context = browser.new_context(base_url=site.url, locale="nl-BE", reduced_motion="reduce")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("#id_login", "hub@demo.example")
    page.fill("#id_password", PASSWORD)
    page.click("main form button")
    page.wait_for_url("/")
    yield page
    context.close()


def frame_of(page: Page, site: Site) -> Frame:
    """The map in a page of another site, once it is drawn."""
    page.frame_locator("iframe").locator("werkstof-map[data-ready=yes]").wait_for()
    (frame,) = [one for one in page.frames if one.url.startswith(site.url)]
    return frame


def test_the_snippet_shows_in_another_site_what_strangers_see_also_to_staff(site: Site, staff: Page) -> None:
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", DRAFT]
    subprocess.run(command, cwd=ROOT, env=site.env, check=True, capture_output=True)
    staff.goto(OF_GHENT)
    staff.locator("werkstof-map[data-ready=yes]").wait_for()
    until(staff, f"{UNPUBLISHED}.length > 0")
    staff.get_by_text("Afdrukken, of op je eigen site zetten").click()
    snippet = staff.locator("[data-embed]").input_value()
    assert snippet.startswith(f'<iframe src="{site.url}{OF_GHENT}insluiten/')
    with elsewhere(snippet) as address:
        staff.goto(address)
        frame = frame_of(staff, site)
        _until_drawn(frame)
        # The same window, and the same person: their drafts are on their own map alone.
        assert frame.evaluate(f"{UNPUBLISHED}.length") == 0
        assert staff.evaluate("(() => { try { return frames[0].document.title } catch { return null } })()") is None


def _until_drawn(frame: Frame) -> None:
    for _time in range(200):
        if frame.evaluate(f"{DRAWN}.length > 10 && {MAP}.loaded()"):
            return
        frame.page.wait_for_timeout(100)
    raise AssertionError(frame.page.url)


def test_no_other_page_of_ours_stands_in_another_site(site: Site, staff: Page) -> None:
    said: list[str] = []
    staff.on("console", lambda message: said.append(message.text))
    for path in (OF_GHENT, "/", "/kaarten/"):
        said.clear()
        with elsewhere(f'<iframe src="{html.escape(site.url + path)}"></iframe>') as address:
            staff.goto(address)
            staff.wait_for_load_state("networkidle")
        assert any("frame-ancestors" in one for one in said), (path, said)


def test_maplibre_on_another_site_may_read_tilejson_and_tiles_of_what_is_public(site: Site, staff: Page) -> None:
    staff.goto(OF_GHENT)
    until(staff, f"{MAP} !== null && {MAP} !== undefined")
    (drawn, *_others) = staff.evaluate("JSON.parse(document.getElementById('drawn-layers').textContent)")
    # Our own MapLibre, told no more than an address.
    staff.evaluate(
        f"""(() => {{
            {MAP}.addSource("told", {{ type: "vector", url: "{site.url}/tiles/maps/{drawn["id"]}.json" }});
            {MAP}.addLayer({{ id: "told", type: "circle", source: "told", "source-layer": "elements" }});
        }})()"""
    )
    until(staff, f"{MAP}.queryRenderedFeatures({{ layers: ['told'] }}).length > 0")
    with elsewhere("") as address:
        staff.goto(address)
        found = staff.evaluate(
            f"""(async () => {{
                const about = await (await fetch("{site.url}/tiles/maps/{drawn["id"]}.json")).json();
                const tile = about.tiles[0].replace("{{z}}", 8).replace("{{x}}", 130).replace("{{y}}", 85);
                const answer = await fetch(tile);
                return [about.tilejson, answer.status, (await answer.arrayBuffer()).byteLength];
            }})()"""
        )
    assert found[:2] == ["3.0.0", 200]
    assert found[2] > 50


# ---- on paper ----


def printed(page: Page, paper: str) -> bytes:
    """The PDF that the form on the page of a map makes of what the map shows."""
    form = page.locator("form[action*=afdruk]")
    form.get_by_label("Papier").select_option(paper)
    address = form.evaluate("form => `${form.action}?${new URLSearchParams(new FormData(form))}`")
    answer = page.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    return answer.body()


@pytest.mark.parametrize(("paper", "millimetres"), [("a4", (297, 210)), ("a3", (420, 297)), ("a4-staand", (210, 297))])
def test_what_the_map_shows_is_printed_with_all_that_paper_needs(
    open_page: Open, tmp_path: Path, paper: str, millimetres: tuple[int, int]
) -> None:
    page = open_page()
    page.goto(OF_GHENT)
    page.locator("werkstof-map[data-ready=yes]").wait_for()
    until(page, f"{DRAWN}.length > 10")
    page.get_by_text("Afdrukken, of op je eigen site zetten").click()
    file = tmp_path / "kaart.pdf"
    file.write_bytes(printed(page, paper))

    about = _run("pdfinfo", str(file))
    width, height = map(float, re.findall(r"Page size: +([\d.]+) x ([\d.]+)", about)[0])
    assert (width, height) == pytest.approx([one / 25.4 * 72 for one in millimetres], abs=1)
    (pages,) = map(int, re.findall(r"Pages: +(\d+)", about))
    # The map, and a list of its elements behind it.
    assert 2 <= pages <= 12
    text = " ".join(_run("pdftotext", "-layout", str(file), "-").split())
    legend = page.locator(".legend").first.inner_text().split("\n")[0]
    for words in (page.locator("h1").inner_text(), "schaal 1 : ", "Sociaal-Circulaire Hub Gent", legend):
        assert " ".join(words.split()) in text, words
    for title in page.locator("section[aria-labelledby=layers] h3 span:first-child").all_inner_texts():
        assert title in text, title
    assert _run("pdfimages", "-list", str(file)).count("\n") == 2

    # Not an empty frame: land, lines and elements in the colours of their layers.
    _run("pdftoppm", "-r", "60", "-f", "1", "-l", "1", "-png", str(file), str(tmp_path / "blad"))
    (picture,) = tmp_path.glob("blad*.png")
    image = Image.open(picture).convert("RGB")
    across, down = image.size
    map_of_it = image.crop((across // 20, down // 6, across * 6 // 10, down * 9 // 10))
    colours: Any = map_of_it.getcolors(map_of_it.width * map_of_it.height)
    inked = sum(count for count, colour in colours if min(colour) < 200)
    assert len(colours) > 40
    assert inked > 0.005 * map_of_it.width * map_of_it.height, inked
    vivid = sum(count for count, colour in colours if max(colour) - min(colour) > 60)
    assert vivid > 30, vivid


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


# ---- undo of one element ----


def test_a_change_of_an_element_is_undone_by_one_button(open_page: Open) -> None:
    page = open_page("hub")
    page.goto(OF_GHENT)
    page.get_by_role("link", name="Element toevoegen : Herstel, sorteren en inzamelen").click()
    page.locator("[name=title]").fill("Om weer ongedaan te maken")
    page.locator("[name=destination]").fill("De eerste bestemming")
    page.locator("[name=lat]").fill("51.05")
    page.locator("[name=lon]").fill("3.72")
    page.get_by_role("button", name="Bewaren").click()
    expect(page.get_by_role("heading", name="Om weer ongedaan te maken")).to_be_visible()
    page.get_by_role("link", name="Wijzigen", exact=True).click()
    page.locator("[name=destination]").fill("Een proef op de pof")
    page.get_by_role("button", name="Bewaren").click()
    destination = page.locator(".facts div", has_text="Huidige bestemming").locator("dd")
    expect(destination).to_have_text("Een proef op de pof")
    page.get_by_role("button", name="Laatste wijziging ongedaan maken").click()
    expect(destination).to_have_text("De eerste bestemming")
    page.get_by_text("Geschiedenis").wait_for()
    expect(page.get_by_text(re.compile("teruggezet")).first).to_be_visible()

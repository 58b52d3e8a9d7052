"""The map fetches what an operator puts under it, and the pages' Content-Security-Policy lets it."""

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.conftest import ROOT, Site, free_port, until, wait_for, web_server
from tests.browser.test_security_policy import watched

pytestmark = pytest.mark.browser
Start = Callable[[dict[str, str]], str]


class TileServer(ThreadingHTTPServer):
    """Other people's map on this machine: one colour at every address, and a style where one is given."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.style: dict[str, object] = {}
        self.asked: list[str] = []

    @property
    def tiles(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{{z}}/{{x}}/{{y}}.png"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: TileServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        is_style = self.path == "/style.json"
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Type", "application/json" if is_style else "image/png")
        self.end_headers()
        self.wfile.write(json.dumps(self.server.style).encode() if is_style else tile())

    def log_message(self, *_said: object) -> None:
        """Its requests are kept in `asked`."""


def tile() -> bytes:
    image = io.BytesIO()
    Image.new("RGB", (256, 256), "#cfe3d4").save(image, "PNG")
    return image.getvalue()


@contextmanager
def tile_server() -> Iterator[TileServer]:
    with TileServer() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def start_with(site: Site, tmp_path: Path) -> Iterator[Start]:
    """One more web server on the site's data, with settings of its own; gives its address."""
    with ExitStack() as stack:

        def start(more: dict[str, str]) -> str:
            port, log = free_port(), stack.enter_context((tmp_path / "web.log").open("w"))
            server = subprocess.Popen(
                [sys.executable, "-m", *web_server(port)], cwd=ROOT, env=site.env | {"WEB_WORKERS": "1"} | more,
                stdout=log, stderr=log,
            )  # fmt: skip
            stack.callback(server.wait, timeout=30)
            stack.callback(server.terminate)
            wait_for(f"http://127.0.0.1:{port}/health/ready", tmp_path / "web.log")
            return f"http://127.0.0.1:{port}"

        yield start


def refused_on_map(browser: Browser, address: str) -> list[str]:
    """What the browser says of the policy while a map loads all its tiles."""
    context = browser.new_context(reduced_motion="reduce", locale="nl-BE")
    try:
        page = context.new_page()
        said = watched(page)
        page.goto(f"{address}/?place=Gent")
        page.locator("werkstof-map[data-ready=yes]").wait_for()
        until(page, "document.querySelector('werkstof-map').map.isSourceLoaded('basemap')")
        page.wait_for_load_state("networkidle")
        return said
    finally:
        context.close()


def test_tiles_are_fetched_from_where_the_operator_says(browser: Browser, start_with: Start) -> None:
    with tile_server() as server:
        address = start_with({"BASEMAP_URL": server.tiles})
        assert refused_on_map(browser, address) == []
        assert [path for path in server.asked if path.endswith(".png")]


def test_a_style_names_tiles_of_another_origin(browser: Browser, start_with: Start) -> None:
    with tile_server() as styles, tile_server() as tiles:
        styles.style = {
            "version": 8,
            "sources": {"basemap": {"type": "raster", "tiles": [tiles.tiles], "tileSize": 256}},
            "layers": [{"id": "basemap", "type": "raster", "source": "basemap"}],
        }
        address = start_with({"BASEMAP_URL": f"{styles.origin}/style.json", "BASEMAP_ORIGINS": tiles.origin})
        assert refused_on_map(browser, address) == []
        assert "/style.json" in styles.asked
        assert [path for path in tiles.asked if path.endswith(".png")]


def test_an_origin_that_nobody_named_is_refused(browser: Browser, start_with: Start) -> None:
    with tile_server() as styles, tile_server() as tiles:
        styles.style = {
            "version": 8,
            "sources": {"basemap": {"type": "raster", "tiles": [tiles.tiles], "tileSize": 256}},
            "layers": [{"id": "basemap", "type": "raster", "source": "basemap"}],
        }
        address = start_with({"BASEMAP_URL": f"{styles.origin}/style.json"})
        assert any(tiles.origin in line for line in refused_on_map(browser, address))
        assert tiles.asked == []

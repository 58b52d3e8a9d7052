"""The whole of Werkstof, running: its own database with demo data, the production web server, a worker, Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.program import NONE_IS_HERE, find_browser
from tests.databases import make_site

ROOT = settings.BASE_DIR
DATABASE = f"{settings.DATABASES['default']['NAME']}_browser"
#: The map draws by software that stands in for a graphics card; the page around it doesn't need that slow way.
CHROMIUM = [
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
PASSWORD = "werkstof-demo"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Site:
    """The running system: its address, the folder where its mail ends, and the settings that it runs with."""

    url: str
    mail: Path
    env: dict[str, str]


@pytest.fixture(scope="package")
def site(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    with django_db_blocker.unblock():
        make_site(DATABASE)
    with own_redis(folder) as redis:
        yield from _running(folder, port, _environment(folder, port, redis))


def _running(folder: Path, port: int, env: dict[str, str]) -> Iterator[Site]:
    parts = [
        web_server(port),
        ["celery", "-A", "marketplace", "worker", "--loglevel", "warning", "--concurrency", "1"],
    ]
    log = (folder / "site.log").open("w")
    running = [
        subprocess.Popen([sys.executable, "-m", *part], cwd=ROOT, env=env, stdout=log, stderr=log) for part in parts
    ]
    try:
        wait_for(f"http://127.0.0.1:{port}/health/ready", folder / "site.log")
        yield Site(f"http://127.0.0.1:{port}", folder / "mail", env)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)
        log.close()


@pytest.fixture(scope="package")
def browser(site: Site) -> Iterator[Browser]:
    """Chromium, once the site runs: beside Playwright's event loop Django refuses to copy the site's database."""
    with sync_playwright() as playwright:
        program = find_browser()
        assert program, NONE_IS_HERE
        started = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield started
        started.close()


@pytest.fixture
def open_page(site: Site, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A new window: open_page(login, **options). Errors in scripts and requests to other hosts fail the test."""
    contexts, faults = [], []

    def open_one(login: str = "", **options: object) -> Page:
        given = {"viewport": DESK, "locale": "nl-BE", "reduced_motion": "reduce"} | options
        context = browser.new_context(base_url=site.url, **given)  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("request", lambda asked: faults.append(asked.url) if _is_elsewhere(asked.url, site.url) else None)
        if login:
            page.goto("/account/login/")
            page.fill("#id_login", f"{login}@demo.example")
            page.fill("#id_password", PASSWORD)
            page.click("main form button")
            page.wait_for_url("/")
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def _is_elsewhere(asked: str, site: str) -> bool:
    return not asked.startswith((site, "data:", "blob:"))


@contextmanager
def own_redis(folder: Path) -> Iterator[str]:
    """A Redis that ends with the run, and its address: no worker of another run takes its tasks."""
    program, socket_path = folder / "redis-server", folder / "redis.sock"
    # The server's program under another name, as script/lib/setup.sh starts it.
    found = shutil.which("redis-check-rdb")
    assert found, "Redis is not installed: script/test installs it"
    program.symlink_to(found)
    options = ["--port", "0", "--unixsocket", str(socket_path), "--save", "", "--dir", str(folder)]
    server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    try:
        yield f"unix://{socket_path}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def web_server(port: int) -> list[str]:
    """The arguments of the production web server, as a module of Python."""
    return ["gunicorn", "marketplace.wsgi", "--config", "marketplace/gunicorn.py", "--bind", f"127.0.0.1:{port}"]


def _environment(folder: Path, port: int, redis: str) -> dict[str, str]:
    old = settings.DATABASES["default"]
    return os.environ | {
        "DATABASE_URL": f"postgresql://{old['USER']}@/{DATABASE}?host={old['HOST']}",
        "REDIS_URL": redis,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
        "REPLY_DOMAIN": "antwoord.test.example",
        "DEBUG": "0",
    }


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(address: str, log: Path) -> None:
    for _try in range(150):
        try:
            with urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"The site did not start:\n{log.read_text()[-3000:]}")


def until(page: Page, expression: str, seconds: float = 20) -> None:
    """Wait for a page to come to something. Playwright's own waiting needs eval(), which the pages' policy forbids."""
    ends = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < ends, expression
        page.wait_for_timeout(100)

"""The whole of Werkstof, running: its own database with demo data, the production web server, a worker, Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = settings.BASE_DIR
DATABASE = "werkstof_browser"
CHROMIUM = [
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
PASSWORD = "werkstof-demo"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@dataclass(frozen=True)
class Site:
    """The running system: its address, and the folder where its mail ends."""

    url: str
    mail: Path


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    port = _free_port()
    env = _environment(folder, port)
    _make_database()
    for command in (
        ["migrate", "-v", "0"], ["load_reference"], ["demo", "--listings", "500", "--seed", "3"],
    ):  # fmt: skip
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True, capture_output=True)
    parts = [
        ["gunicorn", "marketplace.wsgi", "--config", "marketplace/gunicorn.py", "--bind", f"127.0.0.1:{port}"],
        ["celery", "-A", "marketplace", "worker", "--loglevel", "warning", "--concurrency", "1"],
    ]
    log = (folder / "site.log").open("w")
    running = [
        subprocess.Popen([sys.executable, "-m", *part], cwd=ROOT, env=env, stdout=log, stderr=log) for part in parts
    ]
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/ready", folder / "site.log")
        yield Site(f"http://127.0.0.1:{port}", folder / "mail")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)
        log.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        assert program, "Chromium is not installed: script/test installs it"
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


def _environment(folder: Path, port: int) -> dict[str, str]:
    old = settings.DATABASES["default"]
    return os.environ | {
        "DATABASE_URL": f"postgresql://{old['USER']}@/{DATABASE}?host={old['HOST']}",
        # A Redis database of its own: no other worker takes its tasks.
        "REDIS_URL": f"{settings.REDIS_URL}?db=7",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "EMAIL_URL": f"filemail:///{folder / 'mail'}",
        "DEBUG": "0",
    }


def _make_database() -> None:
    old = settings.DATABASES["default"]
    with psycopg.connect(host=old["HOST"], user=old["USER"], dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {DATABASE}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_for(address: str, log: Path) -> None:
    for _try in range(150):
        try:
            with urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"The site did not start:\n{log.read_text()[-3000:]}")

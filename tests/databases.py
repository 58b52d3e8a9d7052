"""Databases that tests start from: made once for all workers and runs of a day, and copied in a second.

Where tests need thousands of listings, `demo_listings` leads Django's connection to a copy that has them: nothing has
to be made for them, and nothing to be taken away. Ask for one that another file asks for, of the same size and seed.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks import databases
from benchmarks.databases import Database
from matching.demo import pair_fictional_listings
from tests import measured

_ROOMS = ("accounts", "alerts", "exchanges", "journal", "listings", "maps", "matching", "marketplace", "programme")
#: What the demo follows from once it is paired, or people have done something with it: nearly all there is.
SOURCES = (
    *databases.SOURCES,
    *(f"{room}/**/*.py" for room in _ROOMS),
    "tests/databases.py",
)


@contextmanager
def demo_listings(listings: int, *, seed: int, paired: bool = False) -> Iterator[None]:
    """Django's connection leads to a database with so many listings of the demo, without what people do with them."""
    name = f"tests_{listings}_{seed}{'_paired' * paired}"
    with _elsewhere(name, lambda: _fill(listings, seed, paired=paired)):
        yield


def make_site(name: str) -> None:
    """A database `name` for a site that runs: the demo as `script/server` makes it, smaller."""
    with _where_it_led():
        databases.make_copy(databases.kept("tests_site", _fill_site, day=timezone.localdate(), sources=SOURCES), name)


def reference() -> str:
    """The name of a database with tables and reference data alone, for others to start as."""
    with _where_it_led():
        return databases.reference().name


@contextmanager
def _elsewhere(name: str, fill: Callable[[], None]) -> Iterator[None]:
    with _where_it_led() as own:
        copy = Database(f"{own}_copy", timezone.localdate())
        databases.make_copy(databases.kept(name, fill, day=copy.day, sources=SOURCES), copy.name)
        copy.activate()
        try:
            yield
        finally:
            databases.drop(copy.name)


@contextmanager
def _where_it_led() -> Iterator[str]:
    """Django's connection leads afterwards to where it led before; gives the name of that."""
    own = Database(connection.settings_dict["NAME"], timezone.localdate())
    try:
        yield own.name
    finally:
        own.activate()


def _fill_site() -> None:
    """By the command itself, with the settings of a site: passwords of tests are hashed in a way of their own."""
    address = Database(connection.settings_dict["NAME"], timezone.localdate()).url
    command = [sys.executable, "manage.py", "demo", "--listings", "800", "--seed", "3"]
    environment = os.environ | {"DATABASE_URL": address, "DEBUG": "0"} | measured.environment()
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True, capture_output=True)


def _fill(listings: int, seed: int, *, paired: bool) -> None:
    databases.fill_with_demo(listings, seed)
    if paired:
        pair_fictional_listings(at=timezone.now(), progress=lambda _done, _total: None)

"""Databases of fictional listings: made once, kept, and made anew when what makes them has changed."""

import datetime as dt
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from psycopg import sql

from benchmarks.report import say

#: What the rows of a database follow from; where it changes, they are made anew.
SOURCES = ("listings/demo/*.py", "geo/data/*", "materials/data/*")
#: Listings have windows around the day of their making; an older database would hold too many that are over.
OLDEST_DAYS = 7
#: Held while a database is made, so that two runs don't make the same one.
_LOCK = 20_260_101


@dataclass(frozen=True)
class Database:
    """A database on the server of DATABASE_URL. `listings` counts rows."""

    name: str
    listings: int

    @property
    def url(self) -> str:
        """As DATABASE_URL takes it."""
        given = connection.settings_dict
        query = {"host": given["HOST"], "user": given["USER"]} | ({"port": given["PORT"]} if given["PORT"] else {})
        if given["PASSWORD"]:
            query["password"] = given["PASSWORD"]
        return f"postgresql:///{self.name}?{urlencode(query)}"

    def connect(self) -> "psycopg.Connection[Any]":
        """A bare connection with the web's plan settings, in autocommit mode: every statement is prepared at once."""
        given: dict[str, Any] = connection.settings_dict["OPTIONS"]
        opened = psycopg.connect(self.url, autocommit=True, options=given["options"])
        opened.prepare_threshold = 0
        return opened

    def activate(self) -> None:
        """Have Django's own connection lead here from now on."""
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's has it
        connection.settings_dict["NAME"] = self.name
        # PostGIS's types have numbers of their own in each database.
        for kept in connection._type_infos.values():  # type: ignore[attr-defined]
            kept.clear()


def ensure(name: str, listings: int, seed: int, *, each: int | None = None) -> Database:
    """The database `name` with this many published listings of `demo`, unpaired; Django's connection leads to it.

    `each` keeps of those only so many supplies and so many demands, and no services: sides of equal size.
    """
    made = Database(name, listings)
    wanted = {"listings": listings, "seed": seed, "sources": _sources()} | ({"each": each} if each else {})
    with _server(name) as server:
        state = _state(server, name)
        start = time.monotonic()
        if _fits(state, wanted):
            say(f"Database {name}: {listings} listings, seed {seed}, kept from {state['day']}")
            made.activate()
            if set(state["migrations"]) == set(_migrations()):
                return made
            # As at an upgrade.
            _migrate()
        else:
            say(f"Making the database {name}: {listings} listings, seed {seed}")
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            made.activate()
            _migrate()
            _fill(listings, seed, each)
            state = wanted | {"day": timezone.localdate().isoformat()}
        note = json.dumps(state | {"migrations": _migrations()})
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(note)))
        say(f"  made in {time.monotonic() - start:.0f} s")
    return made


@contextmanager
def _server(name: str) -> "Iterator[psycopg.Connection[Any]]":
    """A connection to the database that every server has, holding the lock of the database `name`."""
    with psycopg.connect(Database("postgres", 0).url, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [_LOCK, name])
        yield server


def _state(server: "psycopg.Connection[Any]", name: str) -> dict[str, Any]:
    """What a finished database says of itself; empty where there is none, or one that broke off."""
    found = server.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return dict(json.loads(found[0])) if found and found[0] else {}


def _fits(state: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether the rows are those that are wanted, and every migration that made them is still there."""
    if {name: state.get(name) for name in wanted} != wanted:
        return False
    age = timezone.localdate() - dt.date.fromisoformat(state["day"])
    return age.days < OLDEST_DAYS and set(state["migrations"]) <= set(_migrations())


def _sources() -> str:
    """A digest of the files that the rows follow from."""
    paths = sorted(path for pattern in SOURCES for path in settings.BASE_DIR.glob(pattern) if path.is_file())
    return _digest(*(str(path.relative_to(settings.BASE_DIR)).encode() + path.read_bytes() for path in paths))


def _migrations() -> list[str]:
    """The path of every migration: what one does never changes."""
    paths = settings.BASE_DIR.glob("*/migrations/0*.py")
    return sorted(str(path.relative_to(settings.BASE_DIR)) for path in paths)


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]


def _migrate() -> None:
    say("  migrations")
    call_command("migrate", verbosity=0)


def _fill(listings: int, seed: int, each: int | None) -> None:
    """Reference data and listings; then what autovacuum would do by and by."""
    from listings.search.cells import fold_cells
    from marketplace.demo import make_demo

    call_command("load_reference", verbosity=0)
    make_demo(listings=listings, seed=seed, today=timezone.localdate(), progress=_progress)
    if each is not None:
        _keep_each(each)
        fold_cells()
    with connection.cursor() as cursor:
        say("  VACUUM ANALYZE")
        cursor.execute("VACUUM ANALYZE")


def _keep_each(each: int) -> None:
    """Keep the first supplies and demands, so many of both."""
    from listings.enums import ListingKind
    from listings.models import Listing

    goods = {kind: Listing.objects.of_kind(kind).order_by("pk") for kind in (ListingKind.SUPPLY, ListingKind.DEMAND)}
    kept = [pk for listings in goods.values() for pk in listings.values_list("pk", flat=True)[:each]]
    if len(kept) < each * len(goods):
        raise ValueError(f"There are fewer than {each} of a kind")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM listings_listing_materials")
        cursor.execute("DELETE FROM listings_listing WHERE NOT id = ANY(%s)", [kept])


def _progress(what: str, done: int, total: int) -> None:
    if done == total or done % 50_000 == 0:
        say(f"  {what}: {done} of {total}")

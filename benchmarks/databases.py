"""Databases of fictional listings: made once, shared by all benchmarks, and copied where one writes.

Every database starts as a copy of the reference data. `whole(1_000_000)` fills one with that many listings; it is the
same for every benchmark that asks for this size. `part(whole, 12_500)` is a smaller one with listings of that whole.
Both are kept, and only read. Who wants to write does so in a `copy_of` one, which takes seconds and goes afterwards.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from benchmarks import report
from benchmarks.report import step
from geo.locks import Lock

#: What the rows of a database follow from; where it changes, they are made anew. First what each starts with.
REFERENCE_SOURCES = (
    "*/migrations/*.py", "geo/*.py", "geo/data/*", "materials/*.py", "materials/data/*",
    "listings/management/commands/load_reference.py", "benchmarks/databases.py",
)  # fmt: skip
SOURCES = (
    *REFERENCE_SOURCES, "accounts/demo.py", "listings/demo/*.py", "listings/demo/data/**/*",
    "exchanges/demo/*.py", "marketplace/demo.py",
)  # fmt: skip
#: Listings have windows around the day of their making; an older database would hold too many that are over.
OLDEST_DAYS = 7
#: What every other database starts as.
REFERENCE = "bench_reference"
#: Rows between two lines of progress.
PROGRESS_EACH = 50_000


@dataclass(frozen=True)
class Database:
    """A database on the server of DATABASE_URL. `day` is the day around which its listings have their windows."""

    name: str
    day: dt.date

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
        _leave()
        connection.settings_dict["NAME"] = self.name
        # PostGIS's types have numbers of their own in each database.
        for kept in connection._type_infos.values():  # type: ignore[attr-defined]
            kept.clear()


def _leave() -> None:
    """Close Django's connections: a database can't be copied while anyone is in it."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # PostgreSQL's has it


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other benchmark runs on this server: two at once would measure each other."""
    with _server() as server:
        if server.execute("SELECT pg_try_advisory_lock(%s)", [Lock.BENCHMARK]).fetchone() == (False,):
            step("Waiting for another benchmark to end")
            server.execute("SELECT pg_advisory_lock(%s)", [Lock.BENCHMARK])
        yield


def whole(listings: int, *, seed: int = 1) -> Database:
    """So many published listings of `demo`, unpaired; Django's connection leads to them."""
    return _used(kept(f"bench_{listings}_{seed}", lambda: fill_with_demo(listings, seed)))


def part(of: Database, each: int) -> Database:
    """The first `each` supplies and as many demands of a whole database, unpaired, without its services.

    For pairing, all of them count as seen: what is measured is pairing, not the note on each listing.
    """
    return _used(kept(f"{of.name}_{each}_each", lambda: _copy_part(of, each), day=of.day))


def _used(database: Database) -> Database:
    """The same, said and noted."""
    step(f"{database.name} is ready; its listings are those of {database.day}")
    report.uses(database.name, database.day)
    return database


@contextmanager
def copy_of(database: Database) -> Iterator[Database]:
    """A copy to write in, where Django's connection leads meanwhile."""
    copy = Database(f"{database.name}_copy", database.day)
    make_copy(database, copy.name)
    copy.activate()
    try:
        yield copy
    finally:
        database.activate()
        drop(copy.name)


def make_copy(of: Database, name: str) -> None:
    """A database `name` like another one, in place of what is called so; nobody may be in the other one."""
    _leave()
    with _server() as server:
        _create(server, name, of)


def drop(name: str) -> None:
    """Delete a database, also while somebody is in it."""
    with _server() as server:
        _drop(server, name)


@contextmanager
def _server() -> "Iterator[psycopg.Connection[Any]]":
    """A connection to the database that every server has."""
    with psycopg.connect(Database("postgres", timezone.localdate()).url, autocommit=True) as server:
        yield server


def reference() -> Database:
    """Tables and reference data alone: what every other database starts as."""
    return kept(REFERENCE, _load_reference, sources=REFERENCE_SOURCES)


def kept(
    name: str, fill: Callable[[], None], *, day: dt.date | None = None, sources: tuple[str, ...] = SOURCES
) -> Database:
    """The database `name` as it stands there; else a new one, of reference data and what `fill` adds to them.

    Its listings have to be of this day, where one is given, and the files that it follows from the same. Django's
    connection leads to it. Who asks for one that another is just making waits for it.
    """
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [Lock.DATABASES, name])
        if (stands := _made_on(server, name, sources)) and (stands == day if day else _is_recent(stands)):
            made = Database(name, stands)
            made.activate()
            return made
        start = None if name == REFERENCE else reference()
        step(f"Making {name}")
        made = Database(name, day or timezone.localdate())
        _leave()
        _create(server, name, start)
        made.activate()
        fill()
        _analyze()
        _leave()
        known_as = sql.Identifier(name)
        # A copy doesn't inherit this.
        server.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(known_as))
        note = json.dumps({"day": made.day.isoformat(), "sources": _digest(sources)})
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(known_as, sql.Literal(note)))
    return made


def _analyze() -> None:
    """Of tables that hold something: one that was found to be empty is planned for otherwise than a new one."""
    step("  VACUUM ANALYZE")
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = sql.Identifier(table)
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(name))
            if cursor.fetchone()[0]:
                cursor.execute(sql.SQL("VACUUM ANALYZE {}").format(name))


def _create(server: "psycopg.Connection[Any]", name: str, start: Database | None) -> None:
    """Make a database anew. Files are copied as they are: through the log a million listings take twice as long."""
    _drop(server, name)
    template = sql.Identifier(start.name if start else "template1")
    server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(name), template))


def _drop(server: "psycopg.Connection[Any]", name: str) -> None:
    server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _made_on(server: "psycopg.Connection[Any]", name: str, sources: tuple[str, ...]) -> dt.date | None:
    """The day of a finished database; None where there is none, one that broke off, or one of other sources."""
    found = server.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    if not found or not found[0]:
        return None
    note = json.loads(found[0])
    return dt.date.fromisoformat(note["day"]) if note["sources"] == _digest(sources) else None


def _is_recent(day: dt.date) -> bool:
    return (timezone.localdate() - day).days < OLDEST_DAYS


@cache
def _digest(sources: tuple[str, ...]) -> str:
    """Of the files of these patterns, as they are when it is first asked for.

    Raises FileNotFoundError where a pattern finds nothing.
    """
    digest = hashlib.sha256()
    for pattern in sources:
        paths = sorted(path for path in settings.BASE_DIR.glob(pattern) if path.is_file())
        if not paths:
            raise FileNotFoundError(f"benchmarks/databases.py: nothing is called {pattern}")
        for path in paths:
            digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


# What fills them


def _load_reference() -> None:
    call_command("migrate", verbosity=0)
    call_command("load_reference", verbosity=0)


def fill_with_demo(listings: int, seed: int) -> None:
    """The demo's listings, unpaired, without what people do with them."""
    from marketplace.demo import make_demo

    with transaction.atomic():
        make_demo(listings=listings, seed=seed, today=timezone.localdate(), progress=_progress, with_people=False)
        _check_keys()


def _copy_part(of: Database, each: int) -> None:
    """Copy the organisations, their sites and the listings of a part from one database to the other."""
    from accounts.models import Organisation, Site
    from listings.models import Listing
    from listings.search.cells import fold_cells

    with of.connect() as source, transaction.atomic():
        last = [_nth(source, Listing._meta.db_table, kind, each) for kind in ("supply", "demand")]
        _copy(source, Organisation, "TRUE")
        _copy(source, Site, "TRUE")
        _copy(
            source, Listing, "(kind = 'supply' AND id <= {}) OR (kind = 'demand' AND id <= {})".format(*last),
            paired_at="updated_at",
        )  # fmt: skip
        step("  listings counted on the map")
        fold_cells()
        _check_keys()


def _nth(source: "psycopg.Connection[Any]", table: str, kind: str, number: int) -> int:
    """The id of the number-th listing of a kind. Raises ValueError where there are fewer."""
    found = source.execute(
        f"SELECT id FROM {table} WHERE kind = %s ORDER BY id OFFSET %s LIMIT 1", [kind, number - 1]
    ).fetchone()
    if found is None:
        raise ValueError(f"There are fewer than {number} of the kind {kind}")
    return int(found[0])


def _copy(source: "psycopg.Connection[Any]", model: Any, condition: str, **instead: str) -> None:
    """Copy rows of a table here from another database; `instead` gives the SQL of columns that become another."""
    table = model._meta.db_table
    columns = [field.column for field in model._meta.concrete_fields if not field.generated]
    assert instead.keys() <= set(columns), instead
    chosen = ", ".join(instead.get(column, column) for column in columns)
    counted = source.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()
    total, done, said = counted[0] if counted else 0, 0, 0
    reading = f"COPY (SELECT {chosen} FROM {table} WHERE {condition} ORDER BY id) TO STDOUT"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as into,
        source.cursor().copy(reading) as rows,
    ):
        for lines in rows:
            into.write(lines)
            done += bytes(lines).count(b"\n")
            if done - said >= PROGRESS_EACH:
                said = done
                step(f"  {table}: {done} of {total}")
    step(f"  {table}: {done} of {total}")


def _check_keys() -> None:
    """Let the database look up every foreign key now: at the commit it would do so in silence."""
    step("  foreign keys")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _progress(what: str, done: int, total: int) -> None:
    if done == total or done % PROGRESS_EACH == 0:
        step(f"  {what}: {done} of {total}")

"""Locks: who waits for whom, and that each number stands in one place."""

import re
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection

from geo.locks import Lock, take_if_free, wait_for, wait_for_part
from tests.house.pages import ROOT

pytestmark = pytest.mark.django_db
#: What another process could do at this moment, as it would ask for it.
_TRIES = {
    "the whole": "pg_try_advisory_xact_lock(%(lock)s)",
    "another part": "pg_try_advisory_xact_lock_shared(%(lock)s) AND pg_try_advisory_xact_lock(%(lock)s, 2)",
    "the same part": "pg_try_advisory_xact_lock_shared(%(lock)s) AND pg_try_advisory_xact_lock(%(lock)s, 1)",
}


@pytest.fixture
def elsewhere() -> Iterator["psycopg.Connection[tuple[bool]]"]:
    """A connection of another process."""
    given = connection.settings_dict
    with psycopg.connect(host=given["HOST"], user=given["USER"], dbname=given["NAME"]) as other:
        yield other


def free_for(other: "psycopg.Connection[tuple[bool]]", lock: Lock) -> set[str]:
    free = set()
    for name, attempt in _TRIES.items():
        row = other.execute(f"SELECT {attempt}", {"lock": int(lock)}).fetchone()  # type: ignore[arg-type]
        other.rollback()
        if row and row[0]:
            free.add(name)
    return free


def test_a_lock_is_free_until_somebody_has_it(elsewhere: "psycopg.Connection[tuple[bool]]") -> None:
    assert free_for(elsewhere, Lock.MATCHES) == set(_TRIES)
    wait_for(Lock.MATCHES)
    assert free_for(elsewhere, Lock.MATCHES) == set()
    assert free_for(elsewhere, Lock.MAP_CELLS) == set(_TRIES)


def test_who_has_a_part_keeps_others_from_that_part_and_from_the_whole(
    elsewhere: "psycopg.Connection[tuple[bool]]",
) -> None:
    wait_for_part(Lock.MATCHES, 1)
    assert free_for(elsewhere, Lock.MATCHES) == {"another part"}


def test_a_lock_that_is_taken_is_not_waited_for(elsewhere: "psycopg.Connection[tuple[bool]]") -> None:
    assert take_if_free(Lock.MAP_CELLS)
    assert take_if_free(Lock.MAP_CELLS), "one's own lock is no obstacle"
    elsewhere.execute("SELECT pg_advisory_xact_lock(%s)", [int(Lock.SEARCH_WORDS)])
    assert not take_if_free(Lock.SEARCH_WORDS)


def test_locks_are_taken_by_their_names_alone() -> None:
    """Whoever wrote a number of their own could wait for something else that has the same."""
    rooms = ("journal", "geo", "accounts", "materials", "listings", "matching", "frontend", "marketplace")
    found = {
        str(path.relative_to(ROOT))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"pg_(try_)?advisory", path.read_text())
    }
    assert found == {"geo/locks.py"}

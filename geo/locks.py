"""Turns that processes take through the database: PostgreSQL's advisory locks, each with a name.

A lock is only a number to PostgreSQL. Two parts of the program that chose the same number would wait for each other
without a reason, so every number of the project stands here.

The functions hold a lock until the transaction ends, and need one.
"""

from enum import IntEnum, unique

from django.db import connection


@unique
class Lock(IntEnum):
    """What only one transaction may do at a time."""

    #: Writing matches: of two at once, each could delete what the other has just written.
    MATCHES = 4_620_119
    #: Beginning to pair all regions: one run at a time.
    PAIRING_RUNS = 4_620_120
    #: Adding up the changes of the map's counted cells.
    MAP_CELLS = 4_620_233
    #: Gathering the words of all listings.
    SEARCH_WORDS = 4_620_234
    #: Reading a file in a layer of a material map, by layer: of two at once, each would add what the other just added.
    MAP_IMPORTS = 4_620_235
    #: Measuring how fast the project is: two benchmarks on one server would measure each other. Held by a session.
    BENCHMARK = 20_260_101
    #: Making a database that tests or benchmarks start from, by its name. Held by a session.
    DATABASES = 20_260_102


def wait_for(lock: Lock) -> None:
    """Hold a lock alone; wait while another transaction has it, alone, shared or in part."""
    _execute("SELECT pg_advisory_xact_lock(%s)", lock)


def wait_for_part(lock: Lock, part: int) -> None:
    """Hold one part of a lock, such as one hub's matches.

    Two transactions may hold two parts at the same time. Whoever wants the whole lock waits for all of them.
    """
    _execute("SELECT pg_advisory_xact_lock_shared(%s)", lock)
    _execute("SELECT pg_advisory_xact_lock(%s::int, %s::int)", lock, part)


def take_if_free(lock: Lock) -> bool:
    """Hold a lock alone if nobody has it; says whether it does. It never waits."""
    return bool(_execute("SELECT pg_try_advisory_xact_lock(%s)", lock))


def _execute(sql: str, *numbers: int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, [int(number) for number in numbers])
        return cursor.fetchone()[0]

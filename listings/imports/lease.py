"""Who is at an import: a worker says so every few seconds, so that another soon goes on if it is killed."""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import F
from django.utils import timezone

from listings.models.leased import BEAT, Leased, LeasedQuerySet

logger = logging.getLogger(__name__)


def begin(row: Leased, *, states: Sequence[str], state: str, at: dt.datetime) -> bool:
    """Take an import on and set its state, if it is in one of `states` and no other worker is at it.

    Returns whether it was so.
    """
    free = rows_of(row).filter(state__in=states).free(at=at)
    if not free.update(state=state, touched_at=at, attempts=F("attempts") + 1):
        return False
    row.refresh_from_db(fields=["state", "touched_at", "attempts"])
    return True


@contextmanager
def held(row: Leased) -> Iterator[None]:
    """Say every BEAT that we are at an import, as long as the work inside goes on.

    A thread says it over a connection of its own: what the transaction of the work writes, nobody else sees yet.
    """
    over = Event()
    beats = Thread(target=_beat, args=(row, over), name="import-beats", daemon=True)
    beats.start()
    try:
        yield
    finally:
        over.set()
        beats.join()


def _beat(row: Leased, over: Event) -> None:
    try:
        while not over.wait(BEAT.total_seconds()):
            try:
                rows_of(row).update(touched_at=timezone.now())
            except DatabaseError:
                # The work itself will hear of it. If the database comes back in time, the next beat counts.
                logger.warning("The lease of import %s could not be renewed", row.pk, exc_info=True)
                connection.close()
    finally:
        connection.close()


def rows_of(row: Leased) -> LeasedQuerySet[Any]:
    """The row alone, as something to be narrowed and updated."""
    rows: Any = type(row)._default_manager.filter(pk=row.pk)
    found: LeasedQuerySet[Any] = rows
    return found

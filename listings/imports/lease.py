"""Who is at an import: a worker says so every few seconds, so that another soon goes on if it is killed."""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from django.db import DatabaseError, connection
from django.db.models import F
from django.utils import timezone

from listings.models import ListingImport
from listings.models.listing_import import BEAT

logger = logging.getLogger(__name__)


def begin(listing_import: ListingImport, *, states: Sequence[str], state: str, at: dt.datetime) -> bool:
    """Take an import on and set its state, if it is in one of `states` and no other worker is at it.

    Returns whether it was so.
    """
    free = ListingImport.objects.filter(pk=listing_import.pk, state__in=states).free(at=at)
    if not free.update(state=state, touched_at=at, attempts=F("attempts") + 1):
        return False
    listing_import.refresh_from_db(fields=["state", "touched_at", "attempts"])
    return True


@contextmanager
def held(listing_import: ListingImport) -> Iterator[None]:
    """Say every BEAT that we are at an import, as long as the work inside goes on.

    A thread says it over a connection of its own: what the transaction of the work writes, nobody else sees yet.
    """
    over = Event()
    beats = Thread(target=_beat, args=(listing_import.pk, over), name="import-beats", daemon=True)
    beats.start()
    try:
        yield
    finally:
        over.set()
        beats.join()


def _beat(import_id: int, over: Event) -> None:
    try:
        while not over.wait(BEAT.total_seconds()):
            try:
                ListingImport.objects.filter(pk=import_id).update(touched_at=timezone.now())
            except DatabaseError:
                # The work itself will hear of it. If the database comes back in time, the next beat counts.
                logger.warning("The lease of import %s could not be renewed", import_id, exc_info=True)
                connection.close()
    finally:
        connection.close()

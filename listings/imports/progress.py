"""How far a worker is with a file, and whether somebody stopped it meanwhile."""

import time
from collections.abc import Callable

from django.core.cache import cache

from listings.imports.lease import rows_of
from listings.models.leased import Leased

#: Called with how much is done, and of how much.
Progress = Callable[[int, int], None]
CANCELLED = "cancelled"
#: Seconds between two reports of progress.
_HEARD_EVERY_S = 0.5


class Cancelled(Exception):
    """Someone stopped the import."""


def reporter(row: Leased, stopped: str = CANCELLED) -> Progress:
    """A function that notes how far an import is, and raises Cancelled once somebody has stopped it.

    `stopped` is the state that it has then.
    It notes that in the cache: nobody sees what a transaction writes before it ends. Who asks more often than every
    half second is heard then.
    """
    heard, rows = 0.0, rows_of(row)

    def progress(done: int, total: int) -> None:
        nonlocal heard
        if done < total and time.monotonic() - heard < _HEARD_EVERY_S:
            return
        heard = time.monotonic()
        if rows.filter(state=stopped).exists():
            raise Cancelled
        cache.set(_key(row), done * 100 // max(total, 1), 3600)

    return progress


def progress_of(row: Leased) -> int | None:
    """Percent done of the step that runs now; None where nothing is known yet."""
    done: int | None = cache.get(_key(row))
    return done


def _key(row: Leased) -> str:
    return f"import-progress:{row._meta.model_name}:{row.pk}:{row.state}"

"""What searches need to have counted and gathered. Each task may run twice without harm."""

from celery import shared_task

from listings.search import cells
from listings.search.lexicon import rebuild_words


@shared_task(time_limit=600)
def fold_cells() -> int:
    """Count what came and left the map's cells; returns how many changes."""
    return cells.fold_cells(wait=False)


@shared_task(time_limit=1800)
def gather_words(import_id: int | None = None) -> int:
    """Gather the words of all that is published, for searches that misspell one; returns how many there are.

    Runs each night, and after an import.
    """
    return rebuild_words()

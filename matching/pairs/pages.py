"""Reads matches page by page, the best first."""

from dataclasses import dataclass

from listings.cursors import DEFAULT_PAGE_SIZE, open_cursor, seal_cursor
from matching.models import Match
from matching.querysets import MatchQuerySet


@dataclass(frozen=True)
class MatchPage:
    """Some matches, and the cursor of the page after them; None at the end."""

    matches: list[Match]
    next_cursor: str | None


def page_of(matches: MatchQuerySet, *, scope: str, cursor: str, size: int = DEFAULT_PAGE_SIZE) -> MatchPage:
    """The page after a cursor, or the first. Raises ValidationError unless the cursor is one of the list `scope`."""
    after = open_cursor(cursor, scope)
    if after is not None:
        matches = matches.after(*after)
    rows = list(matches.best_first()[: size + 1])
    if len(rows) <= size:
        return MatchPage(rows, None)
    last = rows[size - 1]
    return MatchPage(rows[:size], seal_cursor(scope, last.score, last.pk))

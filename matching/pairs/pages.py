"""Matches page by page, best first."""

from dataclasses import dataclass

from listings.cursors import DEFAULT_PAGE_SIZE, open_cursor, seal_cursor
from matching.models import Match
from matching.querysets import MatchQuerySet


@dataclass(frozen=True)
class MatchPage:
    matches: list[Match]
    next_cursor: str | None


def page_of(matches: MatchQuerySet, *, scope: str, cursor: str, size: int = DEFAULT_PAGE_SIZE) -> MatchPage:
    """The page after a cursor. `scope` names the list; raises ValidationError for a cursor of another one."""
    after = open_cursor(cursor, scope)
    if after is not None:
        matches = matches.after(*after)
    rows = list(matches.best_first()[: size + 1])
    if len(rows) <= size:
        return MatchPage(rows, None)
    last = rows[size - 1]
    return MatchPage(rows[:size], seal_cursor(scope, last.score, last.pk))

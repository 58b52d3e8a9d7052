"""Matches page by page, best first, with cursors that fit one list only."""

from dataclasses import dataclass

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from listings.models import Match
from listings.pairing.querysets import MatchQuerySet

PAGE_SIZE = 20
_SALT = "listings.pairing.pages"


@dataclass(frozen=True)
class MatchPage:
    matches: list[Match]
    next_cursor: str | None


def page_of(matches: MatchQuerySet, *, scope: str, cursor: str = "", size: int = PAGE_SIZE) -> MatchPage:
    """The page after a cursor. `scope` names the list; raises ValidationError for a cursor of another one."""
    if cursor:
        matches = matches.after(*_open(cursor, scope))
    rows = list(matches.best_first().for_cards()[: size + 1])
    if len(rows) <= size:
        return MatchPage(rows, None)
    last = rows[size - 1]
    return MatchPage(rows[:size], signing.dumps([scope, last.score, last.pk], salt=_SALT))


def _open(cursor: str, scope: str) -> tuple[float, int]:
    try:
        for_scope, score, last_id = signing.loads(cursor[:500], salt=_SALT)
    except (signing.BadSignature, ValueError):
        for_scope, score, last_id = None, 0.0, 0
    if for_scope != scope:
        raise ValidationError(
            {"cursor": _("Deze cursor hoort niet bij deze lijst. Begin opnieuw bij de eerste pagina.")}
        )
    return score, last_id

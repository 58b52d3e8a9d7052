"""From which status a listing may go to which other: the only place that says so."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from listings.enums import ListingStatus as S

#: For each status those that may follow it. What closed because all of it was given comes back by itself, where less
#: turns out to be given: listings.balances.services says so; nobody takes that step.
_NEXT: dict[S, frozenset[S]] = {
    # A draft isn't withdrawn but deleted: in every other status a listing has to be complete.
    S.DRAFT: frozenset({S.PUBLISHED}),
    S.PUBLISHED: frozenset({S.RESERVED, S.CLOSED, S.EXPIRED, S.WITHDRAWN}),
    # What is reserved expires where the law ends it: food after its use-by date.
    S.RESERVED: frozenset({S.PUBLISHED, S.CLOSED, S.EXPIRED, S.WITHDRAWN}),
    S.EXPIRED: frozenset({S.PUBLISHED, S.WITHDRAWN}),
    S.WITHDRAWN: frozenset({S.PUBLISHED}),
    S.CLOSED: frozenset(),
}


def next_statuses(before: str) -> frozenset[S]:
    """The statuses that a listing may go to from a status."""
    return _NEXT[S(before)]


def check_step(before: str, after: str) -> None:
    """Raise ValidationError unless a listing may go from one status to the other."""
    if S(after) not in next_statuses(before):
        raise ValidationError(
            {
                "status": _("Van “%(before)s” kan een zoekertje niet naar “%(after)s”.")
                % {"before": S(before).label, "after": S(after).label}
            }
        )

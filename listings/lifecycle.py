"""Which steps a listing may take. The only place that says so."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from listings.enums import ListingStatus as S

STEPS: dict[S, frozenset[S]] = {
    # A draft isn't withdrawn but thrown away: every other status asks for a complete listing.
    S.DRAFT: frozenset({S.PUBLISHED}),
    S.PUBLISHED: frozenset({S.RESERVED, S.CLOSED, S.EXPIRED, S.WITHDRAWN}),
    S.RESERVED: frozenset({S.PUBLISHED, S.CLOSED, S.WITHDRAWN}),
    S.EXPIRED: frozenset({S.PUBLISHED, S.WITHDRAWN}),
    S.WITHDRAWN: frozenset({S.PUBLISHED}),
    S.CLOSED: frozenset(),
}


def check_step(before: str, after: str) -> None:
    """Raise ValidationError unless a listing may go from one status to the other."""
    if S(after) not in STEPS[S(before)]:
        raise ValidationError(
            {
                "status": _("Van “%(before)s” kan een zoekertje niet naar “%(after)s”.")
                % {"before": S(before).label, "after": S(after).label}
            }
        )

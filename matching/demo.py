"""What matching adds to the demo: pairs of fictional listings."""

import datetime as dt
from collections.abc import Callable

from django.db.models import Q

from matching.models import Bundle, Dismissal, Match
from matching.pairs.batch import pair_all


def remove_fictional_matches() -> None:
    """Delete what pairs fictional listings, a statement for each table: Django would first read all rows."""
    fictional = Q(supply__organisation__is_fictional=True) | Q(demand__organisation__is_fictional=True)
    rows = Match.objects.filter(pk__in=Match.objects.filter(fictional).values("pk"))
    rows._raw_delete(rows.db)
    bundles = Bundle.objects.filter(demand__organisation__is_fictional=True)
    either = Q(listing__organisation__is_fictional=True) | Q(other__organisation__is_fictional=True)
    dismissals = Dismissal.objects.filter(pk__in=Dismissal.objects.filter(either).values("pk"))
    dismissals._raw_delete(dismissals.db)
    together = Bundle.objects.filter(pk__in=bundles.values("pk"))
    together._raw_delete(together.db)


def pair_fictional_listings(*, at: dt.datetime, progress: Callable[[int, int], None]) -> int:
    """Pair everything that is published; returns how many pairs there are. For `progress` see pair_all()."""
    pair_all(at=at, progress=progress)
    return Match.objects.count()

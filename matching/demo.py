"""The demo's part of matching: pairs of fictional listings."""

import datetime as dt
from collections.abc import Callable

from django.db.models import Q

from matching.models import Match
from matching.pairs.batch import pair_all


def remove_fictional_matches() -> None:
    """In one statement: hundreds of thousands of rows are too many to collect in memory first."""
    fictional = Q(supply__organisation__is_fictional=True) | Q(demand__organisation__is_fictional=True)
    rows = Match.objects.filter(pk__in=Match.objects.filter(fictional).values("pk"))
    rows._raw_delete(rows.db)


def pair_fictional_listings(*, at: dt.datetime, progress: Callable[[int, int], None]) -> int:
    """Pair all that is published; returns how many pairs there are. `progress` gets (demands done, demands in all)."""
    return pair_all(at=at, progress=progress).pairs

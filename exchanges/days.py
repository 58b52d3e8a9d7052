"""Days on our clocks, as moments that the database compares with."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone


def midnight(day: dt.date) -> dt.datetime:
    """When a day begins."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def within_days(column: str, first: dt.date | None, last: dt.date | None) -> Q:
    """Where a moment lies from the first day to the last; both included, and None for no end."""
    found = Q()
    if first is not None:
        found &= Q(**{f"{column}__gte": midnight(first)})
    if last is not None:
        found &= Q(**{f"{column}__lt": midnight(last + dt.timedelta(days=1))})
    return found

"""When somebody is told. Letters don't go at night, and clocks are those of Brussels."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

from alerts.enums import Frequency

BRUSSELS = ZoneInfo("Europe/Brussels")
#: No letter goes from this hour on, until that one.
QUIET_FROM, QUIET_UNTIL = dt.time(21), dt.time(7)
#: When a daily or weekly letter goes.
DIGEST_AT = dt.time(8)
MONDAY = 0


def due_at(frequency: str, *, at: dt.datetime) -> dt.datetime:
    """When to tell of what somebody hears of at a moment. Not for who wants no letters."""
    here = at.astimezone(BRUSSELS)
    if frequency == Frequency.AT_ONCE:
        return _next(QUIET_UNTIL, here) if is_quiet(at) else at
    morning = _next(DIGEST_AT, here)
    if frequency == Frequency.WEEKLY:
        days = (MONDAY - morning.weekday()) % 7
        return _on(timezone.localdate(morning, BRUSSELS) + dt.timedelta(days=days), DIGEST_AT)
    assert frequency == Frequency.DAILY
    return morning


def is_quiet(at: dt.datetime) -> bool:
    """Whether it is night in Brussels."""
    now = at.astimezone(BRUSSELS).time()
    return now >= QUIET_FROM or now < QUIET_UNTIL


def _next(time: dt.time, here: dt.datetime) -> dt.datetime:
    """The next moment at which clocks show this time: today's, unless it is over."""
    today = _on(timezone.localdate(here, BRUSSELS), time)
    return today if here < today else _on(timezone.localdate(here, BRUSSELS) + dt.timedelta(days=1), time)


def _on(day: dt.date, time: dt.time) -> dt.datetime:
    """A wall clock's time, whatever hour was skipped or repeated before it. In UTC, where moments compare."""
    return dt.datetime.combine(day, time, BRUSSELS).astimezone(dt.UTC)

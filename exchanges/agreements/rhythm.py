"""The dates of a standing agreement: each week, each second week, each month, and so on from its first date."""

import calendar
import datetime as dt
from collections.abc import Iterator
from typing import Protocol

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from exchanges.enums import Rhythm
from exchanges.models import Hours
from materials import figures

_WEEK_DAYS = 7


class Rhythmic(Protocol):
    """What has dates: from its first one, every so many weeks or months, until a last day if it has one."""

    @property
    def rhythm(self) -> str: ...
    @property
    def every(self) -> int: ...
    @property
    def starts_on(self) -> dt.date: ...
    @property
    def ends_on(self) -> dt.date | None: ...


class Timed(Rhythmic, Protocol):
    """Also at which hours, where those are agreed on."""

    @property
    def from_time(self) -> dt.time | None: ...
    @property
    def to_time(self) -> dt.time | None: ...


def nth_day(of: Rhythmic, number: int) -> dt.date:
    """The date after so many others; in a month that is too short, its last day: 31 January, 28 February, 31 March."""
    if of.rhythm == Rhythm.WEEKS:
        return of.starts_on + dt.timedelta(weeks=of.every * number)
    months = of.starts_on.year * 12 + of.starts_on.month - 1 + of.every * number
    year, month = months // 12, months % 12 + 1
    return dt.date(year, month, min(of.starts_on.day, calendar.monthrange(year, month)[1]))


def next_day(of: Rhythmic, since: dt.date) -> dt.date | None:
    """The first date that isn't before `since`; None after the last one."""
    if of.rhythm == Rhythm.WEEKS:
        number = max(-((of.starts_on - since).days // (_WEEK_DAYS * of.every)), 0)
    else:
        apart = (since.year - of.starts_on.year) * 12 + since.month - of.starts_on.month
        number = max(apart // of.every, 0)
        number += nth_day(of, number) < since
    found = nth_day(of, number)
    return None if of.ends_on is not None and found > of.ends_on else found


def days_from(of: Rhythmic, since: dt.date, count: int) -> Iterator[dt.date]:
    """So many dates that aren't before `since`, or fewer where it ends."""
    for _number in range(count):
        day = next_day(of, since)
        if day is None:
            return
        yield day
        since = day + dt.timedelta(days=1)


def is_day_of(of: Rhythmic, day: dt.date) -> bool:
    return day >= of.starts_on and next_day(of, day) == day


def when_words(of: Timed) -> str:
    """ "elke dinsdag vanaf 8 december 2026, 9:00–10:00"; without hours those aren't said."""
    words = {"rhythm": rhythm_words(of), "day": figures.long_day(of.starts_on)}
    said = _("%(rhythm)s vanaf %(day)s") % words
    hours = hours_words((of.from_time, of.to_time))
    return f"{said}, {hours}" if hours else said


def hours_words(hours: Hours) -> str:
    """ "09:00–10:00"; empty where no hour was agreed on."""
    begins, ends = hours
    return f"{begins:%H:%M}\N{EN DASH}{ends:%H:%M}" if begins is not None and ends is not None else ""


def rhythm_words(of: Rhythmic) -> str:
    """ "elke dinsdag", "om de 2 weken op dinsdag", "elke maand op dag 8", "om de 3 maanden op dag 8"."""
    words = {"n": of.every, "weekday": date_format(of.starts_on, "l"), "day": of.starts_on.day}
    if of.rhythm == Rhythm.WEEKS:
        return (_("elke %(weekday)s") if of.every == 1 else _("om de %(n)d weken op %(weekday)s")) % words
    return (_("elke maand op dag %(day)d") if of.every == 1 else _("om de %(n)d maanden op dag %(day)d")) % words

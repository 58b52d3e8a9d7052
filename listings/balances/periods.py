"""The periods by which what is promised of a listing is counted: each is named by its first day.

The database says the same in `listings_period_fits` and `listings_period_now` (listings/migrations/_stream_sql.py).
"""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from listings.enums import ListingKind, Recurrence
from listings.models import WHOLE_LOT, Listing
from materials import figures

_DAY = dt.timedelta(days=1)
_MONTHS = {Recurrence.MONTHLY: 1, Recurrence.QUARTERLY: 3}


def monday_of(day: dt.date) -> dt.date:
    """The Monday that names the week of a day."""
    return day - dt.timedelta(days=day.weekday())


def is_stream(listing: Listing) -> bool:
    """Whether it is goods that come back: so much each week, month or quarter."""
    return listing.kind != ListingKind.SERVICE and listing.recurrence != Recurrence.ONE_OFF


def recurs(listing: Listing) -> bool:
    """Whether it is counted by periods that come again: a stream's, or the weeks of a service."""
    return listing.kind == ListingKind.SERVICE or is_stream(listing)


def period_of(listing: Listing, day: dt.date) -> dt.date:
    """The period of a listing that holds a day: of a lot the only one."""
    if listing.kind == ListingKind.SERVICE or listing.recurrence == Recurrence.WEEKLY:
        return monday_of(day)
    if listing.recurrence == Recurrence.ONE_OFF:
        return WHOLE_LOT
    months = _MONTHS[Recurrence(listing.recurrence)]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def last_day_of(listing: Listing, period: dt.date) -> dt.date:
    """The last day of a period of a service or a stream."""
    if listing.kind == ListingKind.SERVICE or listing.recurrence == Recurrence.WEEKLY:
        return period + 6 * _DAY
    number = period.month - 1 + _MONTHS[Recurrence(listing.recurrence)]
    return dt.date(period.year + number // 12, number % 12 + 1, 1) - _DAY


def period_words(listing: Listing, period: dt.date) -> str:
    """ "week van 7 december", "december 2026", "kwartaal van 1 oktober 2026"; empty for a lot."""
    if listing.kind == ListingKind.SERVICE or listing.recurrence == Recurrence.WEEKLY:
        return _("week van %(day)s") % {"day": figures.day_and_month(period)}
    if listing.recurrence == Recurrence.ONE_OFF:
        return ""
    if listing.recurrence == Recurrence.MONTHLY:
        return date_format(period, "F Y")
    return _("kwartaal van %(day)s") % {"day": figures.long_day(period)}

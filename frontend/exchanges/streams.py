"""What comes back, or a service, when somebody asks for it: what is free in periods to come, and from when on."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst

from frontend.components import figures
from frontend.components.form_fields import as_reader_types
from listings.balances.free import Standing, unit_of
from listings.balances.periods import last_day_of, period_words
from listings.balances.streams import coming_periods
from listings.capacity.weeks import WEEKS_AHEAD, free_capacity
from listings.enums import ListingKind
from listings.models import Listing

#: Periods to come that the page shows.
_SHOWN = 6


def periods_of(listing: Listing) -> dict[dt.date, Standing]:
    """How the periods to come stand; of a service the weeks in which it works."""
    today = timezone.localdate()
    if listing.kind != ListingKind.SERVICE:
        return coming_periods(listing, today, _SHOWN)
    weeks = free_capacity([listing.pk], today, WEEKS_AHEAD)[listing.pk]
    return {
        week.start: Standing(week.capacity, week.booked, Decimal(0), splittable=True)
        for week in [week for week in weeks if week.is_open][:_SHOWN]
        if week.capacity is not None
    }


def period_rows(listing: Listing, periods: Mapping[dt.date, Standing]) -> list[dict[str, Any]]:
    """Each period in words, with what is free of how much."""
    return [
        {
            "name": capfirst(period_words(listing, period)),
            "free": figures.stored_amount(standing.free, unit_of(listing)),
            "all": figures.stored_amount(standing.quantity, unit_of(listing)),
            "is_free": standing.free > 0,
        }
        for period, standing in periods.items()
    ]


def first_chance(listing: Listing, periods: Mapping[dt.date, Standing]) -> dict[str, Any]:
    """The first day from tomorrow on in a period of which something is free, and how much that is: what a form says
    beforehand.
    """
    earliest = max(timezone.localdate() + dt.timedelta(days=1), listing.available_from or dt.date.min)
    for period, standing in periods.items():
        day = max(period, earliest)
        if standing.free > 0 and day <= last_day_of(listing, period) and not listing.is_over(day):
            return {"quantity": as_reader_types(standing.free), "wanted_on": day}
    return {}

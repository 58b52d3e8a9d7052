"""What comes back, when somebody asks for it: what is free in the periods to come, and when one could have it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.text import capfirst

from frontend.components import figures
from frontend.components.form_fields import as_reader_types
from listings.balances.free import Standing
from listings.balances.periods import last_day_of, period_words
from listings.balances.streams import coming_periods
from listings.models import Listing

#: Periods to come that the page shows.
_SHOWN = 6


def periods_of(listing: Listing) -> dict[dt.date, Standing]:
    return coming_periods(listing, timezone.localdate(), _SHOWN)


def period_rows(listing: Listing, periods: Mapping[dt.date, Standing]) -> list[dict[str, Any]]:
    """Each period in words, with what is free of how much."""
    return [
        {
            "name": capfirst(period_words(listing, period)),
            "free": figures.stored_amount(standing.free, listing.unit),
            "all": figures.stored_amount(standing.quantity, listing.unit),
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

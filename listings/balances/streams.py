"""What of a stream is free in the periods to come."""

import datetime as dt
from decimal import Decimal

from listings.balances.free import Standing, goes_whole, quantity_of
from listings.balances.periods import last_day_of, period_of
from listings.models import Balance, Listing


def coming_periods(listing: Listing, today: dt.date, count: int) -> dict[dt.date, Standing]:
    """How so many periods of a stream stand, from the first in which it is there; none after its last day."""
    period = period_of(listing, max(today, listing.available_from or today))
    rows = {row.period: row for row in Balance.objects.filter(listing=listing, period__gte=period)}
    there_is = quantity_of(listing)
    found: dict[dt.date, Standing] = {}
    while len(found) < count and not listing.is_over(period):
        row = rows.get(period)
        held, given = (row.held, row.given) if row is not None else (Decimal(0), Decimal(0))
        found[period] = Standing(there_is, held, given, not goes_whole(listing))
        period = last_day_of(listing, period) + dt.timedelta(days=1)
    return found

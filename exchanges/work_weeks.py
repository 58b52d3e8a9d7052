"""The week in which a service works on a supply: when it ends, and whether the supply is there in it."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from psycopg.types.range import TimestamptzRange

from exchanges.checks import check_still_safe, check_window
from exchanges.schedule import BRUSSELS
from listings.capacity.weeks import WEEK
from listings.models import Listing


def end_of_week(week: dt.date) -> dt.datetime:
    """The Monday after, 00:00 in Brussels, as UTC."""
    return dt.datetime.combine(week + WEEK, dt.time(), BRUSSELS).astimezone(dt.UTC)


def check_supply_in_week(supply: Listing, week: dt.date) -> None:
    """Raise ValidationError unless the supply is available in the week of the work, and a use-by date is no earlier
    than the Monday after.
    """
    sunday = week + WEEK - dt.timedelta(days=1)
    with naming_listing(supply):
        check_window(supply, min(max(week, supply.available_from or week), sunday))
        check_still_safe(supply, [TimestamptzRange(end_of_week(week))])


@contextmanager
def naming_listing(listing: Listing) -> Iterator[None]:
    """Move the messages of a ValidationError raised inside to the week, each behind the heading of the listing."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError({"week_start": [f"{listing.heading}: {words}" for words in error.messages]}) from None

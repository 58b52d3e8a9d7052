"""Whether balances still say what reservations do: a check that reports, and mends nothing."""

import datetime as dt
import logging
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

logger = logging.getLogger(__name__)


class Difference(NamedTuple):
    """A period of a listing whose balance says something else than its reservations, or a lot that says so itself."""

    listing_id: int
    period: dt.date
    said: Decimal
    counted: Decimal


def recount_balances() -> list[Difference]:
    """Find what balances and reservations don't agree on, and log each: that is a bug, which nobody mends silently."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES)
        found = [Difference(*row) for row in cursor.fetchall()]
    for one in found:
        logger.error(
            "Listing %d, %s: the balance says that %s is taken, its reservations say %s",
            one.listing_id, one.period, one.said, one.counted,
        )  # fmt: skip
    return found


# Held and given are compared apart; what a row says of its lot, or of a stream's period that runs, as well.
_DIFFERENCES = """
WITH counted AS (
    SELECT listing_id, period, sum(quantity) FILTER (WHERE state = 'held') AS held, sum(given_quantity) AS given
    FROM listings_reservation GROUP BY 1, 2
), compared AS (
    SELECT listing_id, period, coalesce(said.held, 0) AS said_held, coalesce(said.given, 0) AS said_given,
        coalesce(counted.held, 0) AS held, coalesce(counted.given, 0) AS given
    FROM listings_balance said FULL JOIN counted USING (listing_id, period)
)
SELECT listing_id, period, said_held + said_given, held + given FROM compared
WHERE (said_held, said_given) <> (held, given)
UNION ALL
SELECT id, listings_period_now(kind, recurrence), taken_quantity, coalesce(held + given, 0)
FROM listings_listing LEFT JOIN compared
    ON listing_id = id AND kind <> 'service' AND period = listings_period_now(kind, recurrence)
WHERE taken_quantity <> coalesce(held + given, 0)
ORDER BY 1, 2
"""

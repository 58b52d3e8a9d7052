"""What is free of a stream is what is free of the period that runs: its own row follows when another one begins."""

from django.db import connection, transaction


@transaction.atomic
def follow_periods() -> int:
    """Have each stream say what is taken of the period that runs; returns how many said something else.

    A trigger does so whenever something of it is reserved. This is for when a period has ended since.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        behind = [listing_id for (listing_id,) in cursor.fetchall()]
        cursor.execute(_FOLLOW, [behind])
        return int(cursor.rowcount)


# From the balances, for only what was asked for has any. In order of id, as everybody locks listings.
_LOCK = """
SELECT listing.id
FROM listings_listing listing
LEFT JOIN listings_balance now ON now.listing_id = listing.id
    AND now.period = listings_period_now(listing.kind, listing.recurrence)
WHERE listing.id IN (SELECT listing_id FROM listings_balance) AND listing.kind <> 'service'
    AND listing.recurrence <> 'one_off' AND listing.taken_quantity <> coalesce(now.held + now.given, 0)
ORDER BY listing.id FOR NO KEY UPDATE OF listing
"""
# A statement of its own, which sees what was reserved of them until they were locked.
_FOLLOW = """
UPDATE listings_listing SET taken_quantity = behind.taken, paired_at = NULL, updated_at = clock_timestamp()
FROM (
    SELECT listing.id, coalesce(now.held + now.given, 0) AS taken
    FROM listings_listing listing
    LEFT JOIN listings_balance now ON now.listing_id = listing.id
        AND now.period = listings_period_now(listing.kind, listing.recurrence)
    WHERE listing.id = ANY(%s) AND listing.kind <> 'service' AND listing.recurrence <> 'one_off'
) AS behind
WHERE listings_listing.id = behind.id AND listings_listing.taken_quantity <> behind.taken
"""

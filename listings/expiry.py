"""Marking as expired what ended: the hourly task comes here."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from journal.events import Happened, record_many
from listings.enums import ListingStatus
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.verbs import ListingVerb

#: Listings that one transaction marks as expired.
EXPIRED_AT_ONCE = 2_000


def expire_listings(*, today: dt.date) -> int:
    """Mark what ended before today; returns how many. Their matches go with the next `pair_waiting`.

    Some at a time: a day on which many end holds no rows for long, and what is done stays done.
    """
    done = 0
    for over in (Listing.objects.to_expire(today), Listing.objects.no_longer_safe(today)):
        while count := _expire_some(over):
            done += count
    return done


@transaction.atomic
def _expire_some(rows: ListingQuerySet) -> int:
    locked = rows.select_for_update(of=("self",), skip_locked=True)
    over = list(locked.only("status", "organisation_id", "hub_ids")[:EXPIRED_AT_ONCE])
    Listing.objects.filter(pk__in=[listing.pk for listing in over]).update(
        status=ListingStatus.EXPIRED, paired_at=None, updated_at=timezone.now()
    )
    record_many(
        ListingVerb.EXPIRED,
        [
            Happened(listing, listing.organisation_id, listing.hub_ids, {"status": [listing.status, "expired"]})
            for listing in over
        ],
    )
    return len(over)

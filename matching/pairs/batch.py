"""Pairs all demands, or those of one hub, with all supplies."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from geo.locks import Lock, wait_for
from geo.models import Hub
from listings.enums import ListingKind
from listings.models import Listing
from matching.models import PairingWeights
from matching.pairs import stored_matches
from matching.pairs.best import best_pairs
from matching.pairs.candidates import pairable
from matching.pairs.columns import HubBits, load_columns
from matching.pairs.stored_matches import Outcome


@transaction.atomic
def pair_all(
    *, at: dt.datetime, hub: Hub | None = None, progress: Callable[[int, int], None] | None = None
) -> Outcome:
    """Pair every demand, or those of one hub, with its best supplies, and write only what differs from what is stored.

    A demand's whole list is made anew, also with the supplies of other hubs that it lies in. A listing that changes
    while this runs goes on waiting for pairing, since it may have been read before. `progress` gets (demands done,
    demands in all).
    """
    wait_for(Lock.MATCHES)
    waiting, weights = _waiting(hub), list(_unpaired_weights(hub).values_list("pk", "changed_at"))
    today = timezone.localdate(at)
    bits = HubBits()
    wanted = pairable(ListingKind.DEMAND, today)
    stale = None
    if hub is not None:
        wanted = wanted.in_hub(hub.pk)
        stale = Listing.objects.filter(kind=ListingKind.DEMAND).in_hub(hub.pk).values_list("pk", flat=True)
    demands = load_columns(wanted, bits)
    supplies = load_columns(pairable(ListingKind.SUPPLY, today), bits)
    best = best_pairs(supplies, demands, progress)
    outcome = stored_matches.replace_lists(best, supplies, demands, bits, at=at, demand_ids=stale)
    stored_matches.mark_paired(waiting, at)
    for pk, changed_at in weights:
        PairingWeights.objects.filter(pk=pk, changed_at=changed_at).update(paired_at=at)
    return outcome


@transaction.atomic
def pair_by_new_weights(*, hub: Hub, at: dt.datetime) -> Outcome | None:
    """Pair a hub's demands with the points that it has now; None where another process has done so already."""
    wait_for(Lock.MATCHES)
    return pair_all(at=at, hub=hub) if _unpaired_weights(hub).exists() else None


def _unpaired_weights(hub: Hub | None) -> QuerySet[PairingWeights]:
    """The points of one hub, or of all, with which demands haven't been paired yet."""
    waiting = PairingWeights.objects.filter(paired_at=None)
    return waiting if hub is None else waiting.filter(hub=hub)


def _waiting(hub: Hub | None) -> list[tuple[int, dt.datetime]]:
    """Id and version of each waiting listing that this run pairs.

    Of one hub these are its demands alone. Its supplies go on waiting: they may also suit demands of other hubs.
    """
    listings = Listing.objects.published().filter(paired_at__isnull=True)
    if hub is not None:
        listings = listings.of_kind(ListingKind.DEMAND).in_hub(hub.pk)
    return list(listings.values_list("pk", "updated_at"))

"""All regions paired anew."""

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
    """Pair every demand (of one hub's region, or of all) with its best supplies; write only differences.

    A demand in a hub keeps its pairs with supplies of the other hubs that it lies in: the whole list is made anew.
    A listing that changes while this runs goes on waiting: what was read of it may be old.
    """
    wait_for(Lock.MATCHES)
    waiting, weights = _waiting(hub), list(_weights(hub).values_list("pk", "changed_at"))
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
    """Pair a hub's demands by the points that it has now; None where that is done already."""
    wait_for(Lock.MATCHES)
    return pair_all(at=at, hub=hub) if _weights(hub).exists() else None


def _weights(hub: Hub | None) -> QuerySet[PairingWeights]:
    """Points (of one hub, or of all) by which nothing is paired yet."""
    waiting = PairingWeights.objects.filter(paired_at=None)
    return waiting if hub is None else waiting.filter(hub=hub)


def _waiting(hub: Hub | None) -> list[tuple[int, dt.datetime]]:
    """What this run pairs of what waits, with its version: of one hub the demands, since supplies may suit others'."""
    listings = Listing.objects.published().filter(paired_at__isnull=True)
    if hub is not None:
        listings = listings.of_kind(ListingKind.DEMAND).in_hub(hub.pk)
    return list(listings.values_list("pk", "updated_at"))

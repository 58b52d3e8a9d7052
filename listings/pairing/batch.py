"""All regions paired anew."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from geo.models import Hub
from listings.enums import ListingKind
from listings.models import Listing
from listings.pairing import store
from listings.pairing.best import best_pairs
from listings.pairing.candidates import pairable
from listings.pairing.columns import HubBits, load_columns


@dataclass(frozen=True)
class Outcome:
    """What a run did: how many pairs hold now, and how many rows it wrote and deleted to get there."""

    pairs: int
    written: int
    deleted: int


@transaction.atomic
def pair_all(
    *, at: dt.datetime, hub: Hub | None = None, progress: Callable[[int, int], None] | None = None
) -> Outcome:
    """Pair every demand (of one hub's region, or of all) with its best supplies; write only differences.

    A demand in a hub keeps its pairs with supplies of the other hubs that it lies in: the whole list is made anew.
    A listing that changes while this runs goes on waiting: what was read of it may be old.
    """
    store.lock_matches()
    waiting = list(Listing.objects.published().filter(paired_at__isnull=True).values_list("pk", "updated_at"))
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
    store.stage(best, supplies, demands, bits)
    deleted = store.delete_unstaged(demand_ids=stale)
    written = store.upsert_staged(at)
    if hub is None:
        store.mark_paired(waiting, at)
    return Outcome(pairs=len(best.score), written=written, deleted=deleted)

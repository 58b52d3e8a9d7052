"""Makes the lists of all listings anew, or of those of one hub."""

import datetime as dt
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from geo.locks import Lock, wait_for
from geo.models import Hub
from listings.enums import ListingKind
from listings.models import Listing
from listings.querysets import ListingQuerySet
from matching.models import PairingWeights
from matching.pairs import stored_matches
from matching.pairs.best import BestPairs, best_pairs
from matching.pairs.candidates import pairable
from matching.pairs.columns import HubBits, load_columns
from matching.pairs.dismissed import Dismissed
from matching.pairs.sides import DEMANDS, SUPPLIES, Side
from matching.pairs.stored_matches import Outcome


@transaction.atomic
def pair_all(
    *, at: dt.datetime, hub: Hub | None = None, progress: Callable[[int, int], None] | None = None
) -> Outcome:
    """Make every list anew, or those of one hub's listings, and write only what differs from what is stored.

    A list is made whole, also with the listings of other hubs that its own lies in. A listing that changes while this
    runs goes on waiting for pairing, since it may have been read before. `progress` gets (demands done, demands in
    all).
    """
    wait_for(Lock.MATCHES)
    waiting, weights = _waiting(hub), list(_unpaired_weights(hub).values_list("pk", "changed_at"))
    if hub is None:
        outcome = _replace_all(at, progress)
    else:
        outcome = Outcome(places=0, written=0, deleted=0)
        own = Listing.objects.of_kind(ListingKind.DEMAND).in_hub(hub.pk)
        # Their scores count in the lists of every supply near them, also where that lies in another hub of theirs.
        around = Listing.objects.of_kind(ListingKind.SUPPLY).filter(hub_ids__overlap=hubs_of(own))
        for side, listings in ((DEMANDS, own), (SUPPLIES, around)):
            ids = list(listings.values_list("pk", flat=True))
            outcome += replace_lists_of(side, ids, at=at, progress=progress)
    stored_matches.mark_paired(waiting, at)
    for pk, changed_at in weights:
        PairingWeights.objects.filter(pk=pk, changed_at=changed_at).update(paired_at=at)
    return outcome


def _replace_all(at: dt.datetime, progress: Callable[[int, int], None] | None) -> Outcome:
    today = timezone.localdate(at)
    bits = HubBits()
    demands, supplies = (load_columns(pairable(side.kind, today), bits) for side in (DEMANDS, SUPPLIES))
    best = BestPairs(supplies, demands, Dismissed(supplies, demands), progress)
    done = stored_matches.replace_lists(DEMANDS, best.of_demands(), supplies, demands, bits, at=at)
    return done + stored_matches.replace_lists(SUPPLIES, best.of_supplies(), supplies, demands, bits, at=at)


def hubs_of(listings: ListingQuerySet) -> list[int]:
    """The ids of all hubs that any of some listings lies in."""
    return sorted({hub for ids in listings.order_by().values_list("hub_ids", flat=True).distinct() for hub in ids})


def replace_lists_of(
    side: Side, listing_ids: list[int], *, at: dt.datetime, progress: Callable[[int, int], None] | None = None
) -> Outcome:
    """Make the lists of some listings of a side anew, from all of the other side that share a hub with one of them."""
    today = timezone.localdate(at)
    bits = HubBits()
    own = pairable(side.kind, today).filter(pk__in=listing_ids)
    others = pairable(side.other.kind, today).filter(hub_ids__overlap=hubs_of(own))
    columns = {side: load_columns(own, bits), side.other: load_columns(others, bits)}
    supplies, demands = columns[SUPPLIES], columns[DEMANDS]
    best = best_pairs(side, supplies, demands, Dismissed(supplies, demands, of=listing_ids), progress)
    return stored_matches.replace_lists(side, best, supplies, demands, bits, at=at, listing_ids=listing_ids)


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

    Of one hub there are none: its listings may also deserve a place in lists of other hubs' listings.
    """
    listings = Listing.objects.published().filter(paired_at__isnull=True)
    return [] if hub is not None else list(listings.values_list("pk", "updated_at"))

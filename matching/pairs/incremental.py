"""Brings the matches of one listing up to date when it is published, changes or goes, and the bundles made of them."""

import datetime as dt

import numpy as np
from django.db import transaction
from django.utils import timezone

from geo.locks import Lock, wait_for
from listings.enums import ListingKind
from listings.models import Listing
from matching.bundles import stored as bundles
from matching.models import Match
from matching.pairs import stored_matches
from matching.pairs.best import best_pairs, keep_best
from matching.pairs.candidates import candidates_for, is_pairable, pairable
from matching.pairs.columns import Columns, HubBits, load_columns
from matching.pairs.score import Scored, score_pairs
from matching.rules import BEST_PER_DEMAND


@transaction.atomic
def pair(*, listing_id: int, at: dt.datetime) -> int:
    """Store the matches of a listing that a batch would store for it; returns how many it has.

    A listing that is gone, may not be paired or is a service has none. It does no harm to run this twice. A listing
    that changes in the meantime goes on waiting.
    """
    wait_for(Lock.MATCHES)
    listing = Listing.objects.select_related("material").filter(pk=listing_id).first()
    if listing is None:
        return 0
    if listing.kind == ListingKind.DEMAND:
        _pair_demand(listing, at)
    elif listing.kind == ListingKind.SUPPLY:
        _pair_supply(listing, at)
    stored_matches.mark_paired([(listing.pk, listing.updated_at)], at)
    return Match.objects.of_listing(listing).count()


def _pair_demand(demand: Listing, at: dt.datetime) -> None:
    today = timezone.localdate(at)
    if not is_pairable(demand, today):
        Match.objects.filter(demand=demand).delete()
        bundles.delete_bundles([demand.pk])
        return
    bits = HubBits()
    demands = load_columns(Listing.objects.filter(pk=demand.pk), bits)
    supplies = load_columns(candidates_for(demand, today), bits)
    scored = _cross(supplies, demands)
    stored_matches.replace_lists([keep_best(scored)], supplies, demands, bits, at=at, demand_ids=[demand.pk])


def _pair_supply(supply: Listing, at: dt.datetime) -> None:
    """Put a supply in the lists of the demands that it suits, and mend the lists that lose something by it.

    Where the supply is new in a list, or gets a higher score, the list only becomes too long: its last pair goes.
    Where it leaves a list, or gets a lower score, another supply may now deserve the place. If the list wasn't full it
    holds every supply that suits the demand, and there is no other; a list that was full is made anew by _refill().
    """
    today = timezone.localdate(at)
    bits = HubBits()
    before = dict(Match.objects.filter(supply=supply).values_list("demand_id", "score"))
    now: dict[int, float] = {}
    supplies = load_columns(Listing.objects.filter(pk=supply.pk), bits) if is_pairable(supply, today) else None
    if supplies is not None:
        demands = load_columns(candidates_for(supply, today), bits)
        scored = _cross(supplies, demands)
        now = dict(zip(demands.id[scored.demand].tolist(), scored.score.tolist(), strict=True))
        stored_matches.replace_of_supply(scored, supplies, demands, bits, at=at, supply_id=supply.pk)
    else:
        Match.objects.filter(supply=supply).delete()
    lost = [demand_id for demand_id, score in before.items() if now.get(demand_id, -1.0) < score]
    _refill(lost, bits, at)
    stored_matches.delete_beyond_best([*now])
    holding = Match.objects.filter(supply=supply).values_list("demand_id", flat=True)
    bundles.replace_stored(sorted({*before, *holding}), at=at)


def _refill(demand_ids: list[int], bits: HubBits, at: dt.datetime) -> None:
    """Make the lists of these demands anew, if they were full before."""
    today = timezone.localdate(at)
    if not demand_ids:
        return
    kept = dict.fromkeys(demand_ids, 0)
    for demand_id in Match.objects.filter(demand_id__in=demand_ids).values_list("demand_id", flat=True):
        kept[demand_id] += 1
    # A list that was full may have one pair less by now: that of the supply itself.
    were_full = [demand_id for demand_id, count in kept.items() if count >= BEST_PER_DEMAND - 1]
    wanted = list(pairable(ListingKind.DEMAND, today).filter(pk__in=were_full).select_related("material"))
    if not wanted:
        return
    demands = load_columns(Listing.objects.filter(pk__in=[demand.pk for demand in wanted]), bits)
    ids = {pk for demand in wanted for pk in candidates_for(demand, today).values_list("pk", flat=True)}
    supplies = load_columns(Listing.objects.filter(pk__in=ids), bits)
    stored_matches.replace_lists(best_pairs(supplies, demands), supplies, demands, bits, at=at, demand_ids=were_full)


def _cross(supplies: Columns, demands: Columns) -> Scored:
    """Score every supply with every demand."""
    s = np.tile(np.arange(len(supplies)), len(demands))
    d = np.repeat(np.arange(len(demands)), len(supplies))
    return score_pairs(supplies, demands, s, d)

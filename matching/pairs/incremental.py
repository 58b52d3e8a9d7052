"""The matches of one listing, brought up to date when it appears, changes or goes."""

import datetime as dt

import numpy as np
from django.db import transaction
from django.utils import timezone

from geo.locks import Lock, wait_for
from listings.enums import ListingKind
from listings.models import Listing
from matching.models import Match
from matching.pairs import stored_matches
from matching.pairs.best import best_pairs, keep_best
from matching.pairs.candidates import candidates_for, is_pairable, pairable
from matching.pairs.columns import Columns, HubBits, load_columns
from matching.pairs.score import Scored, score_pairs
from matching.rules import BEST_PER_DEMAND


@transaction.atomic
def pair(*, listing_id: int, at: dt.datetime) -> int:
    """Make the stored matches of a listing what a whole batch would store; returns how many it has.

    A listing that is gone, not published, a service, or in no hub has none. May run twice without harm. One that
    changes in the meantime goes on waiting.
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
        return
    bits = HubBits()
    demands = load_columns(Listing.objects.filter(pk=demand.pk), bits)
    supplies = load_columns(candidates_for(demand, today), bits)
    scored = _cross(supplies, demands)
    stored_matches.replace_lists([keep_best(scored)], supplies, demands, bits, at=at, demand_ids=[demand.pk])


def _pair_supply(supply: Listing, at: dt.datetime) -> None:
    """Put the supply in the lists of the demands that it suits; lists that it leaves or falls in are made anew.

    A list that isn't full holds every suitable supply, and one in which the supply rises needs only trimming; but a
    full list that loses a place may owe it to a supply that it doesn't hold.
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
    fallen = [demand_id for demand_id, score in before.items() if now.get(demand_id, -1.0) < score]
    _refill(fallen, bits, at)
    stored_matches.trim([*now])


def _refill(demand_ids: list[int], bits: HubBits, at: dt.datetime) -> None:
    """Make the lists of these demands anew where they were full."""
    today = timezone.localdate(at)
    if not demand_ids:
        return
    kept = dict.fromkeys(demand_ids, 0)
    for demand_id in Match.objects.filter(demand_id__in=demand_ids).values_list("demand_id", flat=True):
        kept[demand_id] += 1
    # One place may just have been freed or taken by the supply itself.
    short = [demand_id for demand_id, count in kept.items() if count >= BEST_PER_DEMAND - 1]
    wanted = list(pairable(ListingKind.DEMAND, today).filter(pk__in=short).select_related("material"))
    if not wanted:
        return
    demands = load_columns(Listing.objects.filter(pk__in=[demand.pk for demand in wanted]), bits)
    ids = {pk for demand in wanted for pk in candidates_for(demand, today).values_list("pk", flat=True)}
    supplies = load_columns(Listing.objects.filter(pk__in=ids), bits)
    stored_matches.replace_lists(best_pairs(supplies, demands), supplies, demands, bits, at=at, demand_ids=short)


def _cross(supplies: Columns, demands: Columns) -> Scored:
    """Score every supply with every demand."""
    s = np.tile(np.arange(len(supplies)), len(demands))
    d = np.repeat(np.arange(len(demands)), len(supplies))
    return score_pairs(supplies, demands, s, d)

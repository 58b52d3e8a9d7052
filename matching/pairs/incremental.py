"""Brings the matches of one listing up to date when it is published, changes or goes, and the bundles made of them."""

import datetime as dt

import numpy as np
from django.db import transaction
from django.utils import timezone

from geo.locks import Lock, wait_for
from listings.models import Listing
from matching.bundles import stored as bundles
from matching.models import Match
from matching.pairs import stored_matches
from matching.pairs.best import best_pairs, keep_best
from matching.pairs.candidates import candidates_for, is_pairable, pairable
from matching.pairs.columns import Columns, HubBits, load_columns
from matching.pairs.dismissed import Dismissed
from matching.pairs.score import Scored, score_pairs
from matching.pairs.sides import DEMANDS, SUPPLIES, Side, side_of


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
    if side := side_of(listing.kind):
        _pair(listing, side, at)
    stored_matches.mark_paired([(listing.pk, listing.updated_at)], at)
    return Match.objects.of_listing(listing).count()


def _pair(listing: Listing, side: Side, at: dt.datetime) -> None:
    """Make a listing's own list, put it in the lists of others, and mend the lists that lose something by it.

    Where it is new in another's list, or gets a higher score, that list only becomes too long: its last pair goes.
    Where it leaves a list, or gets a lower score, another listing may now deserve the place: see _refill().
    """
    today, bits, other = timezone.localdate(at), HubBits(), side.other
    held = Match.objects.of_listing(listing)
    before = dict(held.kept_by(other.bit).values_list(other.column, "score"))
    demand_ids = _demands_of(listing, side)
    now: dict[int, float] = {}
    if is_pairable(listing, today):
        columns = {
            side: load_columns(Listing.objects.filter(pk=listing.pk), bits),
            other: load_columns(candidates_for(listing, today), bits),
        }
        supplies, demands = columns[SUPPLIES], columns[DEMANDS]
        scored = _cross(supplies, demands)
        dismissed = Dismissed(supplies, demands, of=[listing.pk, *columns[other].id.tolist()])
        own = keep_best(dismissed.left(side, scored), side)
        stored_matches.replace_lists(side, [own], supplies, demands, bits, at=at, listing_ids=[listing.pk])
        theirs = dismissed.left(other, scored)
        rows = theirs.supply if other is SUPPLIES else theirs.demand
        now = dict(zip(columns[other].id[rows].tolist(), theirs.score.tolist(), strict=True))
        entering = theirs.take(stored_matches.enters(other, columns[other].id[rows], theirs.score, listing.pk))
        stored_matches.replace_in_lists_of(other, entering, supplies, demands, bits, at=at, listing_id=listing.pk)
    else:
        held.delete()
    _refill(other, [pk for pk, score in before.items() if now.get(pk, -1.0) < score], bits, at)
    stored_matches.trim(other, now)
    bundles.replace_stored(sorted(demand_ids | _demands_of(listing, side)), at=at)


def _demands_of(listing: Listing, side: Side) -> set[int]:
    """The demands in whose lists a listing stands; of a demand itself."""
    if side is DEMANDS:
        return {listing.pk}
    kept = Match.objects.of_listing(listing).kept_by(DEMANDS.bit)
    return set(kept.values_list("demand_id", flat=True))


def _refill(side: Side, listing_ids: list[int], bits: HubBits, at: dt.datetime) -> None:
    """Make the lists of these listings of a side anew, if they were full before.

    A list that wasn't full holds all that suits its listing: there is no other to take a place.
    """
    today = timezone.localdate(at)
    if not listing_ids:
        return
    kept = dict.fromkeys(listing_ids, 0)
    own = Match.objects.kept_by(side.bit).filter(**{f"{side.column}__in": listing_ids})
    for listing_id in own.values_list(side.column, flat=True):
        kept[listing_id] += 1
    # A list that was full may have one pair less by now: that of the listing that left.
    were_full = [listing_id for listing_id, count in kept.items() if count >= side.most - 1]
    wanted = list(pairable(side.kind, today).filter(pk__in=were_full).select_related("material"))
    if not wanted:
        return
    ids = {pk for listing in wanted for pk in candidates_for(listing, today).values_list("pk", flat=True)}
    columns = {
        side: load_columns(Listing.objects.filter(pk__in=[listing.pk for listing in wanted]), bits),
        side.other: load_columns(Listing.objects.filter(pk__in=ids), bits),
    }
    supplies, demands = columns[SUPPLIES], columns[DEMANDS]
    best = best_pairs(side, supplies, demands, Dismissed(supplies, demands, of=were_full))
    stored_matches.replace_lists(side, best, supplies, demands, bits, at=at, listing_ids=were_full)


def _cross(supplies: Columns, demands: Columns) -> Scored:
    """Score every supply with every demand."""
    s = np.tile(np.arange(len(supplies)), len(demands))
    d = np.repeat(np.arange(len(demands)), len(supplies))
    return score_pairs(supplies, demands, s, d)

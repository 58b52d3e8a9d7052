"""Reads the stored bundle of a demand."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from listings.enums import ListingKind
from listings.models import Listing
from matching.models import Bundle
from matching.pairs.candidates import is_pairable


@dataclass(frozen=True)
class Stop:
    """A supply of a bundle, with the share of the demand that it serves (0..1) and the distance."""

    supply: Listing
    share: float
    distance_m: int


@dataclass(frozen=True)
class ReadBundle:
    """Two stops or more, largest first, and the share of the demand that they serve together.

    proven: whether no other supplies of the demand's list would serve it better.
    """

    stops: list[Stop]
    coverage: float
    proven: bool


def bundle_of(demand: Listing, *, at: dt.datetime) -> ReadBundle | None:
    """The bundle of a demand, as pairing has stored it. Stops have for_cards().

    None where one supply serves as much as several, and where none fits. None too where one of its supplies is gone:
    pairing makes another within a minute.
    """
    today = timezone.localdate(at)
    if demand.kind != ListingKind.DEMAND or not is_pairable(demand, today):
        return None
    stored = Bundle.objects.filter(demand=demand).first()
    if stored is None:
        return None
    supplies = Listing.objects.published().not_over(today).for_cards().in_bulk(stored.supply_ids)
    if len(supplies) < len(stored.supply_ids):
        return None
    rows = zip(stored.supply_ids, stored.shares, stored.distances_m, strict=True)
    stops = [Stop(supplies[pk], share, distance_m) for pk, share, distance_m in rows]
    return ReadBundle(stops, min(round(sum(stored.shares), 6), 1.0), stored.proven)

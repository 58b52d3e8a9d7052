"""Finds several supplies that together serve one demand, for when none can do it alone.

They serve as much of it as possible, are as few as possible, and lie as near as possible, in this order.
"""

import datetime as dt
from dataclasses import dataclass

import numpy as np
from django.contrib.gis.db.models.functions import GeometryDistance
from django.utils import timezone
from scipy.optimize import Bounds, LinearConstraint, milp

from listings.enums import ListingKind
from listings.models import Listing
from matching.chains.candidates import related_spans, span_of
from matching.pairs.candidates import is_pairable, pairable
from matching.pairs.columns import Floats, HubBits, load_columns
from matching.pairs.score import Mask, amounts, score_pairs

#: How many of the nearest supplies are looked at.
NEAREST = 60
#: Shares that differ by less than this count as equal.
ROUNDING = 1e-7


@dataclass(frozen=True)
class Stop:
    """A supply of a bundle, with the share of the demand that it serves (0..1) and the distance."""

    supply: Listing
    share: float
    distance_m: int


@dataclass(frozen=True)
class Bundle:
    """Two stops or more, largest first, and the share of the demand that they serve together."""

    stops: list[Stop]
    coverage: float


def choose(sizes: Floats, whole: Mask, metres: Floats) -> Floats:
    """How much of one demand each supply serves, as shares of the demand that add up to at most 1.

    sizes: how much each supply has, as a share of the demand (it may exceed 1). whole: whether it goes all at once or
    not at all. Three small integer programs, solved exactly, come one after the other: the most is served; with that,
    from the fewest supplies; with that, the sum of share × metres is least.
    """
    fits = (sizes > ROUNDING) & (~whole | (sizes <= 1 + ROUNDING))
    rows = np.flatnonzero(fits)
    taken = np.zeros(len(sizes))
    if not len(rows):
        return taken
    program = _Program(np.minimum(sizes[rows], 1.0), whole[rows])
    count = len(rows)
    served = program.least(np.r_[-np.ones(count), np.zeros(count)])
    program.serves_at_least(float(served[:count].sum()))
    fewest = program.least(np.r_[np.zeros(count), np.ones(count)])
    program.stops_at_most(round(float(fewest[count:].sum())))
    shortest = program.least(np.r_[metres[rows] / max(float(metres[rows].max()), 1.0), np.zeros(count)])
    shares = shortest[:count] * np.round(shortest[count:])
    taken[rows] = np.where(shares > ROUNDING, shares, 0.0)
    return taken


def bundle_for(demand: Listing, *, at: dt.datetime) -> Bundle | None:
    """The bundle of a demand, chosen from the nearest supplies that meet every hard condition. Stops have for_cards().

    None where a demand has to come from one place, where one supply serves as much as several, and where none fits.
    """
    today = timezone.localdate(at)
    if demand.kind != ListingKind.DEMAND or not demand.splittable or not is_pairable(demand, today):
        return None
    near = _nearest(demand, today)
    if len(near) < 2:
        return None
    bits = HubBits()
    demands = load_columns(Listing.objects.filter(pk=demand.pk), bits)
    supplies = load_columns(Listing.objects.filter(pk__in=near), bits)
    scored = score_pairs(supplies, demands, np.arange(len(supplies)), np.zeros(len(supplies), dtype=np.int64))
    rows = np.argsort(scored.distance_m, kind="stable")[:NEAREST]
    s, d, metres = scored.supply[rows], scored.demand[rows], scored.distance_m[rows]
    offered, asked = amounts(supplies, demands, s, d, scored.overlap_days[rows])
    shares = choose(offered / asked, supplies.whole[s], metres.astype(np.float64))
    return _bundle(supplies.id[s].tolist(), shares, metres.tolist())


def _nearest(demand: Listing, today: dt.date) -> list[int]:
    """Ids of the nearest supplies of related materials.

    There are at most NEAREST of the demand's material and those below it, and as many of each material above it: each
    of these is read from a partial index in order of distance.
    """
    supplies = pairable(ListingKind.SUPPLY, today).filter(hub_ids__overlap=demand.hub_ids)
    if demand.reach_km is not None:
        supplies = supplies.within(demand.position, demand.reach_km * 1000)
    away = GeometryDistance("position", demand.position)
    first, *rest = (
        supplies.filter(material_number__gte=low, material_number__lte=high)
        .order_by(away)
        .values_list("pk", flat=True)[:NEAREST]
        for low, high in related_spans([span_of(demand)])
    )
    return list(first.union(*rest, all=True) if rest else first)


def _bundle(ids: list[int], shares: Floats, distances: list[int]) -> Bundle | None:
    order = [row for row in np.argsort(-shares, kind="stable").tolist() if shares[row] > 0]
    if len(order) < 2:
        return None
    listings = Listing.objects.for_cards().in_bulk([ids[row] for row in order])
    stops = [Stop(listings[ids[row]], float(shares[row]), distances[row]) for row in order if ids[row] in listings]
    return Bundle(stops, min(sum(stop.share for stop in stops), 1.0))


class _Program:
    """An integer program over shares x, and y: 1 where a supply is chosen, else 0.

    x ≤ size · y, and x = size · y where a supply goes whole. All x together are at most 1.
    """

    def __init__(self, sizes: Floats, whole: Mask) -> None:
        count = len(sizes)
        one, linked = np.eye(count), np.diag(sizes)
        self.count = count
        self.constraints = [
            LinearConstraint(np.hstack([one, -linked]), lb=np.where(whole, 0.0, -np.inf), ub=0.0),
            LinearConstraint(np.r_[np.ones(count), np.zeros(count)], ub=1.0),
        ]

    def serves_at_least(self, share: float) -> None:
        row = np.r_[np.ones(self.count), np.zeros(self.count)]
        self.constraints.append(LinearConstraint(row, lb=share - ROUNDING))

    def stops_at_most(self, stops: int) -> None:
        self.constraints.append(LinearConstraint(np.r_[np.zeros(self.count), np.ones(self.count)], ub=stops))

    def least(self, objective: Floats) -> Floats:
        """The x and y with the least objective. There is always a solution: that of the step before meets all."""
        integrality = np.r_[np.zeros(self.count), np.ones(self.count)]
        found = milp(objective, integrality=integrality, bounds=Bounds(0, 1), constraints=self.constraints,
                     options={"mip_rel_gap": 0.0})  # fmt: skip
        return np.asarray(found.x)

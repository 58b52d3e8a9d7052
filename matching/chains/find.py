"""Finds the chains of one listing: a supply that needs a service first, the service, and a demand for what comes out.

Chains aren't stored: they are computed when somebody asks for them.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from listings.enums import Condition, ListingKind
from listings.models import Listing
from matching.chains.candidates import Neighbours, Span, reach_m, related_spans, span_of
from matching.chains.needs import needs_of
from matching.chains.score import ScoredChains, all_chains
from matching.chains.service_columns import ServiceColumns, load_services
from matching.pairs.candidates import is_pairable
from matching.pairs.columns import Columns, HubBits, load_columns
from matching.pairs.dismissed import Dismissed
from matching.rules import CHAIN_WEIGHTS
from materials.enums import Unit

#: Chains that a page shows.
MOST_CHAINS = 20


@dataclass(frozen=True)
class FreeWeek:
    """A week, by its Monday, in which the work can be done; `free` in the service's capacity_unit, None if unknown."""

    start: dt.date
    free: Decimal | None


@dataclass(frozen=True)
class Chain:
    """A supply, the service that it needs first, and a demand for what comes out.

    Score, parts (by the names in rules.CHAIN_WEIGHTS), coverage (the share of what is asked) and lot_share (the share
    of the lot that is asked) lie in 0..1.
    overlap_days: how many days of its weeks suit all three. capacity_known: False where nobody says how much the
    service can take.
    """

    supply: Listing
    service: Listing
    demand: Listing
    score: float
    parts: dict[str, float]
    to_service_m: int
    to_demand_m: int
    coverage: float
    lot_share: float
    condition_after: Condition
    weeks: list[FreeWeek]
    overlap_days: int
    capacity_known: bool

    @property
    def distance_m(self) -> int:
        return self.to_service_m + self.to_demand_m

    @property
    def hub_ids(self) -> list[int]:
        """The hubs that all three lie in."""
        sides = (self.service.hub_ids, self.demand.hub_ids)
        return [hub_id for hub_id in self.supply.hub_ids if all(hub_id in side for side in sides)]


@dataclass(frozen=True)
class ChainSides:
    """Columns of the supplies, services and demands that could form chains."""

    supplies: Columns
    services: ServiceColumns
    demands: Columns


def load_sides(
    supplies: QuerySet[Listing], services: QuerySet[Listing], demands: QuerySet[Listing], today: dt.date
) -> ChainSides:
    """Read three sets of listings, each of its kind, into columns."""
    bits = HubBits()
    return ChainSides(load_columns(supplies, bits), load_services(services, bits, today), load_columns(demands, bits))


def chains_of(
    listing: Listing, *, at: dt.datetime, limit: int = MOST_CHAINS, without: Collection[int] = ()
) -> list[Chain]:
    """The best chains with a supply, a service or a demand in them, the best first. Listings have for_cards().

    Of both other sides the nearest are looked at (rules.CHAIN_NEAREST), but nothing of the organisations `without`
    which, by their ids. A listing that may not be paired has none.
    """
    today = timezone.localdate(at)
    if not is_pairable(listing, today):
        return []
    supply_ids, service_ids, demand_ids = _candidates(listing, today)
    if not (supply_ids and service_ids and demand_ids):
        return []
    supplies, services, demands = (
        Listing.objects.filter(pk__in=ids).exclude(organisation__in=without)
        for ids in (supply_ids, service_ids, demand_ids)
    )
    sides = load_sides(supplies, services, demands, today)
    dismissed = Dismissed(sides.supplies, sides.demands, of=supply_ids + demand_ids)
    return make_chains(all_chains(sides.supplies, sides.services, sides.demands, dismissed, limit), sides)


def make_chains(scored: ScoredChains, sides: ChainSides) -> list[Chain]:
    """The chains with their listings, in the same order. Two queries, however many chains there are."""
    ids = [
        column.id[rows].tolist()
        for column, rows in (
            (sides.supplies, scored.supply), (sides.services, scored.service), (sides.demands, scored.demand),
        )
    ]  # fmt: skip
    listings = Listing.objects.for_cards().in_bulk({pk for side in ids for pk in side})
    # A listing may have been deleted since it was scored.
    return [
        _chain(scored, sides.services, row, *(listings[pk] for pk in three))
        for row, three in enumerate(zip(*ids, strict=True))
        if listings.keys() >= set(three)
    ]


def _candidates(listing: Listing, today: dt.date) -> tuple[list[int], list[int], list[int]]:
    """Ids of the supplies, services and demands that could form a chain with a listing: on its side only itself."""
    near, within_m = Neighbours(listing, today), reach_m(listing)
    if listing.kind == ListingKind.SUPPLY:
        needs = needs_of(listing)
        if not needs:
            return [], [], []
        first, last = span_of(listing)
        services = near.services((first, first), needs, within_m)
        return [listing.pk], services, near.goods(ListingKind.DEMAND, related_spans([(first, last)]))
    if listing.kind == ListingKind.DEMAND:
        span = span_of(listing)
        services = near.services(span, [], within_m)
        return near.goods(ListingKind.SUPPLY, related_spans([span])), services, [listing.pk]
    taken: list[Span] = [(material.tree_left, material.tree_right) for material in listing.materials.all()]
    supplies = near.goods(ListingKind.SUPPLY, taken, within_m)
    return supplies, [listing.pk], near.goods(ListingKind.DEMAND, related_spans(taken))


def _chain(
    scored: ScoredChains, services: ServiceColumns, row: int, supply: Listing, service: Listing, demand: Listing
) -> Chain:
    return Chain(
        supply=supply,
        service=service,
        demand=demand,
        score=float(scored.score[row]),
        parts={name: float(getattr(scored, name)[row]) for name in CHAIN_WEIGHTS},
        to_service_m=int(scored.to_service_m[row]),
        to_demand_m=int(scored.to_demand_m[row]),
        coverage=float(scored.coverage[row]),
        lot_share=float(scored.lot_share[row]),
        condition_after=Condition(int(scored.condition_after[row])),
        weeks=_weeks(services, int(scored.service[row]), int(scored.weeks[row]), service.capacity_unit),
        overlap_days=int(scored.days[row]),
        capacity_known=bool(scored.is_known[row]),
    )


def _weeks(services: ServiceColumns, row: int, bits: int, unit: str) -> list[FreeWeek]:
    """The weeks whose bits are set, with what is free in each."""
    found = []
    for place, monday in enumerate(services.mondays.tolist()):
        if bits >> place & 1:
            free = float(services.free[row, place])
            known = not np.isnan(free) and bool(unit)
            in_unit = round(Decimal(free) / Unit(unit).factor, 3) if known else None
            found.append(FreeWeek(dt.date.fromordinal(monday), in_unit))
    return found

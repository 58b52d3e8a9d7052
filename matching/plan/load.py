"""Reads a hub's listings as a problem: what each lot weighs in the weeks of the plan, and what can go where."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from geo.models import Hub
from listings.enums import ListingKind
from matching.chains.score import all_chains
from matching.chains.service_columns import ServiceColumns, load_services
from matching.pairs.candidates import pairable
from matching.pairs.columns import Columns, Floats, HubBits, Integers, load_columns
from matching.pairs.dismissed import Dismissed
from matching.pairs.score import needs_work_first, related, score_pairs
from matching.plan.problem import Edges, Lots, Mask, Problem, Services, nearest_few, usable
from matching.plan.rules import NEAREST_EDGES, PLAN_WEEKS
from matching.plan.streams import free_over_plan, weeks_in_plan

#: How many pairs are scored at once: few enough to take some hundreds of MB.
CHUNK = 1_000_000


@dataclass(frozen=True)
class Region:
    """A hub's listings that may be paired and whose mass is known, with what each weighs in the plan's weeks (kg).

    `without_mass` counts the supplies and the demands that are left out, since nobody knows what they weigh.
    `dismissed` says which pairs a side doesn't want: nothing goes between those.
    """

    supplies: Columns
    demands: Columns
    services: ServiceColumns
    supply_kg: Floats
    demand_kg: Floats
    without_mass: tuple[int, int]
    dismissed: Dismissed
    today: dt.date

    @property
    def last_day(self) -> int:
        """The plan's last day, as the number that date.toordinal() gives."""
        return self.today.toordinal() + 7 * PLAN_WEEKS - 1


@dataclass(frozen=True)
class Loaded:
    """A problem, and the listings behind its rows. `dropped` counts the edges that load_problem() left out."""

    region: Region
    problem: Problem
    dropped: int


def load_region(hub: Hub, today: dt.date) -> Region:
    """Read a hub's listings. It takes as many queries for many listings as for few."""
    bits = HubBits()
    both = [pairable(kind, today).in_hub(hub.pk) for kind in (ListingKind.SUPPLY, ListingKind.DEMAND)]
    sides = [free_over_plan(load_columns(listings, bits), listings, today) for listings in both]
    masses = [_mass_over_plan(side, today) for side in sides]
    known = [np.isfinite(mass) for mass in masses]
    supplies, demands = (side.take(mask) for side, mask in zip(sides, known, strict=True))
    supply_kg, demand_kg = (mass[mask] for mass, mask in zip(masses, known, strict=True))
    services = load_services(pairable(ListingKind.SERVICE, today).in_hub(hub.pk), bits, today, PLAN_WEEKS)
    left_out = (int((~known[0]).sum()), int((~known[1]).sum()))
    dismissed = Dismissed(supplies, demands, of=[*supplies.id.tolist(), *demands.id.tolist()])
    return Region(supplies, demands, services, supply_kg, demand_kg, left_out, dismissed, today)


def load_problem(region: Region) -> Loaded:
    """The problem with every edge over which anything can go; of very many only those to near places.

    An edge stays if it is among the NEAREST_EDGES shortest of its supply, or among those of its demand. A supply that
    needs work first goes straight only where it can't go through a service.
    """
    services = Services(region.services.id, np.nan_to_num(region.services.free))
    supplies = Lots(region.supplies.id, region.supply_kg, region.supplies.whole)
    demands = Lots(region.demands.id, region.demand_kg, region.demands.whole)
    straight, chains = (
        edges.take(usable(Problem(supplies, demands, services, edges)))
        for edges in (direct_edges(region, region.supplies, region.demands), chain_edges(region))
    )
    works_first = needs_work_first(region.supplies, region.demands, straight.supply, straight.demand)
    edges = Edges.joined(straight.take(~works_first | ~np.isin(straight.supply, chains.supply)), chains)
    near = nearest_few(edges, NEAREST_EDGES)
    return Loaded(region, Problem(supplies, demands, services, edges.take(near)), int((~near).sum()))


def direct_edges(region: Region, supplies: Columns, demands: Columns) -> Edges:
    """An edge for every pair that meets the hard conditions of pairing. Columns have the same rows as the region."""
    parts = []
    for s, d in candidate_pairs(supplies, demands):
        wanted = region.dismissed.by_neither(s, d)
        scored = score_pairs(supplies, demands, s[wanted], d[wanted])
        s, d = scored.supply, scored.demand
        metres = np.hypot(supplies.x[s] - demands.x[d], supplies.y[s] - demands.y[d])
        parts.append(Edges.direct(s, d, metres, _most_kg(region, supplies, demands, s, d)))
    empty = np.zeros(0, dtype=np.int64)
    return Edges.joined(Edges.direct(empty, empty, np.zeros(0), np.zeros(0)), *parts)


def chain_edges(region: Region) -> Edges:
    """An edge for every chain of a single lot through a service that says how much it can take.

    Streams go straight, and a service that doesn't say what it can take gets nothing from a plan.
    """
    supplies, services, demands = region.supplies, region.services, region.demands
    chains = all_chains(supplies, services, demands, region.dismissed)
    chains = chains.take(chains.is_known & ~supplies.stream[chains.supply])
    s, v, d = chains.supply, chains.service, chains.demand
    bits = (chains.weeks[:, None] >> np.arange(PLAN_WEEKS)) & 1
    same = supplies.dimension[s] == services.dimension[v]
    return Edges(
        supply=s, demand=d, service=v, metres=(chains.to_service_m + chains.to_demand_m).astype(np.float64),
        most_kg=_most_kg(region, supplies, demands, s, d), first_week=bits.argmax(axis=1),
        last_week=PLAN_WEEKS - 1 - bits[:, ::-1].argmax(axis=1),
        # Where the capacity is in another dimension than the lot's, it is in kilograms.
        use=np.where(same, supplies.amount[s] / supplies.mass_kg[s], 1.0),
    )  # fmt: skip


def candidate_pairs(supplies: Columns, demands: Columns) -> Iterator[tuple[Integers, Integers]]:
    """Row numbers of supplies and demands, for all pairs of related materials; about CHUNK at a time."""
    for number in np.unique(demands.number):
        rows = np.flatnonzero(demands.number == number)
        fitting = np.flatnonzero(_related_to(supplies, demands, int(rows[0])))
        size = max(1, CHUNK // max(len(fitting), 1))
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            yield np.tile(fitting, len(some)), np.repeat(some, len(fitting))


def _related_to(supplies: Columns, demands: Columns, demand: int) -> Mask:
    """Which supplies have a material that is related to that of one demand."""
    every = np.arange(len(supplies))
    return related(supplies, demands, every, np.full(len(supplies), demand))


def _mass_over_plan(side: Columns, today: dt.date) -> Floats:
    """What each lot weighs in the plan, in kg: of a stream what it brings in the plan's weeks in which it runs."""
    return np.where(side.stream, side.mass_kg * weeks_in_plan(side, today), side.mass_kg)


def _most_kg(region: Region, supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Floats:
    """What an edge takes at most, in kg: of streams what they bring or take in the weeks in which both sides hold.

    Between two single lots an edge has no limit of its own.
    """
    first = np.maximum(np.maximum(supplies.starts[s], demands.starts[d]), region.today.toordinal())
    last = np.minimum(np.minimum(supplies.ends[s], demands.ends[d]), region.last_day)
    weeks = np.maximum(last - first + 1, 0) / 7.0
    brings = np.where(supplies.stream[s], supplies.mass_kg[s] * weeks, np.inf)
    takes = np.where(demands.stream[d], demands.mass_kg[d] * weeks, np.inf)
    return np.minimum(brings, takes)

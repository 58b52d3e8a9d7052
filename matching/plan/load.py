"""A hub's listings as a problem: what each lot weighs over the plan's weeks, and which edges there are."""

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
from matching.pairs.score import related, score_pairs
from matching.plan.problem import Edges, Lots, Mask, Problem, Services, nearest_few, usable
from matching.plan.rules import NEAREST_EDGES, PLAN_WEEKS

#: Pairs scored at once: bounds memory at some hundreds of MB.
CHUNK = 1_000_000


@dataclass(frozen=True)
class Region:
    """A hub's pairable listings whose mass is known, with what each weighs in the weeks of the plan (kg).

    `without_mass` counts supplies and demands that are left out, since nobody can say what they weigh.
    """

    supplies: Columns
    demands: Columns
    services: ServiceColumns
    supply_kg: Floats
    demand_kg: Floats
    without_mass: tuple[int, int]
    today: dt.date

    @property
    def last_day(self) -> int:
        """The plan's last day, as a proleptic day number."""
        return self.today.toordinal() + 7 * PLAN_WEEKS - 1


@dataclass(frozen=True)
class Loaded:
    """A problem with the listings behind its rows; `dropped` edges were too far among those of both their sides."""

    region: Region
    problem: Problem
    dropped: int


def load_region(hub: Hub, today: dt.date) -> Region:
    """As many queries for many listings as for few."""
    bits = HubBits()
    sides = [
        load_columns(pairable(kind, today).in_hub(hub.pk), bits) for kind in (ListingKind.SUPPLY, ListingKind.DEMAND)
    ]
    masses = [_mass_over_plan(side, today) for side in sides]
    known = [np.isfinite(mass) for mass in masses]
    supplies, demands = (side.take(mask) for side, mask in zip(sides, known, strict=True))
    supply_kg, demand_kg = (mass[mask] for mass, mask in zip(masses, known, strict=True))
    services = load_services(pairable(ListingKind.SERVICE, today).in_hub(hub.pk), bits, today, PLAN_WEEKS)
    left_out = (int((~known[0]).sum()), int((~known[1]).sum()))
    return Region(supplies, demands, services, supply_kg, demand_kg, left_out, today)


def load_problem(region: Region) -> Loaded:
    """Every edge over which something can go, at most the nearest few of either side."""
    edges = Edges.joined(direct_edges(region, region.supplies, region.demands), chain_edges(region))
    services = Services(region.services.id, np.nan_to_num(region.services.free))
    supplies = Lots(region.supplies.id, region.supply_kg, region.supplies.whole)
    demands = Lots(region.demands.id, region.demand_kg, region.demands.whole)
    edges = edges.take(usable(Problem(supplies, demands, services, edges)))
    near = nearest_few(edges, NEAREST_EDGES)
    return Loaded(region, Problem(supplies, demands, services, edges.take(near)), int((~near).sum()))


def direct_edges(region: Region, supplies: Columns, demands: Columns) -> Edges:
    """Every pair that meets the hard conditions of pairing. Both column sets have the region's rows."""
    parts = []
    for s, d in candidate_pairs(supplies, demands):
        scored = score_pairs(supplies, demands, s, d)
        s, d = scored.supply, scored.demand
        metres = np.hypot(supplies.x[s] - demands.x[d], supplies.y[s] - demands.y[d])
        parts.append(Edges.direct(s, d, metres, _most_kg(region, supplies, demands, s, d)))
    empty = np.zeros(0, dtype=np.int64)
    return Edges.joined(Edges.direct(empty, empty, np.zeros(0), np.zeros(0)), *parts)


def chain_edges(region: Region) -> Edges:
    """Every chain of a single lot through a service that says what it can take; those that don't say are left out."""
    supplies, services, demands = region.supplies, region.services, region.demands
    chains = all_chains(supplies, services, demands)
    chains = chains.take(chains.is_known & ~supplies.stream[chains.supply])
    s, v, d = chains.supply, chains.service, chains.demand
    bits = (chains.weeks[:, None] >> np.arange(PLAN_WEEKS)) & 1
    same = supplies.dimension[s] == services.dimension[v]
    return Edges(
        supply=s, demand=d, service=v, metres=(chains.to_service_m + chains.to_demand_m).astype(np.float64),
        most_kg=_most_kg(region, supplies, demands, s, d), first_week=bits.argmax(axis=1),
        last_week=PLAN_WEEKS - 1 - bits[:, ::-1].argmax(axis=1),
        # A capacity in another dimension than the lot's is one of mass.
        use=np.where(same, supplies.amount[s] / supplies.mass_kg[s], 1.0),
    )  # fmt: skip


def candidate_pairs(supplies: Columns, demands: Columns) -> Iterator[tuple[Integers, Integers]]:
    """Row numbers (supplies, demands) of all pairs of related materials, at most about CHUNK at a time."""
    for number in np.unique(demands.number):
        rows = np.flatnonzero(demands.number == number)
        fitting = np.flatnonzero(_related_to(supplies, demands, int(rows[0])))
        size = max(1, CHUNK // max(len(fitting), 1))
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            yield np.tile(fitting, len(some)), np.repeat(some, len(fitting))


def _related_to(supplies: Columns, demands: Columns, demand: int) -> Mask:
    every = np.arange(len(supplies))
    return related(supplies, demands, every, np.full(len(supplies), demand))


def _mass_over_plan(side: Columns, today: dt.date) -> Floats:
    """A single lot's mass; of a stream what it brings in the weeks of the plan in which it holds (kg)."""
    first = np.maximum(side.starts, today.toordinal())
    last = np.minimum(side.ends, today.toordinal() + 7 * PLAN_WEEKS - 1)
    weeks = np.maximum(last - first + 1, 0) / 7.0
    return np.where(side.stream, side.mass_kg * weeks, side.mass_kg)


def _most_kg(region: Region, supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Floats:
    """What a stream brings or takes in the weeks of the plan in which both hold; no limit between single lots."""
    first = np.maximum(np.maximum(supplies.starts[s], demands.starts[d]), region.today.toordinal())
    last = np.minimum(np.minimum(supplies.ends[s], demands.ends[d]), region.last_day)
    weeks = np.maximum(last - first + 1, 0) / 7.0
    brings = np.where(supplies.stream[s], supplies.mass_kg[s] * weeks, np.inf)
    takes = np.where(demands.stream[d], demands.mass_kg[d] * weeks, np.inf)
    return np.minimum(brings, takes)

"""Solves a problem: first as much mass as possible moves, then the same mass with the least tonne-kilometres.

What goes over an edge is scale × v, with v from 0 to 1. Where a lot or demand goes whole, v is 0 or 1. The problem
falls apart into components that have no lot, demand or service in common. Each is solved by itself: the best plan of
all is the best plan of each. HiGHS solves them, through scipy.optimize.milp.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from matching.pairs.columns import Floats, Integers
from matching.plan.problem import LEAST_KG, NO_SERVICE, ROUNDING, Edges, Lots, Problem, Services, usable

#: The share of the mass by which the second step may move less than the first: rounding needs it.
MASS_TOLERANCE = 1e-7
#: Every component gets at least so many seconds, however many there are.
LEAST_SECONDS = 0.5
#: With more edges than this that go whole, a component is made smaller before it is solved.
EXACT_WHOLE = 400


@dataclass(frozen=True)
class Solution:
    """What goes over each edge in kg, and the totals.

    No plan moves more than mass_bound_kg, and no plan that moves this mass has fewer tonne-kilometres than
    tonne_km_bound. If the solver had time to finish, these are the totals, but for rounding.
    """

    flow_kg: Floats
    mass_kg: float
    tonne_km: float
    mass_bound_kg: float
    tonne_km_bound: float

    @property
    def mass_gap(self) -> float:
        """By which share of the bound a better plan could move more, 0..1."""
        return _gap(self.mass_bound_kg - self.mass_kg, self.mass_bound_kg)

    @property
    def tonne_km_gap(self) -> float:
        """Which share of the tonne-kilometres a better plan could save, 0..1."""
        return _gap(self.tonne_km - self.tonne_km_bound, self.tonne_km)


def solve(problem: Problem, *, seconds: float = 60.0, progress: Callable[[int, int], None] | None = None) -> Solution:
    """The best plan that can be found in about so many seconds. `progress` gets (edges done, edges in all)."""
    rows = np.flatnonzero(usable(problem))
    edges = problem.edges.take(rows)
    labels = _components(problem, edges)
    flow = np.zeros(len(problem.edges))
    mass_bound = tonne_km_bound = 0.0
    done, ends_at = 0, time.monotonic() + seconds
    sizes = np.bincount(labels) if len(labels) else np.array([], dtype=np.int64)
    # Small components come first: they leave the time that they don't need to the large ones.
    order = np.argsort(labels, kind="stable")
    starts = np.r_[0, np.cumsum(sizes)].astype(np.int64)
    for label in np.argsort(sizes, kind="stable"):
        own = order[starts[label] : starts[label + 1]]
        share = len(own) / max(len(edges) - done, 1)
        part = _Component(problem, edges.take(own))
        found = part.solve(max((ends_at - time.monotonic()) * share, LEAST_SECONDS))
        flow[rows[own]] = found.flow_kg
        mass_bound += found.mass_bound_kg
        tonne_km_bound += found.tonne_km_bound
        done += len(own)
        if progress:
            progress(done, len(edges))
    return _summed(problem.edges, flow, mass_bound, tonne_km_bound)


def _components(problem: Problem, edges: Edges) -> Integers:
    """The number of each edge's component, counted from 0."""
    supplies, demands = len(problem.supplies), len(problem.demands)
    size = supplies + demands + len(problem.services)
    through = edges.service != NO_SERVICE
    one = np.r_[edges.supply, edges.supply[through]]
    other = np.r_[edges.demand + supplies, edges.service[through] + supplies + demands]
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(size, size))
    _count, labels = connected_components(graph, directed=False)
    _found, numbers = np.unique(labels[edges.supply], return_inverse=True)
    return np.asarray(numbers, dtype=np.int64)


class _Component:
    """One component, as a mixed integer program over the v of its edges."""

    def __init__(self, problem: Problem, edges: Edges) -> None:
        self.edges = edges
        supplies, demands = problem.supplies, problem.demands
        # If an edge goes whole, the least of these three is the whole lot: usable() has seen to that.
        smaller = np.minimum(supplies.mass_kg[edges.supply], demands.mass_kg[edges.demand])
        self.scale: Floats = np.minimum(smaller, edges.most_kg)
        self.supply_whole, self.demand_whole = supplies.whole[edges.supply], demands.whole[edges.demand]
        self.whole = self.supply_whole | self.demand_whole
        self.cost: Floats = self.scale * edges.metres / 1e6
        self.unit = float(self.scale.sum())
        sides = ((edges.supply, supplies), (edges.demand, demands))
        #: There isn't more to move than what all supplies have, or all demands want.
        self.most = min(float(lots.mass_kg[np.unique(place)].sum()) for place, lots in sides)
        self.rows, self.limits = _rows(problem, edges, self.scale)

    def solve(self, seconds: float) -> Solution:
        """The best plan that can be found in about so many seconds.

        If many edges go whole, a relaxed problem is solved first, in which everything may be split. What that moves
        whole is kept, the other ways of the same lots are left out, and what remains is small enough to be solved. The
        bounds are those of the relaxed problem: no plan can be better than that.
        """
        zero, one = np.zeros(len(self.edges)), np.ones(len(self.edges))
        if self.whole.sum() <= EXACT_WHOLE:
            return self._solve_within(zero, one, seconds, self._minimise(-self.scale / self.unit, None, seconds / 2))
        relaxed = self._minimise(-self.scale / self.unit, None, seconds / 4, integral=False)
        if relaxed.v is None:
            return self._solve_within(zero, one, seconds, self._minimise(-self.scale / self.unit, None, seconds / 2))
        short = self._minimise(self.cost, float(self.scale @ relaxed.v), seconds / 4, integral=False)
        lower, upper = self._narrowed(relaxed.v if short.v is None else short.v)
        first = self._minimise(-self.scale / self.unit, None, seconds / 4, lower=lower, upper=upper)
        return self._solve_within(lower, upper, seconds / 4, _Found(first.v, relaxed.bound))

    def _solve_within(self, lower: Floats, upper: Floats, seconds: float, first: "_Found") -> Solution:
        """The second step: the shortest ways for the mass that the first step moves."""
        mass_bound = min(-first.bound * self.unit, self.most)
        if first.v is None:
            return _summed(self.edges, np.zeros(len(self.edges)), mass_bound, 0.0)
        mass = float(self.scale @ first.v)
        narrow = bool(lower.any() or (upper < 1).any())
        found = [first.v, self._minimise(self.cost, mass, seconds, lower=lower, upper=upper).v]
        # Keep what goes whole, and choose only the rest anew: there is always time for that.
        same = np.where(self.whole, first.v, 0.0), np.where(self.whole, first.v, 1.0)
        found.append(
            self._minimise(self.cost, mass, LEAST_SECONDS * 4, integral=False, lower=same[0], upper=same[1]).v
        )
        best = min((v for v in found if v is not None), key=lambda v: float(self.cost @ v))
        bound = self._minimise(self.cost, mass, seconds, integral=not narrow).bound
        return _summed(self.edges, best * self.scale, mass_bound, max(bound, 0.0))

    def _narrowed(self, v: Floats) -> tuple[Floats, Floats]:
        """Lower and upper bounds of v, by what the relaxed problem sent.

        An edge that goes whole and over which everything was sent is kept (1 to 1). The other edges of the same lot or
        demand are shut (0 to 0), if that goes whole. All else is still open (0 to 1).
        """
        edges, sent = self.edges, self.whole & (v > 1 - 1e-6)
        settled_supply = np.isin(edges.supply, edges.supply[sent]) & self.supply_whole
        settled_demand = np.isin(edges.demand, edges.demand[sent]) & self.demand_whole
        shut = self.whole & ~sent & (settled_supply | settled_demand)
        return sent.astype(float), (~shut).astype(float)

    def _minimise(
        self, objective: Floats, least_kg: float | None, seconds: float, *, integral: bool = True,
        lower: Floats | float = 0.0, upper: Floats | float = 1.0,
    ) -> "_Found":  # fmt: skip
        """The v with the least objective that moves at least `least_kg`. Not `integral`: everything may be split."""
        size = max(float(np.abs(objective).max()), 1e-12)
        constraints = [LinearConstraint(self.rows, ub=self.limits)]
        if least_kg is not None:
            floor = csr_array(self.scale[None, :] / self.unit)
            constraints.append(LinearConstraint(floor, lb=least_kg * (1 - MASS_TOLERANCE) / self.unit))
        result = milp(
            objective / size,
            integrality=self.whole.astype(np.int64) if integral else None,
            bounds=Bounds(lower, upper),
            constraints=constraints,
            options={"time_limit": seconds, "mip_rel_gap": 1e-6},
        )
        proven = result.mip_dual_bound
        if proven is None:
            # HiGHS gives no bound for a linear program. If that ran out of time, it has no solution either.
            return _Found(np.clip(result.x, 0, 1), result.fun * size) if result.status == 0 else _Found(None, -np.inf)
        if result.x is None:
            return _Found(None, proven * size)
        v = np.clip(result.x, 0.0, 1.0)
        v[self.whole] = np.round(v[self.whole])
        return _Found(v, proven * size)


@dataclass(frozen=True)
class _Found:
    """A solution, or None if there was no time for one. No solution has an objective below `bound`."""

    v: Floats | None
    bound: float


def _rows(problem: Problem, edges: Edges, scale: Floats) -> tuple[csr_array, Floats]:
    """The constraints: rows and their limits, for each lot, each demand and each span of weeks of each service.

    Every row is divided by its limit, so that the solver works with numbers of one size.
    """
    blocks, limits = [], []
    for place, lots in ((edges.supply, problem.supplies), (edges.demand, problem.demands)):
        block, limit = _of_lots(place, lots, scale)
        blocks.append(block)
        limits.append(limit)
    for service in np.unique(edges.service[edges.service != NO_SERVICE]):
        block, limit = _of_service(int(service), problem.services, edges, scale)
        blocks.append(block)
        limits.append(limit)
    return csr_array(vstack(blocks)), np.concatenate(limits)


def _of_lots(place: Integers, lots: Lots, scale: Floats) -> tuple[coo_array, Floats]:
    """For each lot (or demand) a row: its edges together take no more than its mass. `place` are the edges' lots."""
    used, row = np.unique(place, return_inverse=True)
    mass = lots.mass_kg[used]
    block = coo_array((scale / mass[row], (row, np.arange(len(place)))), shape=(len(used), len(place)))
    # Two masses that count as equal may differ by rounding.
    return block, np.full(len(used), 1 + ROUNDING)


def _of_service(service: int, services: Services, edges: Edges, scale: Floats) -> tuple[coo_array, Floats]:
    """For each span of weeks a row: the work that must be done within the span is no more than what is free in it.

    That is enough. If it holds for every span from the first week of some edge to the last week of another, the work
    can be divided over the weeks so that no week has too much (Hall's theorem, for intervals).
    """
    own = np.flatnonzero(edges.service == service)
    first, last, work = edges.first_week[own], edges.last_week[own], edges.use[own] * scale[own]
    blocks, limits = [], []
    for starts in np.unique(first):
        for ends in np.unique(last[last >= starts]):
            inside = (first >= starts) & (last <= ends)
            if not inside.any():
                continue
            free = float(services.free[service, starts : ends + 1].sum())
            size = max(free, float(work[inside].max()), LEAST_KG)
            columns = own[inside]
            blocks.append(coo_array((work[inside] / size, (np.zeros(len(columns), dtype=np.int64), columns)),
                                    shape=(1, len(edges))))  # fmt: skip
            limits.append(free / size)
    return coo_array(vstack(blocks)), np.array(limits)


def _summed(edges: Edges, flow: Floats, mass_bound: float, tonne_km_bound: float) -> Solution:
    """A solution with its totals. Rounding may not put a bound on the wrong side of them."""
    mass, tonne_km = float(flow.sum()), float(flow @ edges.metres) / 1e6
    return Solution(flow, mass, tonne_km, max(mass_bound, mass), min(tonne_km_bound, tonne_km))


def _gap(missing: float, whole: float) -> float:
    """missing ÷ whole, within 0..1."""
    return 0.0 if whole <= LEAST_KG else min(max(missing / whole, 0.0), 1.0)

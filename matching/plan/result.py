"""Makes a plan, and writes its result in the form in which it is stored as JSON:

- weeks: how many weeks the plan looks ahead.
- assignments: [{supply, service or null, demand (ids), mass_kg, metres, tonne_km}], the heaviest first. At most
  rules.MOST_ASSIGNMENTS are stored; assignment_count says how many there are.
- totals: mass_kg, tonne_km, supply_kg, demand_kg, supplies, demands.
- gaps: mass and tonne_km, the shares by which a better plan could exist at most.
- left_out: how many supplies and demands have no known mass, and how many edges were left out as too long.
- unlocks: [{reason, material (code), service, mass_kg, lots, hub (slug or null)}], the heaviest first.
"""

import datetime as dt
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from geo.hubs import hub_slugs
from geo.models import Hub
from matching.plan.load import Loaded, load_problem, load_region
from matching.plan.problem import NO_SERVICE
from matching.plan.rules import LEAST_LEFT_KG, MOST_ASSIGNMENTS, PLAN_WEEKS, SOLVER_SECONDS
from matching.plan.solve import Solution, solve
from matching.plan.unlock import Unlock, find_unlocks
from materials.models import Material


def make_plan(
    hub: Hub, *, today: dt.date, progress: Callable[[int, int], None] | None = None, seconds: float = SOLVER_SECONDS
) -> dict[str, Any]:
    """The result of a plan for a hub as it is now. It stores nothing. `progress` gets (edges done, edges in all)."""
    loaded = load_problem(load_region(hub, today))
    solution = solve(loaded.problem, seconds=seconds, progress=progress)
    unlocks = find_unlocks(hub, loaded, solution.flow_kg)
    region = loaded.region
    rows = _assignments(loaded, solution)
    return {
        "weeks": PLAN_WEEKS,
        "assignments": rows[:MOST_ASSIGNMENTS],
        "assignment_count": len(rows),
        "totals": {
            "mass_kg": round(solution.mass_kg, 1),
            "tonne_km": round(solution.tonne_km, 2),
            "supply_kg": round(float(region.supply_kg.sum()), 1),
            "demand_kg": round(float(region.demand_kg.sum()), 1),
            "supplies": len(region.supplies),
            "demands": len(region.demands),
        },
        "gaps": {"mass": at_most(solution.mass_gap), "tonne_km": at_most(solution.tonne_km_gap)},
        "left_out": {
            "supplies_without_mass": region.without_mass[0],
            "demands_without_mass": region.without_mass[1],
            "edges": loaded.dropped,
        },
        "unlocks": _unlock_rows(unlocks),
    }


def _assignments(loaded: Loaded, solution: Solution) -> list[dict[str, Any]]:
    """What goes over each edge, the heaviest first. Less than a kilogram is left out."""
    problem, flow = loaded.problem, solution.flow_kg
    edges = problem.edges
    sent = np.flatnonzero(flow >= LEAST_LEFT_KG)
    order = sent[np.lexsort((edges.metres[sent], -flow[sent]))]
    return [
        {
            "supply": int(problem.supplies.id[edges.supply[row]]),
            "service": None if edges.service[row] == NO_SERVICE else int(problem.services.id[edges.service[row]]),
            "demand": int(problem.demands.id[edges.demand[row]]),
            "mass_kg": round(float(flow[row]), 1),
            "metres": round(float(edges.metres[row])),
            "tonne_km": round(float(flow[row] * edges.metres[row]) / 1e6, 3),
        }
        for row in order
    ]


def at_most(gap: float) -> float:
    """A gap with five decimals, never less than it is; what floating numbers add isn't one."""
    return math.ceil(round(gap * 1e5, 4)) / 1e5


def _unlock_rows(unlocks: list[Unlock]) -> list[dict[str, Any]]:
    slugs = hub_slugs()
    codes = dict(Material.objects.values_list("tree_left", "code"))
    return [
        {
            "reason": str(one.reason),
            "material": codes[one.material],
            "service": one.service,
            "mass_kg": round(one.mass_kg, 1),
            "lots": one.lots,
            "hub": slugs.get(one.hub_id) if one.hub_id else None,
        }
        for one in unlocks
    ]

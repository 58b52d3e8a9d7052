"""A plan moves the most mass, and that at the least tonne-kilometres: against every possible plan of small cases."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from matching.pairs.columns import Integers
from matching.plan.problem import NO_SERVICE, Edges, Lots, Problem, Services, nearest_few, usable
from matching.plan.solve import Solution, solve

#: Masses in kg, all multiples of this one: then the best plan of what may be split lies on multiples of it too.
STEP = 10.0


def lots(rows: list[tuple[float, bool]]) -> Lots:
    return Lots(
        np.arange(len(rows)), np.array([mass for mass, _whole in rows], dtype=float),
        np.array([whole for _mass, whole in rows], dtype=bool),
    )  # fmt: skip


def edges(rows: list[tuple[int, int, int, float, float, int, int]]) -> Edges:
    """(supply, demand, service, metres, most_kg, first week, last week); a kilogram takes one unit of capacity."""
    supply, demand, service, metres, most_kg, first, last = zip(*rows, strict=True) if rows else [()] * 7
    return Edges(
        _whole(supply), _whole(demand), _whole(service), np.array(metres, dtype=float), np.array(most_kg, dtype=float),
        _whole(first), _whole(last), use=np.ones(len(rows)),
    )  # fmt: skip


def _whole(column: tuple[Any, ...]) -> Integers:
    return np.array(column, dtype=np.int64)


@st.composite
def problems(draw: Any, most: int = 3) -> Problem:
    """Few lots and edges, with and without services, so that every plan can be tried."""
    mass = st.integers(1, 4).map(lambda steps: steps * STEP)
    week = st.integers(0, 3).map(lambda steps: steps * STEP)
    free = draw(st.lists(st.lists(week, min_size=3, max_size=3), max_size=2))
    # Services and lots in parts together may make a plan between steps better: there every lot goes whole.
    whole = st.just(True) if free else st.booleans()
    supplies = draw(st.lists(st.tuples(mass, whole), min_size=1, max_size=most))
    demands = draw(st.lists(st.tuples(mass, st.booleans()), min_size=1, max_size=most))
    rows = []
    for supply, demand in itertools.product(range(len(supplies)), range(len(demands))):
        for service in [NO_SERVICE, *range(len(free))]:
            if draw(st.integers(0, 2)) == 0:
                first = draw(st.integers(0, 2))
                span = (first, draw(st.integers(first, 2)))
                most_kg = draw(st.sampled_from([np.inf, 2 * STEP]))
                rows.append((supply, demand, service, draw(st.integers(1, 9)) * 1000.0, most_kg, *span))
    return Problem(
        lots(supplies), lots(demands), Services(np.arange(len(free)), np.array(free, dtype=float).reshape(-1, 3)),
        edges(rows[:6]),
    )  # fmt: skip


def choices(problem: Problem, row: int) -> list[float]:
    """What may go over an edge, looked at alone."""
    made = problem.edges
    offered, asked = problem.supplies.mass_kg[made.supply[row]], problem.demands.mass_kg[made.demand[row]]
    most = min(offered, asked, made.most_kg[row])
    amounts = np.arange(0, most + STEP / 2, STEP).tolist()
    if problem.supplies.whole[made.supply[row]]:
        amounts = [amount for amount in amounts if amount in (0, offered)]
    if problem.demands.whole[made.demand[row]]:
        amounts = [amount for amount in amounts if amount in (0, asked)]
    return amounts


def allowed(problem: Problem, flow: Any, slack: float = 1e-4) -> bool:
    """Lots, demands and weeks are never overfull: the weeks by laying the work out, those first that end first."""
    made = problem.edges
    out = np.bincount(made.supply, flow, len(problem.supplies)) if len(made) else np.zeros(len(problem.supplies))
    into = np.bincount(made.demand, flow, len(problem.demands)) if len(made) else np.zeros(len(problem.demands))
    if (out > problem.supplies.mass_kg + slack).any() or (into > problem.demands.mass_kg + slack).any():
        return False
    return all(_fits_in_weeks(problem, service, flow, slack) for service in range(len(problem.services)))


def _fits_in_weeks(problem: Problem, service: int, flow: Any, slack: float) -> bool:
    made = problem.edges
    work = {row: flow[row] * made.use[row] for row in np.flatnonzero(made.service == service)}
    for week, room in enumerate(problem.services.free[service]):
        due = sorted((row for row in work if made.first_week[row] <= week), key=lambda row: made.last_week[row])
        for row in due:
            done = min(work[row], room)
            work[row] -= done
            room -= done
            if made.last_week[row] == week and work[row] > slack:
                return False
    return all(left <= slack for left in work.values())


def by_trying_all(problem: Problem) -> tuple[float, float]:
    """(most mass in kg, least tonne-kilometres for it) over every plan in steps."""
    best = (0.0, 0.0)
    for flow in itertools.product(*(choices(problem, row) for row in range(len(problem.edges)))):
        mass = sum(flow)
        if mass >= best[0]:
            tonne_km = float(np.array(flow) @ problem.edges.metres) / 1e6 if flow else 0.0
            if (mass > best[0] or tonne_km < best[1]) and allowed(problem, np.array(flow)):
                best = (mass, tonne_km)
    return best


@settings(max_examples=120, deadline=None)
@given(problems())
def test_no_plan_moves_more_and_none_that_moves_as_much_is_shorter(problem: Problem) -> None:
    found, (mass, tonne_km) = solve(problem), by_trying_all(problem)
    assert found.mass_kg == pytest.approx(mass, abs=1e-3)
    assert found.tonne_km == pytest.approx(tonne_km, abs=1e-4)
    assert found.mass_bound_kg == pytest.approx(mass, abs=1e-2)
    assert allowed(problem, found.flow_kg)


def most_with_weeks_written_out(problem: Problem) -> float:
    """The most mass of lots that may all be split, with a variable for every edge and week in place of spans."""
    made = problem.edges
    cells = [
        (row, week)
        for row in range(len(made))
        for week in (range(made.first_week[row], made.last_week[row] + 1) if made.service[row] != NO_SERVICE else [-1])
    ]
    rows, limits = [], []
    for place, mass in ((made.supply, problem.supplies.mass_kg), (made.demand, problem.demands.mass_kg)):
        for lot in range(len(mass)):
            rows.append([float(place[row] == lot) for row, _week in cells])
            limits.append(mass[lot])
    for row in range(len(made)):
        rows.append([float(cell == row) for cell, _week in cells])
        limits.append(min(made.most_kg[row], 1e9))
    for service, week in np.ndindex(problem.services.free.shape):
        rows.append([made.use[row] * (made.service[row] == service and cell == week) for row, cell in cells])
        limits.append(problem.services.free[service, week])
    return -float(linprog(-np.ones(len(cells)), A_ub=np.array(rows), b_ub=limits).fun)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_spans_of_weeks_allow_what_weeks_written_out_allow(seed: int) -> None:
    problem = random_problem(seed, supplies=6, demands=5, per_supply=3, services=2)
    never = np.zeros(len(problem.supplies), dtype=bool)
    supplies = replace(problem.supplies, whole=never)
    demands = replace(problem.demands, whole=never[: len(problem.demands)])
    problem = replace(problem, supplies=supplies, demands=demands)
    assert solve(problem).mass_kg == pytest.approx(most_with_weeks_written_out(problem), rel=1e-5)


def random_problem(seed: int, supplies: int, demands: int, per_supply: int, services: int = 0) -> Problem:
    """Anything goes: skewed masses, some lots whole, each supply with some edges, some of them through a service."""
    draw = np.random.default_rng(seed)
    count = supplies * per_supply
    first = draw.integers(0, 12, count)
    made = Edges(
        supply=np.repeat(np.arange(supplies), per_supply), demand=draw.integers(0, demands, count),
        service=draw.integers(NO_SERVICE, services, count) if services else np.full(count, NO_SERVICE),
        metres=draw.uniform(100, 40_000, count), most_kg=draw.choice(np.array([np.inf, 400.0]), count),
        first_week=first, last_week=np.minimum(first + draw.integers(0, 6, count), 11),
        use=draw.uniform(0.05, 1, count),
    )  # fmt: skip
    offered, asked = draw.lognormal(6, 1, supplies), draw.lognormal(6, 1, demands)
    return Problem(
        Lots(np.arange(supplies), offered, draw.random(supplies) < 0.3),
        Lots(np.arange(demands), asked, draw.random(demands) < 0.3),
        Services(np.arange(services), draw.uniform(0, 300, (services, 12))),
        made,
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_lots_demands_and_weeks_are_never_overfull(seed: int) -> None:
    problem = random_problem(seed, supplies=30, demands=25, per_supply=4, services=3)
    found = solve(problem, seconds=5)
    assert allowed(problem, found.flow_kg, slack=1e-2)
    whole = problem.supplies.whole[problem.edges.supply] | problem.demands.whole[problem.edges.demand]
    moved = found.flow_kg > 0
    both = np.minimum(
        problem.supplies.mass_kg[problem.edges.supply], problem.demands.mass_kg[problem.edges.demand]
    )[moved & whole]  # fmt: skip
    assert found.flow_kg[moved & whole] == pytest.approx(both)
    assert (found.flow_kg <= problem.edges.most_kg * (1 + 1e-6)).all()
    assert usable(problem)[moved].all()
    assert found.mass_kg <= found.mass_bound_kg + 1e-6
    assert found.tonne_km_bound <= found.tonne_km + 1e-6


def test_a_plan_that_has_no_time_says_how_far_it_may_be_off() -> None:
    problem = random_problem(1, supplies=1500, demands=1500, per_supply=12)
    found: Solution = solve(problem, seconds=0.2)
    assert 0 <= found.mass_gap <= 1
    assert found.mass_bound_kg >= found.mass_kg
    assert allowed(problem, found.flow_kg, slack=1e-2)


def test_nothing_to_plan_is_an_empty_plan() -> None:
    problem = Problem(lots([]), lots([]), Services(np.arange(0), np.zeros((0, 12))), edges([]))
    found = solve(problem)
    assert (found.mass_kg, found.tonne_km, found.mass_gap, found.tonne_km_gap) == (0, 0, 0, 0)


def test_only_the_nearest_edges_of_each_side_stay() -> None:
    made = edges([(0, demand, NO_SERVICE, 1000.0 * (demand + 1), np.inf, 0, 0) for demand in range(4)])
    # Supply 0 keeps its two nearest; each demand keeps its only one.
    assert nearest_few(made, 2).tolist() == [True] * 4
    shared = edges([(supply, 0, NO_SERVICE, 1000.0 * (supply + 1), np.inf, 0, 0) for supply in (0, 0, 0, 1)])
    assert nearest_few(shared, 1).tolist() == [True, False, False, True]

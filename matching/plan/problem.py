"""What a plan has to decide, as columns: supplies and demands with a mass, services with free weeks, and edges.

An edge is a way for goods from a supply to a demand, straight or through a service.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.pairs.columns import Floats, Integers

Mask = npt.NDArray[np.bool_]

#: Stands in place of a service's row for an edge that goes straight.
NO_SERVICE = -1
#: A mass below this counts as nothing (kg).
LEAST_KG = 1e-6
#: Masses that differ by a smaller share than this count as equal.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Lots:
    """Supplies or demands, a row each. mass_kg: in all weeks of the plan. whole: it goes all at once or not at all."""

    id: Integers
    mass_kg: Floats
    whole: Mask

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Services:
    """Services, a row each. free: a column per week, what is left of it in the base unit of the service's capacity."""

    id: Integers
    free: Floats

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Edges:
    """Edges: row numbers of a supply and a demand, and of the service between them or NO_SERVICE.

    metres: the length of the whole way. most_kg: what can go over the edge at most. first_week, last_week: the weeks
    in which the service can do the work, both included. use: how much of the service's capacity a kilogram takes, in
    its base unit.
    """

    supply: Integers
    demand: Integers
    service: Integers
    metres: Floats
    most_kg: Floats
    first_week: Integers
    last_week: Integers
    use: Floats

    def __len__(self) -> int:
        return len(self.supply)

    def take(self, rows: Any) -> "Edges":
        """The rows named by an index array or mask."""
        return Edges(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @staticmethod
    def joined(*parts: "Edges") -> "Edges":
        """Several sets of edges as one."""
        names = [field.name for field in fields(Edges)]
        return Edges(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    @staticmethod
    def direct(supply: Integers, demand: Integers, metres: Floats, most_kg: Floats) -> "Edges":
        """Edges that go straight."""
        none = np.zeros(len(supply), dtype=np.int64)
        return Edges(supply, demand, none + NO_SERVICE, metres, most_kg, none, none, np.zeros(len(supply)))


@dataclass(frozen=True)
class Problem:
    """All that a plan is made of; the edges hold row numbers of the other three."""

    supplies: Lots
    demands: Lots
    services: Services
    edges: Edges


def usable(problem: Problem) -> Mask:
    """The edges over which anything can go.

    A lot that goes whole must fit in the demand, and a demand that wants all at once must fit in the lot: two sides
    that both go whole need the same mass.
    """
    supplies, demands, edges = problem.supplies, problem.demands, problem.edges
    offered, asked = supplies.mass_kg[edges.supply], demands.mass_kg[edges.demand]
    room = np.minimum(asked, edges.most_kg)
    fits = np.minimum(offered, room) > LEAST_KG
    fits &= ~supplies.whole[edges.supply] | (offered <= room * (1 + ROUNDING))
    fits &= ~demands.whole[edges.demand] | (asked <= np.minimum(offered, edges.most_kg) * (1 + ROUNDING))
    return fits


def nearest_few(edges: Edges, most: int) -> Mask:
    """The edges that are among the `most` shortest of their supply or of their demand; of equals the lower row."""
    near: Mask = (_rank(edges.supply, edges.metres) < most) | (_rank(edges.demand, edges.metres) < most)
    return near


def _rank(group: Integers, metres: Floats) -> Integers:
    """The rank of each edge among those of its group by length, from 0 for the shortest."""
    order = np.lexsort((metres, group))
    sorted_group = group[order]
    starts = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]]) if len(group) else group
    place = np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    ranks = np.empty(len(group), dtype=np.int64)
    ranks[order] = place
    return ranks

"""What a plan decides on, as columns: lots with a mass, demands, services with free weeks, and edges between them."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.pairs.columns import Floats, Integers

Mask = npt.NDArray[np.bool_]

#: Of a direct edge, where an edge through a service has that service's row.
NO_SERVICE = -1
#: Below this nothing moves (kg); masses that differ by less than such a share are the same.
LEAST_KG = 1e-6
ROUNDING = 1e-9


@dataclass(frozen=True)
class Lots:
    """Supplies or demands, a row each. mass_kg: over the plan's horizon. whole: all of it at once, or nothing."""

    id: Integers
    mass_kg: Floats
    whole: Mask

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Services:
    """Services, a row each. free: what each week still takes, (services, weeks), in the service's own base unit."""

    id: Integers
    free: Floats

    def __len__(self) -> int:
        return len(self.id)


@dataclass(frozen=True)
class Edges:
    """Ways from a supply to a demand: row numbers of both, and of the service between them or NO_SERVICE.

    metres: of the whole trip. most_kg: what the edge itself takes at most. first_week, last_week: in which the service
    can do it, both included. use: what a kilogram takes of the service's capacity, in its base unit.
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
        """One edge set after another."""
        names = [field.name for field in fields(Edges)]
        return Edges(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})

    @staticmethod
    def direct(supply: Integers, demand: Integers, metres: Floats, most_kg: Floats) -> "Edges":
        """Edges without a service."""
        none = np.zeros(len(supply), dtype=np.int64)
        return Edges(supply, demand, none + NO_SERVICE, metres, most_kg, none, none, np.zeros(len(supply)))


@dataclass(frozen=True)
class Problem:
    supplies: Lots
    demands: Lots
    services: Services
    edges: Edges


def usable(problem: Problem) -> Mask:
    """Edges over which anything can go: what goes whole has to fit, and whole meets whole only in the same mass."""
    supplies, demands, edges = problem.supplies, problem.demands, problem.edges
    offered, asked = supplies.mass_kg[edges.supply], demands.mass_kg[edges.demand]
    room = np.minimum(asked, edges.most_kg)
    fits = np.minimum(offered, room) > LEAST_KG
    fits &= ~supplies.whole[edges.supply] | (offered <= room * (1 + ROUNDING))
    fits &= ~demands.whole[edges.demand] | (asked <= np.minimum(offered, edges.most_kg) * (1 + ROUNDING))
    return fits


def nearest_few(edges: Edges, most: int) -> Mask:
    """Edges that are among the `most` shortest of their supply or of their demand; ties go to the lower row."""
    near: Mask = (_rank(edges.supply, edges.metres) < most) | (_rank(edges.demand, edges.metres) < most)
    return near


def _rank(group: Integers, metres: Floats) -> Integers:
    """The place of each edge among those of its group, from 0, shortest first."""
    order = np.lexsort((metres, group))
    sorted_group = group[order]
    starts = np.flatnonzero(np.r_[True, sorted_group[1:] != sorted_group[:-1]]) if len(group) else group
    place = np.arange(len(group)) - np.repeat(starts, np.diff(np.r_[starts, len(group)]))
    ranks = np.empty(len(group), dtype=np.int64)
    ranks[order] = place
    return ranks

"""Hard conditions and score of chains supply → service → demand, on columns: the one definition.

docs/pairing.md says the same in words.
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from listings.enums import Condition
from matching.chains.needs import needed
from matching.chains.service_columns import ServiceColumns
from matching.pairs.columns import DIMENSIONS, SERVICE_BITS, Columns, Floats, Integers
from matching.pairs.score import Mask, amounts, parts_of, related, weighed
from matching.rules import (
    CHAIN_WEIGHTS,
    OPEN_WINDOW_DAYS,
    RESTORED_CONDITION,
    RESTORING_SERVICES,
    UNKNOWN_CAPACITY,
)

#: Triples scored at once: bounds memory at some hundreds of MB.
CHUNK = 300_000
#: Amounts that are this close count as equal: they came through floating-point conversions.
_CLOSE = 1.0 - 1e-9
_MASS = DIMENSIONS["mass"]
_RESTORING = sum(SERVICE_BITS[kind] for kind in RESTORING_SERVICES)
_RESTORED = int(Condition.from_slug(RESTORED_CONDITION))


@dataclass(frozen=True)
class ScoredChains:
    """Chains that meet every hard condition. supply, service and demand are row numbers in the three column sets.

    Parts and score lie in 0..1; coverage is the share of the asked amount (at most 1); distances are whole metres.
    condition_after: the supply's, once served. weeks: bit k is set where week k of the services can take it. days: how
    many days of those weeks suit. is_known: whether it is known that there is room.
    """

    supply: Integers
    service: Integers
    demand: Integers
    score: Floats
    material: Floats
    distance: Floats
    quantity: Floats
    timing: Floats
    price: Floats
    condition: Floats
    capacity: Floats
    to_service_m: Integers
    to_demand_m: Integers
    coverage: Floats
    condition_after: Integers
    weeks: Integers
    days: Integers
    is_known: Mask

    def __len__(self) -> int:
        return len(self.score)

    def take(self, rows: Any) -> "ScoredChains":
        """The chains named by an index array or mask."""
        return ScoredChains(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


@dataclass(frozen=True)
class Room:
    """Where services have room for supplies: see ScoredChains for weeks, days and is_known."""

    weeks: Integers
    days: Integers
    part: Floats
    is_known: Mask


def condition_after(supplies: Columns) -> Integers:
    """The condition of each supply once it is served: what restores brings it up to used."""
    restored = (needed(supplies) & _RESTORING) != 0
    return np.asarray(np.where(restored, np.maximum(supplies.condition, _RESTORED), supplies.condition))


def can_serve(supplies: Columns, services: ServiceColumns, s: Integers, v: Integers) -> Mask:
    """Whether services[v[i]] does what supplies[s[i]] needs: all of it, of that material, there; time aside."""
    needs = needed(supplies)[s]
    number, last = supplies.number[s], services.takes.shape[1] - 1
    mask: Mask = (needs != 0) & ((services.kinds[v] & needs) == needs)
    mask &= (number <= last) & services.takes[v, np.minimum(number, last)]
    mask &= (supplies.hubs[s] & services.hubs[v]) != 0
    mask &= supplies.organisation[s] != services.organisation[v]
    mask &= metres_to_service(supplies, services, s, v) <= np.minimum(supplies.reach_m[s], services.reach_m[v])
    return mask & (~services.by_area[v] | services.in_area(v, supplies.municipality[s]))


def metres_to_service(supplies: Columns, services: ServiceColumns, s: Integers, v: Integers) -> Floats:
    return np.asarray(np.hypot(supplies.x[s] - services.x[v], supplies.y[s] - services.y[v]))


def room_for(
    supplies: Columns, services: ServiceColumns, s: Integers, v: Integers, first: Integers, last: Integers
) -> Room:
    """Which weeks services have room for supplies, when the work must be done from day `first` to day `last`.

    A single lot may be spread over weeks: those with anything free count, and together they must hold it all. A stream
    needs what it brings in a week free in each week that counts. Where that can't be told, every week that isn't full
    counts. No weeks: no room.
    """
    mondays = services.mondays
    days = np.minimum(last[:, None], mondays + 6) - np.maximum(first[:, None], mondays) + 1
    free = services.free[v]
    amount = _in_capacity_unit(supplies, services, s, v)
    unknown = ~np.isfinite(amount) | np.isnan(free).any(axis=1)
    stream = supplies.stream[s]
    with np.errstate(invalid="ignore"):
        least = np.where(stream & ~unknown, amount * _CLOSE, 0.0)[:, None]
        # What isn't known isn't full.
        usable = (days > 0) & (np.isnan(free) | ((free > 0) & (free >= least)))
        taken = np.where(usable, free, 0.0)
        fits = unknown | stream | (taken.sum(axis=1) >= amount * _CLOSE)
        usable &= fits[:, None]
        part = np.where(unknown, UNKNOWN_CAPACITY, np.minimum(taken.max(axis=1) / amount, 1.0))
    return Room(
        weeks=np.asarray((usable << np.arange(len(mondays))).sum(axis=1), dtype=np.int64),
        days=np.asarray(np.where(usable, days, 0).sum(axis=1), dtype=np.int64),
        part=part,
        is_known=~unknown,
    )


def all_chains(supplies: Columns, services: ServiceColumns, demands: Columns, most: int | None = None) -> ScoredChains:
    """Every chain between these, best first (score, then the older supply, service, demand); the best `most` if given.

    Services are sought for each supply that needs some; demands only for what can be served.
    """
    wanting = np.flatnonzero(needed(supplies) != 0)
    made = [_score_served(supplies, services, demands, *(np.array([], dtype=np.int64) for _side in range(3)))]
    size = max(1, CHUNK // max(len(services), 1))
    for start in range(0, len(wanting), size):
        some = wanting[start : start + size]
        s, v = np.repeat(some, len(services)), np.tile(np.arange(len(services)), len(some))
        keep = can_serve(supplies, services, s, v)
        made += _with_demands(supplies, services, demands, s[keep], v[keep], most)
    return best_chains(made, supplies, services, demands, most)


def best_chains(
    made: list[ScoredChains], supplies: Columns, services: ServiceColumns, demands: Columns, most: int | None
) -> ScoredChains:
    """Chains of several sets together, in order."""
    names = [field.name for field in fields(ScoredChains)]
    joined = ScoredChains(**{name: np.concatenate([getattr(part, name) for part in made]) for name in names})
    order = np.lexsort(
        (
            demands.id[joined.demand], services.id[joined.service], supplies.id[joined.supply], -joined.score,
        )
    )  # fmt: skip
    return joined.take(order[:most])


def _with_demands(
    supplies: Columns, services: ServiceColumns, demands: Columns, s: Integers, v: Integers, most: int | None
) -> list[ScoredChains]:
    """The chains of served pairs with every demand of a related material, chunk by chunk."""
    made = []
    for number in np.unique(supplies.number[s]):
        rows = np.flatnonzero(supplies.number[s] == number)
        one = np.full(len(demands), s[rows[0]])
        d = np.flatnonzero(related(supplies, demands, one, np.arange(len(demands))))
        size = max(1, CHUNK // max(len(d), 1))
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            scored = _score_served(
                supplies, services, demands, np.repeat(s[some], len(d)), np.repeat(v[some], len(d)),
                np.tile(d, len(some)),
            )  # fmt: skip
            made.append(best_chains([scored], supplies, services, demands, most))
    return made


def _score_served(
    supplies: Columns, services: ServiceColumns, demands: Columns, s: Integers, v: Integers, d: Integers
) -> ScoredChains:
    """Score chains whose first half is known to hold."""
    after = condition_after(supplies)
    keep = (supplies.hubs[s] & services.hubs[v] & demands.hubs[d]) != 0
    keep &= related(supplies, demands, s, d) & (supplies.organisation[s] != demands.organisation[d])
    keep &= after[s] >= demands.condition[d]
    to_demand = np.hypot(services.x[v] - demands.x[d], services.y[v] - demands.y[d])
    first, last = _done_between(supplies, services, demands, s, v, d)
    keep &= (to_demand <= demands.reach_m[d]) & (first <= last)
    offered, asked = amounts(supplies, demands, s, d, np.clip(last - first + 1, 1, OPEN_WINDOW_DAYS))
    keep &= np.isfinite(offered) & np.isfinite(asked) & (~demands.whole[d] | (offered >= asked))
    s, v, d, to_demand, offered, asked = s[keep], v[keep], d[keep], to_demand[keep], offered[keep], asked[keep]
    room = room_for(supplies, services, s, v, first[keep], last[keep])
    to_service = metres_to_service(supplies, services, s, v)
    parts = parts_of(supplies, demands, s, d, to_service + to_demand, offered, asked, after[s], room.days)
    parts["capacity"] = np.round(room.part, 6)
    return ScoredChains(
        supply=s, service=v, demand=d, score=weighed(parts, CHAIN_WEIGHTS), **parts,
        to_service_m=np.round(to_service).astype(np.int64), to_demand_m=np.round(to_demand).astype(np.int64),
        coverage=np.round(np.minimum(offered / asked, 1.0), 6), condition_after=after[s], weeks=room.weeks,
        days=room.days, is_known=room.is_known,
    ).take(room.weeks != 0)  # fmt: skip


def _done_between(
    supplies: Columns, services: ServiceColumns, demands: Columns, s: Integers, v: Integers, d: Integers
) -> tuple[Integers, Integers]:
    """The first and last day on which the work can be done.

    What comes in on a day of the supply's window is done the lead time later, while the service and the demand hold.
    """
    lead = services.lead_days[v]
    comes_in = np.maximum(np.maximum(supplies.starts[s], services.starts[v]), services.today)
    first = np.maximum(comes_in + lead, demands.starts[d])
    last = np.minimum(np.minimum(supplies.ends[s] + lead, services.ends[v]), demands.ends[d])
    return first, last


def _in_capacity_unit(supplies: Columns, services: ServiceColumns, s: Integers, v: Integers) -> Floats:
    """A supply's amount (of a stream that of a week) in the base unit of the capacity; NaN where nobody can say."""
    dimension, mass = services.dimension[v], services.dimension[v] == _MASS
    amount = np.where(mass, supplies.mass_kg[s], np.nan)
    return np.asarray(np.where(supplies.dimension[s] == dimension, supplies.amount[s], amount))

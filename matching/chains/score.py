"""Hard conditions and score of chains (supply, service, demand), over columns: the one definition.

docs/pairing.md says the same in words. Throughout, `s`, `v` and `d` are row numbers of supplies, services and demands,
of one length: chain i is (s[i], v[i], d[i]).
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from listings.enums import Condition
from matching.chains.service_columns import ServiceColumns
from matching.pairs.columns import DIMENSIONS, SERVICE_BITS, Columns, Floats, Integers
from matching.pairs.dismissed import Dismissed
from matching.pairs.score import Mask, amounts, parts_of, related, shares_of, weighed
from matching.rules import CHAIN_WEIGHTS, OPEN_WINDOW_DAYS, RESTORED_CONDITION, RESTORING_SERVICES, UNKNOWN_CAPACITY

#: How many triples are scored at once: few enough to take some hundreds of MB.
CHUNK = 300_000
#: An amount at least this share of another counts as enough: both have been rounded by conversions.
_CLOSE = 1.0 - 1e-9
_MASS = DIMENSIONS["mass"]
_RESTORING = sum(SERVICE_BITS[kind] for kind in RESTORING_SERVICES)
_RESTORED = int(Condition.from_slug(RESTORED_CONDITION))


@dataclass(frozen=True)
class ScoredChains:
    """Chains that meet every hard condition. supply, service and demand are row numbers in the three sets of columns.

    Parts and score lie in 0..1; distances are whole metres. coverage and lot_share: as in Scored. condition_after: the
    condition of the supply after the service. weeks: bit k is set if the work can be done in week k. days: on how many
    days of those weeks. is_known: False where nobody says how much the service can take.
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
    lot_share: Floats
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
    """When services have room for supplies: weeks, days and is_known as in ScoredChains, part for the score."""

    weeks: Integers
    days: Integers
    part: Floats
    is_known: Mask


def condition_after(supplies: Columns) -> Integers:
    """The condition of each supply after the services that it needs: some bring it up to RESTORED_CONDITION."""
    restored = (supplies.needed & _RESTORING) != 0
    return np.asarray(np.where(restored, np.maximum(supplies.condition, _RESTORED), supplies.condition))


def can_serve(supplies: Columns, services: ServiceColumns, s: Integers, v: Integers) -> Mask:
    """Whether the service does everything that the supply needs, takes its material, and works where it lies.

    Whether it has time isn't looked at here.
    """
    needs = supplies.needed[s]
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
    """In which weeks services have room for supplies, if the work must be done between the days `first` and `last`.

    A single lot may be spread over weeks: every week with anything free counts, if together they hold all of it. Of a
    stream a week counts if it has free what the stream brings in a week. Where amounts aren't known or don't compare,
    every week that isn't full counts. Where no week counts, there is no room.
    """
    mondays = services.mondays
    days = np.minimum(last[:, None], mondays + 6) - np.maximum(first[:, None], mondays) + 1
    free = services.free[v]
    amount = _in_capacity_unit(supplies, services, s, v)
    unknown = ~np.isfinite(amount) | np.isnan(free).any(axis=1)
    stream = supplies.stream[s]
    with np.errstate(invalid="ignore"):
        least = np.where(stream & ~unknown, amount * _CLOSE, 0.0)[:, None]
        # A week of which nobody knows what is free isn't full.
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


def all_chains(
    supplies: Columns, services: ServiceColumns, demands: Columns, dismissed: Dismissed, most: int | None = None
) -> ScoredChains:
    """Every chain between these, best first, or only the `most` best. Dismissed pairs of goods form none.

    Equals are in order of the ids of supply, service and demand. Services are looked for first, and demands only for
    the supplies that a service can serve.
    """
    wanting = np.flatnonzero(supplies.needed != 0)
    made = [_score_served(supplies, services, demands, *(np.array([], dtype=np.int64) for _side in range(3)))]
    size = max(1, CHUNK // max(len(services), 1))
    for start in range(0, len(wanting), size):
        some = wanting[start : start + size]
        s, v = np.repeat(some, len(services)), np.tile(np.arange(len(services)), len(some))
        keep = can_serve(supplies, services, s, v)
        made += _with_demands(supplies, services, demands, dismissed, s[keep], v[keep], most)
    return best_chains(made, supplies, services, demands, most)


def best_chains(
    made: list[ScoredChains], supplies: Columns, services: ServiceColumns, demands: Columns, most: int | None
) -> ScoredChains:
    """The chains of several sets in one, best first, or only the `most` best."""
    names = [field.name for field in fields(ScoredChains)]
    joined = ScoredChains(**{name: np.concatenate([getattr(part, name) for part in made]) for name in names})
    order = np.lexsort(
        (
            demands.id[joined.demand], services.id[joined.service], supplies.id[joined.supply], -joined.score,
        )
    )  # fmt: skip
    return joined.take(order[:most])


def _with_demands(
    supplies: Columns, services: ServiceColumns, demands: Columns, dismissed: Dismissed, s: Integers, v: Integers,
    most: int | None,
) -> list[ScoredChains]:  # fmt: skip
    """The chains of pairs of supply and service with every demand for a related material, in sets of CHUNK triples."""
    made = []
    for number in np.unique(supplies.number[s]):
        rows = np.flatnonzero(supplies.number[s] == number)
        one = np.full(len(demands), s[rows[0]])
        d = np.flatnonzero(related(supplies, demands, one, np.arange(len(demands))))
        size = max(1, CHUNK // max(len(d), 1))
        for start in range(0, len(rows), size):
            some = rows[start : start + size]
            three = np.repeat(s[some], len(d)), np.repeat(v[some], len(d)), np.tile(d, len(some))
            wanted = dismissed.by_neither(three[0], three[2])
            scored = _score_served(supplies, services, demands, *(side[wanted] for side in three))
            made.append(best_chains([scored], supplies, services, demands, most))
    return made


def _score_served(
    supplies: Columns, services: ServiceColumns, demands: Columns, s: Integers, v: Integers, d: Integers
) -> ScoredChains:
    """Score chains of which the service can serve the supply; those that don't meet a condition are left out."""
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
    coverage, lot_share = shares_of(offered, asked)
    return ScoredChains(
        supply=s, service=v, demand=d, score=weighed(parts, CHAIN_WEIGHTS), **parts,
        to_service_m=np.round(to_service).astype(np.int64), to_demand_m=np.round(to_demand).astype(np.int64),
        coverage=coverage, lot_share=lot_share, condition_after=after[s], weeks=room.weeks,
        days=room.days, is_known=room.is_known,
    ).take(room.weeks != 0)  # fmt: skip


def _done_between(
    supplies: Columns, services: ServiceColumns, demands: Columns, s: Integers, v: Integers, d: Integers
) -> tuple[Integers, Integers]:
    """The first and the last day on which the work can be done.

    A supply comes in on a day of its window on which the service works, from today on. It is done the lead time later,
    on a day on which the service still works and the demand holds.
    """
    lead = services.lead_days[v]
    comes_in = np.maximum(np.maximum(supplies.starts[s], services.starts[v]), services.today)
    first = np.maximum(comes_in + lead, demands.starts[d])
    last = np.minimum(np.minimum(supplies.ends[s] + lead, services.ends[v]), demands.ends[d])
    return first, last


def _in_capacity_unit(supplies: Columns, services: ServiceColumns, s: Integers, v: Integers) -> Floats:
    """A supply's amount (a stream's in a week) in the base unit of the service's capacity; NaN where unknown."""
    dimension, mass = services.dimension[v], services.dimension[v] == _MASS
    amount = np.where(mass, supplies.mass_kg[s], np.nan)
    return np.asarray(np.where(supplies.dimension[s] == dimension, supplies.amount[s], amount))

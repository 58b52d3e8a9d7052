"""Hard conditions and score of pairs of supply and demand, over columns: the one definition, for one pair as for all.

The hard conditions: a hub in common, materials of which one is the other or above it, amounts that compare, windows
that overlap, a condition at least as asked, within the reach of both, and two organisations. docs/pairing.md says them
in words.

Throughout, `s` and `d` are row numbers of supplies and demands, of one length: pair i is (s[i], d[i]).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from listings.enums import Condition, PriceKind
from matching.pairs.columns import PRICE_KINDS, Columns, Floats, Integers
from matching.rules import (
    AMPLE_OVERLAP_DAYS,
    CLOSENESS,
    HALF_DISTANCE_M,
    OPEN_WINDOW_DAYS,
    STREAM_WEEKS,
    UNKNOWN_PRICE,
)
from matching.weights.default_weights import WEIGHTS

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """Pairs that meet every hard condition. `supply` and `demand` are row numbers in the two sets of columns.

    Parts and score lie in 0..1; distances are whole metres. coverage: the share of the asked amount that is there.
    lot_share: the share of the lot that is asked. Both are at most 1, and one of them is 1.
    """

    supply: Integers
    demand: Integers
    score: Floats
    material: Floats
    distance: Floats
    quantity: Floats
    timing: Floats
    price: Floats
    condition: Floats
    distance_m: Integers
    coverage: Floats
    lot_share: Floats
    overlap_days: Integers

    def take(self, rows: Any) -> "Scored":
        """The pairs named by an index array, a mask or a slice."""
        return Scored(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})


def score_pairs(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Scored:
    """Score pairs; those that don't meet a hard condition are left out."""
    keep, square = fit(supplies, demands, s, d)
    keep &= related(supplies, demands, s, d) & ((supplies.hubs[s] & demands.hubs[d]) != 0)
    rows = np.flatnonzero(keep)
    return score_fitting(supplies, demands, s[rows], d[rows], square[rows])


def score_again(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Scored:
    """Score pairs that are known to meet every hard condition."""
    return score_fitting(supplies, demands, s, d, _square_of_distance(supplies, demands, s, d))


def fit(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> tuple[Mask, Floats]:
    """Which pairs meet the conditions that rule out the most, and the squares of their distances in square metres.

    These conditions are distance, organisation, condition, and whether amounts compare. `s` and `d` may also be a row
    and a column, for every pair of both: NumPy broadcasts them.
    """
    square = _square_of_distance(supplies, demands, s, d)
    keep: Mask = (square <= np.square(supplies.reach_m[s])) & (square <= np.square(demands.reach_m[d]))
    keep &= supplies.organisation[s] != demands.organisation[d]
    keep &= supplies.condition[s] >= demands.condition[d]
    keep &= (supplies.dimension[s] == demands.dimension[d]) | (supplies.has_mass[s] & demands.has_mass[d])
    return keep, square


def score_fitting(
    supplies: Columns, demands: Columns, s: Integers, d: Integers, square: Floats, *,
    choose: Callable[[Integers, Integers, Floats], Integers] | None = None,
) -> Scored:  # fmt: skip
    """Score pairs that have a hub in common, related materials, and fit(). Windows and amounts are still checked here.

    `square` are the squares of their distances. `choose` gets the supplies, demands and scores of all pairs, and
    returns the rows that are worth keeping: only of these the other columns are made.
    """
    days = overlap_days(supplies, demands, s, d)
    offered, asked = amounts(supplies, demands, s, d, days)
    # A demand that doesn't come in parts wants all of it from one supply.
    keep = (days > 0) & (~demands.whole[d] | (offered >= asked))
    rows = np.flatnonzero(keep)
    s, d, offered, asked, days = s[rows], d[rows], offered[rows], asked[rows], days[rows]
    metres = np.sqrt(square[rows])
    parts = parts_of(supplies, demands, s, d, metres, offered, asked, supplies.as_it_is[s], days)
    score = weighed(parts, _weights(demands, d))
    few: Any = choose(s, d, score) if choose else slice(None)
    coverage, lot_share = shares_of(offered[few], asked[few])
    return Scored(
        supply=s[few], demand=d[few], score=score[few], **{name: part[few] for name, part in parts.items()},
        distance_m=np.round(metres[few]).astype(np.int64), overlap_days=days[few],
        coverage=coverage, lot_share=lot_share,
    )  # fmt: skip


def _square_of_distance(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Floats:
    """The squares of distances, in square metres.

    np.hypot() would take five times as long: it guards against numbers so large or small that they don't occur here.
    """
    square, y = supplies.x[s] - demands.x[d], supplies.y[s] - demands.y[d]
    square *= square
    y *= y
    square += y
    return square


def _weights(demands: Columns, d: Integers) -> dict[str, float | Floats]:
    """What each part weighs in pairs with these demands: one number if it is the same for all, else one for each."""
    if demands.weigh_alike:
        return dict(zip(WEIGHTS, demands.weights[0].tolist(), strict=True)) if len(demands) else dict(WEIGHTS)
    return {part: demands.weights[d, place] for place, part in enumerate(WEIGHTS)}


def parts_of(
    supplies: Columns, demands: Columns, s: Integers, d: Integers, metres: Floats, offered: Floats, asked: Floats,
    condition: Integers, days: Integers,
) -> dict[str, Floats]:  # fmt: skip
    """The parts of a score (0..1, to six decimals) that pairs and chains have in common, by name.

    `metres` is the length of the whole way, `condition` what the demand gets, `days` on how many days it can have it.
    A part that follows from a few small whole numbers is looked up in a table: a fifth of the time of computing it.
    """
    # Of the share of the demand that is met and the share of the lot that goes, one is 1: this is the other.
    quantity: Floats = np.minimum(offered, asked) / np.maximum(offered, asked)
    # Both count alike. A lot that is too large and goes whole serves neither side well: there it stays as it is.
    in_parts = np.flatnonzero(~supplies.whole[s] | (offered <= asked))
    quantity[in_parts] = (1.0 + quantity[in_parts]) / 2
    return {
        "material": _MATERIAL_PARTS[supplies.depth[s] - demands.depth[d]],
        "distance": np.round(1.0 / (1.0 + metres / HALF_DISTANCE_M), 6),
        "quantity": np.round(quantity, 6),
        "timing": _TIMING_PARTS[np.minimum(days, AMPLE_OVERLAP_DAYS)],
        "price": _price(supplies, demands, s, d),
        "condition": _CONDITION_PARTS[demands.condition[d] * _CONDITIONS + condition],
    }


def shares_of(offered: Floats, asked: Floats) -> tuple[Floats, Floats]:
    """The share of the demand that is met, and the share of the lot that goes; both at most 1, to six decimals."""
    coverage: Floats = np.minimum(offered / asked, 1.0)
    lot_share: Floats = np.minimum(asked / offered, 1.0)
    return np.round(coverage, 6, out=coverage), np.round(lot_share, 6, out=lot_share)


def weighed(parts: Mapping[str, Floats], weights: Mapping[str, float | Floats]) -> Floats:
    """The score: the sum of parts times weights, to six decimals."""
    total: Floats = np.zeros(len(next(iter(parts.values()))))
    for name, part in parts.items():
        total += weights[name] * part
    return np.round(total, 6, out=total)


def related(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Mask:
    """Whether two materials are the same, or one is above the other: its range holds the other's number."""
    below: Mask = (supplies.number[s] >= demands.number[d]) & (supplies.number[s] <= demands.number_end[d])
    above: Mask = (demands.number[d] >= supplies.number[s]) & (demands.number[d] <= supplies.number_end[s])
    return below | above


def amounts(
    supplies: Columns, demands: Columns, s: Integers, d: Integers, overlap_days: Integers
) -> tuple[Floats, Floats]:
    """What is offered and what is asked, in one unit; NaN where unknown.

    The unit is the base unit of the dimension, or kilograms where the dimensions differ. Two streams compare what they
    bring and ask in a week. Against a single lot a stream counts for overlap_days / 7 weeks, at most STREAM_WEEKS: a
    lot of 400 kg covers a demand for 40 kg a week that shares ten weeks with it.
    """
    offered, asked = supplies.amount[s], demands.amount[d]
    by_mass = np.flatnonzero(supplies.dimension[s] != demands.dimension[d])
    offered[by_mass], asked[by_mass] = supplies.mass_kg[s[by_mass]], demands.mass_kg[d[by_mass]]
    mixed = np.flatnonzero(supplies.stream[s] != demands.stream[d])
    brings = supplies.stream[s[mixed]]
    for amount, rows in ((offered, mixed[brings]), (asked, mixed[~brings])):
        amount[rows] *= np.minimum(overlap_days[rows] / 7.0, STREAM_WEEKS)
    return offered, asked


def overlap_days(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Integers:
    """Days that both windows share, both ends included; at most OPEN_WINDOW_DAYS."""
    last = np.minimum(supplies.ends[s], demands.ends[d])
    days: Integers = np.minimum(last - np.maximum(supplies.starts[s], demands.starts[d]) + 1, OPEN_WINDOW_DAYS)
    return days


def needs_work_first(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Mask:
    """In which pairs the supply needs a service before the demand can use it; who asks for what is to repair, can."""
    asked = demands.condition[d]
    return np.asarray((supplies.needed[s] != 0) & ((asked == 0) | (asked > int(Condition.TO_REPAIR))))


def _material_parts() -> Floats:
    """The material part by how many steps deeper in the tree the supply's is; for less deep at a negative index."""
    steps = np.arange(_DEEPEST + 1)
    parts = np.round(np.array(CLOSENESS), 6)[np.minimum(steps, len(CLOSENESS) - 1)]
    return np.concatenate([parts, parts[:0:-1]])


def _condition_parts() -> Floats:
    """The condition part by what the demand asks (0: nothing) and what it gets, at asked * _CONDITIONS + got.

    Who gets 0, gets what needs work first: that suits only who asks for no better than to repair.
    """
    parts = np.ones((_CONDITIONS, _CONDITIONS))
    parts[0] = np.round(0.5 + np.arange(_CONDITIONS) / 10.0, 6)
    parts[[0, *range(Condition.TO_REPAIR + 1, _CONDITIONS)], 0] = 0.0
    return parts.ravel()


def _price_parts() -> Floats:
    """The price part by kind of price of the supply and of the demand; NaN where it follows from the two prices."""
    parts = np.full((len(PRICE_KINDS), len(PRICE_KINDS)), UNKNOWN_PRICE)
    free, fixed, fee = (PRICE_KINDS[kind] for kind in (PriceKind.FREE, PriceKind.FIXED, PriceKind.REMOVAL_FEE))
    parts[fixed, [free, fixed]] = np.nan
    parts[[free, fee], :] = 1.0
    # The demand wants to be paid for taking it.
    parts[:, fee] = 0.25
    parts[fee, fee] = 1.0
    return parts.ravel()


#: More steps than the tree of materials has.
_DEEPEST = 20
#: How many numbers for conditions there are: 0 stands for none.
_CONDITIONS = max(Condition) + 1
_MATERIAL_PARTS, _CONDITION_PARTS, _PRICE_PARTS = _material_parts(), _condition_parts(), _price_parts()
#: The timing part by shared days.
_TIMING_PARTS = np.round(np.arange(AMPLE_OVERLAP_DAYS + 1) / AMPLE_OVERLAP_DAYS, 6)


def _price(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Floats:
    """The price part: 1 where the supply costs no more than the demand pays, else paid ÷ cost; ½ where unknown."""
    parts: Floats = _PRICE_PARTS[supplies.price_kind[s] * len(PRICE_KINDS) + demands.price_kind[d]]
    rows = np.flatnonzero(np.isnan(parts))
    s, d = s[rows], d[rows]
    asked, offered = supplies.price[s], demands.price[d]
    with np.errstate(divide="ignore", invalid="ignore"):
        # 0 ÷ 0 is no number, and counts as 1: np.fmin() takes the other value.
        told = np.round(np.fmin(offered / asked, 1.0), 6)
    # Prices per other units don't compare, unless the demand wants to pay nothing.
    for_money = demands.price_kind[d] != PRICE_KINDS[PriceKind.FREE]
    told[np.flatnonzero(for_money & (supplies.dimension[s] != demands.dimension[d]))] = UNKNOWN_PRICE
    parts[rows] = told
    return parts

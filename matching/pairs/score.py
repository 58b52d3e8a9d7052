"""Hard conditions and score of supply–demand pairs, on columns: the one definition for batch and single listings.

DESIGN: a pair shares a hub, has comparable amounts, a material that is the same or one an ancestor of the other,
overlapping windows, a condition at least as asked, lies within the reach of both, and joins two organisations.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    WEIGHTS,
)

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Scored:
    """Pairs that meet every hard condition. `supply` and `demand` are row numbers in the two column sets.

    Parts and score lie in 0..1; coverage is the share of the asked amount (at most 1); distances are whole metres.
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
    overlap_days: Integers


def score_pairs(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Scored:
    """Score candidate pairs (supplies[s[i]], demands[d[i]]); those that miss a hard condition are left out."""
    keep, square = fit(supplies, demands, s, d)
    keep &= related(supplies, demands, s, d) & ((supplies.hubs[s] & demands.hubs[d]) != 0)
    rows = np.flatnonzero(keep)
    return score_fitting(supplies, demands, s[rows], d[rows], square[rows])


def fit(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> tuple[Mask, Floats]:
    """Which pairs meet the hard conditions that rule out many, and the square of their distance in metres.

    Those are distance, organisation, condition, and amounts that compare: see amounts(). s and d are of one shape, or
    become so by broadcasting.
    """
    square = _square_of_distance(supplies, demands, s, d)
    keep: Mask = (square <= np.square(supplies.reach_m[s])) & (square <= np.square(demands.reach_m[d]))
    keep &= supplies.organisation[s] != demands.organisation[d]
    keep &= supplies.condition[s] >= demands.condition[d]
    keep &= (supplies.dimension[s] == demands.dimension[d]) | (supplies.has_mass[s] & demands.has_mass[d])
    return keep, square


def score_fitting(
    supplies: Columns, demands: Columns, s: Integers, d: Integers, square: Floats, *,
    contenders: Callable[[Integers, Floats], Integers] | None = None,
) -> Scored:  # fmt: skip
    """Score pairs that share a hub and a line of the tree and fit(); without those whose windows or amounts don't.

    `square` is that of fit(). `contenders` gets demands and scores, and says which rows are worth having: the rest of
    the columns follows then.
    """
    overlap_days = _overlap_days(supplies, demands, s, d)
    offered, asked = amounts(supplies, demands, s, d, overlap_days)
    # A demand that can't be split wants it all from one place.
    keep = (overlap_days > 0) & (~demands.whole[d] | (offered >= asked))
    rows = np.flatnonzero(keep)
    s, d, offered, asked, overlap_days = s[rows], d[rows], offered[rows], asked[rows], overlap_days[rows]
    metres = np.sqrt(square[rows])
    parts = parts_of(supplies, demands, s, d, metres, offered, asked, supplies.condition[s], overlap_days)
    score = weighed(parts, _weights(demands, d))
    few: Any = contenders(d, score) if contenders else slice(None)
    return Scored(
        supply=s[few], demand=d[few], score=score[few], **{name: part[few] for name, part in parts.items()},
        distance_m=np.round(metres[few]).astype(np.int64), overlap_days=overlap_days[few],
        coverage=np.round(np.minimum(offered[few] / asked[few], 1.0), 6).astype(np.float64),
    )  # fmt: skip


def _square_of_distance(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Floats:
    """In square metres: np.hypot() takes five times as long, for numbers that don't occur here."""
    square, y = supplies.x[s] - demands.x[d], supplies.y[s] - demands.y[d]
    square *= square
    y *= y
    square += y
    return square


def _weights(demands: Columns, d: Integers) -> dict[str, float | Floats]:
    """What each part weighs in pairs of these demands: a number where all demands weigh alike, as most do."""
    if demands.weigh_alike:
        return dict(zip(WEIGHTS, demands.weights[0].tolist(), strict=True)) if len(demands) else dict(WEIGHTS)
    return {part: demands.weights[d, place] for place, part in enumerate(WEIGHTS)}


def parts_of(
    supplies: Columns, demands: Columns, s: Integers, d: Integers, metres: Floats, offered: Floats, asked: Floats,
    condition: Integers, days: Integers,
) -> dict[str, Floats]:  # fmt: skip
    """The parts (0..1, to six decimals) that pairs and chains share, by name.

    `metres` is the whole way, `condition` what the demand gets, `days` on how many days the goods can be had. What few
    numbers tell is looked up in a table: that takes a fifth of reckoning it.
    """
    quantity: Floats = np.minimum(offered / asked, 1.0)
    too_much = np.flatnonzero(supplies.whole[s] & (offered > asked))
    quantity[too_much] = asked[too_much] / offered[too_much]
    return {
        "material": _MATERIAL_PARTS[supplies.depth[s] - demands.depth[d]],
        "distance": np.round(1.0 / (1.0 + metres / HALF_DISTANCE_M), 6),
        "quantity": np.round(quantity, 6),
        "timing": _TIMING_PARTS[np.minimum(days, AMPLE_OVERLAP_DAYS)],
        "price": _price(supplies, demands, s, d),
        "condition": _CONDITION_PARTS[demands.condition[d] * _CONDITIONS + condition],
    }


def weighed(parts: Mapping[str, Floats], weights: Mapping[str, float | Floats]) -> Floats:
    """The score: parts times their weights, to six decimals."""
    total: Floats = np.zeros(len(next(iter(parts.values()))))
    for name, part in parts.items():
        total += weights[name] * part
    return np.round(total, 6, out=total)


def related(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Mask:
    """The same material, or one an ancestor of the other: one's number lies in the other's range."""
    below: Mask = (supplies.number[s] >= demands.number[d]) & (supplies.number[s] <= demands.number_end[d])
    above: Mask = (demands.number[d] >= supplies.number[s]) & (demands.number[d] <= supplies.number_end[s])
    return below | above


def amounts(
    supplies: Columns, demands: Columns, s: Integers, d: Integers, overlap_days: Integers
) -> tuple[Floats, Floats]:
    """What is offered and asked, in one unit: the same dimension's base unit, else kilograms; NaN where unknown.

    Two streams compare what they bring and ask per week. Against a single lot a stream counts for the weeks that both
    hold (overlap_days / 7), at most STREAM_WEEKS.
    """
    offered, asked = supplies.amount[s], demands.amount[d]
    by_mass = np.flatnonzero(supplies.dimension[s] != demands.dimension[d])
    offered[by_mass], asked[by_mass] = supplies.mass_kg[s[by_mass]], demands.mass_kg[d[by_mass]]
    mixed = np.flatnonzero(supplies.stream[s] != demands.stream[d])
    brings = supplies.stream[s[mixed]]
    for amount, rows in ((offered, mixed[brings]), (asked, mixed[~brings])):
        amount[rows] *= np.minimum(overlap_days[rows] / 7.0, STREAM_WEEKS)
    return offered, asked


def _overlap_days(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Integers:
    """Days that both windows share, both ends included; at most OPEN_WINDOW_DAYS."""
    last = np.minimum(supplies.ends[s], demands.ends[d])
    days: Integers = np.minimum(last - np.maximum(supplies.starts[s], demands.starts[d]) + 1, OPEN_WINDOW_DAYS)
    return days


def _material_parts() -> Floats:
    """The material part by how many steps deeper the supply's is; steps up count from the end of the table."""
    steps = np.arange(_DEEPEST + 1)
    parts = np.round(np.array(CLOSENESS), 6)[np.minimum(steps, len(CLOSENESS) - 1)]
    return np.concatenate([parts, parts[:0:-1]])


def _condition_parts() -> Floats:
    """The condition part by what the demand asks (0: nothing) and what it gets."""
    parts = np.ones((_CONDITIONS, _CONDITIONS))
    parts[0] = np.round(0.5 + np.arange(_CONDITIONS) / 10.0, 6)
    return parts.ravel()


def _price_parts() -> Floats:
    """The price part by kind of supply and of demand; NaN where the two prices tell."""
    parts = np.full((len(PRICE_KINDS), len(PRICE_KINDS)), UNKNOWN_PRICE)
    free, fixed, fee = (PRICE_KINDS[kind] for kind in (PriceKind.FREE, PriceKind.FIXED, PriceKind.REMOVAL_FEE))
    parts[fixed, [free, fixed]] = np.nan
    parts[[free, fee], :] = 1.0
    # The demand wants to be paid for taking it.
    parts[:, fee] = 0.25
    parts[fee, fee] = 1.0
    return parts.ravel()


#: The tree of materials is less deep.
_DEEPEST = 20
#: With 0, for none.
_CONDITIONS = max(Condition) + 1
_MATERIAL_PARTS, _CONDITION_PARTS, _PRICE_PARTS = _material_parts(), _condition_parts(), _price_parts()
#: By days that both hold.
_TIMING_PARTS = np.round(np.arange(AMPLE_OVERLAP_DAYS + 1) / AMPLE_OVERLAP_DAYS, 6)


def _price(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Floats:
    """1 where the supply costs no more than the demand offers; offered/asked where it costs more; ½ unknown."""
    parts: Floats = _PRICE_PARTS[supplies.price_kind[s] * len(PRICE_KINDS) + demands.price_kind[d]]
    rows = np.flatnonzero(np.isnan(parts))
    s, d = s[rows], d[rows]
    asked, offered = supplies.price[s], demands.price[d]
    with np.errstate(divide="ignore", invalid="ignore"):
        # Nothing for nothing is no number, and 1.
        told = np.round(np.fmin(offered / asked, 1.0), 6)
    # Who wants it free wants it so in any unit.
    for_money = demands.price_kind[d] != PRICE_KINDS[PriceKind.FREE]
    told[np.flatnonzero(for_money & (supplies.dimension[s] != demands.dimension[d]))] = UNKNOWN_PRICE
    parts[rows] = told
    return parts

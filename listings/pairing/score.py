"""Hard conditions and score of supply–demand pairs, on columns: the one definition for batch and single listings.

DESIGN: a pair shares a hub, has comparable amounts, a material that is the same or one an ancestor of the other,
overlapping windows, a condition at least as asked, lies within the reach of both, and joins two organisations.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from listings.enums import PriceKind
from listings.pairing.columns import NO_END, PRICE_KINDS, Columns, Floats, Integers
from listings.pairing.rules import (
    AMPLE_OVERLAP_DAYS,
    CLOSENESS,
    HALF_DISTANCE_M,
    OPEN_WINDOW_DAYS,
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
    """Score candidate pairs (supplies[s[i]], demands[d[i]]); those that miss a hard condition are left out.

    Conditions that throw out most candidates come first, so that the rest is computed for few.
    """
    keep = (supplies.hubs[s] & demands.hubs[d]) != 0
    keep &= _related(supplies, demands, s, d)
    keep &= supplies.organisation[s] != demands.organisation[d]
    keep &= supplies.condition[s] >= demands.condition[d]
    keep &= (supplies.starts[s] <= demands.ends[d]) & (demands.starts[d] <= supplies.ends[s])
    s, d = s[keep], d[keep]
    metres = np.hypot(supplies.x[s] - demands.x[d], supplies.y[s] - demands.y[d])
    keep = metres <= np.minimum(supplies.reach_m[s], demands.reach_m[d])
    offered, asked = _amounts(supplies, demands, s, d)
    keep &= np.isfinite(offered) & np.isfinite(asked)
    # A demand that can't be split wants it all from one place.
    keep &= ~demands.whole[d] | (offered >= asked)
    s, d, metres, offered, asked = s[keep], d[keep], metres[keep], offered[keep], asked[keep]
    return _scored(supplies, demands, s, d, metres, offered, asked)


def _scored(
    supplies: Columns, demands: Columns, s: Integers, d: Integers, metres: Floats, offered: Floats, asked: Floats
) -> Scored:
    coverage: Floats = np.minimum(offered / asked, 1.0)
    too_much = supplies.whole[s] & (offered > asked)
    overlap_days = _overlap_days(supplies, demands, s, d)
    steps = np.abs(supplies.depth[s] - demands.depth[d])
    parts = {
        "material": np.array(CLOSENESS)[np.minimum(steps, len(CLOSENESS) - 1)],
        "distance": 1.0 / (1.0 + metres / HALF_DISTANCE_M),
        "quantity": np.where(too_much, asked / offered, coverage),
        "timing": np.minimum(overlap_days / AMPLE_OVERLAP_DAYS, 1.0),
        "price": _price(supplies, demands, s, d),
        "condition": np.where(demands.condition[d] > 0, 1.0, 0.5 + supplies.condition[s] / 10.0),
    }
    parts = {name: np.round(part, 6) for name, part in parts.items()}
    score = np.round(sum((WEIGHTS[name] * part for name, part in parts.items()), np.zeros(len(s))), 6)
    return Scored(
        supply=s, demand=d, score=score, **parts, distance_m=np.round(metres).astype(np.int64),
        coverage=np.round(coverage, 6).astype(np.float64), overlap_days=overlap_days,
    )  # fmt: skip


def _related(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Mask:
    """The same material, or one an ancestor of the other: one's number lies in the other's range."""
    below: Mask = (supplies.number[s] >= demands.number[d]) & (supplies.number[s] <= demands.number_end[d])
    above: Mask = (demands.number[d] >= supplies.number[s]) & (demands.number[d] <= supplies.number_end[s])
    return below | above


def _amounts(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> tuple[Floats, Floats]:
    """Both amounts in one unit: the same dimension's base unit, else kilograms; NaN where they can't be compared."""
    same = supplies.dimension[s] == demands.dimension[d]
    offered = np.where(same, supplies.amount[s], supplies.mass_kg[s])
    asked = np.where(same, demands.amount[d], demands.mass_kg[d])
    return offered, asked


def _overlap_days(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Integers:
    """Days that both windows share, both ends included; at most OPEN_WINDOW_DAYS."""
    last = np.minimum(np.minimum(supplies.ends[s], demands.ends[d]), NO_END)
    first = np.maximum(supplies.starts[s], demands.starts[d])
    return np.minimum(last - first + 1, OPEN_WINDOW_DAYS)


def _price(supplies: Columns, demands: Columns, s: Integers, d: Integers) -> Floats:
    """1 where the supply costs no more than the demand offers; offered/asked where it costs more; ½ unknown."""
    free, fixed = PRICE_KINDS[PriceKind.FREE], PRICE_KINDS[PriceKind.FIXED]
    fee = PRICE_KINDS[PriceKind.REMOVAL_FEE]
    supply_kind, demand_kind = supplies.price_kind[s], demands.price_kind[d]
    asked, offered = supplies.price[s], demands.price[d]
    comparable = supplies.dimension[s] == demands.dimension[d]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(asked <= offered, 1.0, offered / asked)
    return np.select(
        [
            demand_kind == fee,  # the demand wants to be paid for taking it
            (supply_kind == free) | (supply_kind == fee),
            (supply_kind == fixed) & (demand_kind == free),
            (supply_kind == fixed) & (demand_kind == fixed) & comparable,
        ],
        [np.where(supply_kind == fee, 1.0, 0.25), 1.0, np.where(asked > 0, 0.0, 1.0), ratio],
        default=UNKNOWN_PRICE,
    )

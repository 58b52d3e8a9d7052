"""The best supplies for each demand, over whole column sets."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from listings.pairing.columns import Columns, Integers
from listings.pairing.rules import BEST_PER_DEMAND
from listings.pairing.score import Scored, score_pairs

#: Pairs scored at once: bounds memory at some hundreds of MB.
CHUNK = 1_000_000


def best_pairs(supplies: Columns, demands: Columns, progress: Callable[[int, int], None] | None = None) -> Scored:
    """For each demand its BEST_PER_DEMAND best supplies (score, then the older supply), all hard conditions met.

    Demands are taken by material: their candidates are one slice of the supplies sorted by material number, and for
    each ancestor the supplies of exactly that ancestor. `progress` gets (demands done, demands in all).
    """
    order = np.argsort(supplies.number, kind="stable")
    numbers = supplies.number[order]
    ancestors = _ancestors(supplies)
    made: list[Scored] = []
    done = 0
    for number in np.unique(demands.number):
        rows = np.flatnonzero(demands.number == number)
        number_end = int(demands.number_end[rows[0]])
        pieces = [order[np.searchsorted(numbers, number) : np.searchsorted(numbers, number_end, "right")]]
        for above, above_end in ancestors.items():
            if above < number and above_end >= number_end:
                pieces.append(order[np.searchsorted(numbers, above) : np.searchsorted(numbers, above, "right")])
        candidates = np.sort(np.concatenate(pieces))
        for some in _chunks(rows, len(candidates)):
            s, d = np.tile(candidates, len(some)), np.repeat(some, len(candidates))
            made.append(keep_best(score_pairs(supplies, demands, s, d), supplies))
        done += len(rows)
        if progress:
            progress(done, len(demands))
    return _joined(made)


def keep_best(scored: Scored, supplies: Columns) -> Scored:
    """Per demand the best few; ties go to the lower id."""
    order = np.lexsort((supplies.id[scored.supply], -scored.score, scored.demand))
    demand = scored.demand[order]
    starts = np.flatnonzero(np.r_[True, demand[1:] != demand[:-1]]) if len(demand) else np.array([], dtype=np.int64)
    place = np.arange(len(demand)) - np.repeat(starts, np.diff(np.r_[starts, len(demand)]))
    return _take(scored, order[place < BEST_PER_DEMAND])


def _ancestors(supplies: Columns) -> dict[int, int]:
    """The materials that supplies name, as number → end of the range below it."""
    found, first = np.unique(supplies.number, return_index=True)
    return dict(zip(found.tolist(), supplies.number_end[first].tolist(), strict=True))


def _chunks(rows: Integers, width: int) -> Iterator[Integers]:
    size = max(1, CHUNK // max(width, 1))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _take(scored: Scored, rows: Integers) -> Scored:
    columns: dict[str, Any] = {field.name: getattr(scored, field.name)[rows] for field in fields(Scored)}
    return Scored(**columns)


def _joined(made: list[Scored]) -> Scored:
    columns: dict[str, Any] = {
        field.name: np.concatenate([getattr(part, field.name) for part in made])
        if made
        else np.array([], dtype=np.int64)
        for field in fields(Scored)
    }
    return Scored(**columns)

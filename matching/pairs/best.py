"""The best supplies for each demand, over whole column sets."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np

from matching.pairs.columns import Columns, Floats, Integers
from matching.pairs.score import Scored, fit, score_fitting
from matching.rules import BEST_PER_DEMAND

#: Pairs looked at together: what they need stays near the processor, and memory at some tens of MB.
CHUNK = 100_000
#: Enough for a score of six decimals.
_SCORE_BITS = 20
#: Of scores: so many that few pairs share one with a demand's last place.
_CLASSES = 128


def best_pairs(
    supplies: Columns, demands: Columns, progress: Callable[[int, int], None] | None = None
) -> Iterator[Scored]:
    """For each demand its BEST_PER_DEMAND best supplies (score, then the older supply), all hard conditions met.

    Comes in parts of some demands each, with whole lists: what is done with a part finds it near the processor still.
    Demands are taken by material and hubs: their candidates are those in a common hub among one slice of the supplies
    sorted by material number, and for each ancestor the supplies of exactly that ancestor. `progress` gets (demands
    done, demands in all). Demands come in no order, each with its pairs together.
    """
    # What is compared lies together in memory: reading it from all over takes longer than reckoning with it.
    by_material, by_group = np.argsort(supplies.number, kind="stable"), np.lexsort((demands.hubs, demands.number))
    offered, wanted = supplies.take(by_material), demands.take(by_group)
    done = 0
    for blocks in _batches(_blocks(offered, wanted)):
        scored = score_fitting(offered, wanted, *_fitting(offered, wanted, blocks), contenders=_contenders)
        yield keep_best(replace(scored, supply=by_material[scored.supply], demand=by_group[scored.demand]))
        done += sum(len(rows) for rows, _candidates in blocks)
        if progress:
            progress(done, len(demands))


def _contenders(demand: Integers, score: Floats) -> Integers:
    """Rows that may be among the best few of their demand, whose rows lie together: by classes of score.

    Counting is a tenth of sorting. The class of a demand's last place, and those above it, hold all of its best.
    """
    changes = np.r_[True, demand[1:] != demand[:-1]][: len(demand)]
    place = np.cumsum(changes) - 1
    demands = int(place[-1]) + 1 if len(place) else 0
    if len(demand) < 2 * BEST_PER_DEMAND * demands:
        return np.arange(len(demand))
    of_class = (score * (_CLASSES - 1)).astype(np.int64)
    counts = np.bincount(place * _CLASSES + of_class, minlength=demands * _CLASSES).reshape(demands, _CLASSES)
    at_least = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
    lowest = np.maximum((at_least >= BEST_PER_DEMAND).sum(axis=1) - 1, 0)
    return np.flatnonzero(of_class >= lowest[place])


def keep_best(scored: Scored) -> Scored:
    """Per demand the best few; ties go to the lower id."""
    # One number to sort by: scores have six decimals, and rows are in order of id.
    worse = 1_000_000 - np.rint(scored.score * 1e6).astype(np.int64)
    supply_bits, demand_bits = (int(rows.max(initial=1)).bit_length() for rows in (scored.supply, scored.demand))
    if supply_bits + demand_bits + _SCORE_BITS > 63:
        raise ValueError("Too many supplies and demands to be sorted by one number")
    keys = (scored.demand << _SCORE_BITS | worse) << supply_bits | scored.supply
    order = np.argsort(keys)
    demand = scored.demand[order]
    starts = np.flatnonzero(np.r_[True, demand[1:] != demand[:-1]][: len(demand)])
    place = np.arange(len(demand)) - np.repeat(starts, np.diff(np.r_[starts, len(demand)]))
    return _take(scored, order[place < BEST_PER_DEMAND])


#: Rows of demands, and rows of the supplies that each of them is compared with.
Block = tuple[Integers, Integers]


def _fitting(supplies: Columns, demands: Columns, blocks: list[Block]) -> tuple[Integers, Integers, Floats]:
    """Rows of supplies and of demands, pair by pair, of those that fit, and the squares of their distances.

    With demands as rows and candidates as columns of one table, finding them costs a tenth of scoring them.
    """
    s, d, squares = list[Integers](), list[Integers](), list[Floats]()
    for rows, candidates in blocks:
        fits, square = fit(supplies, demands, candidates[None, :], rows[:, None])
        of_row, place = np.count_nonzero(fits, axis=1), np.flatnonzero(fits)
        # As np.nonzero() says it, in a fifth of the time.
        s.append(candidates.take(place - np.repeat(np.arange(len(rows)) * len(candidates), of_row)))
        d.append(np.repeat(rows, of_row))
        squares.append(square.ravel().take(place))
    return np.concatenate(s), np.concatenate(d), np.concatenate(squares)


def _blocks(supplies: Columns, demands: Columns) -> Iterator[Block]:
    """Every demand in one block; no block has more than CHUNK pairs, but for a single demand with more candidates.

    Supplies come in order of material, demands of material and hubs.
    """
    ancestors = _ancestors(supplies)
    for first, last in _runs(demands.number):
        number, number_end = int(demands.number[first]), int(demands.number_end[first])
        spans = [(number, number_end)]
        spans += [(above, above) for above, end in ancestors.items() if above < number and end >= number_end]
        related = np.concatenate([_rows_between(supplies.number, *span) for span in spans])
        hubs = supplies.hubs[related]
        for start, end in _runs(demands.hubs[first:last]):
            candidates = related[(hubs & demands.hubs[first + start]) != 0]
            size = max(1, CHUNK // max(len(candidates), 1))
            for low in range(first + start, first + end, size):
                yield np.arange(low, min(low + size, first + end)), candidates


def _runs(values: Integers) -> Iterator[tuple[int, int]]:
    """From where to where a value stays the same."""
    ends = [*(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    return zip([0, *ends], ends, strict=False) if len(values) else iter(())


def _rows_between(numbers: Integers, first: int, last: int) -> Integers:
    """The rows of ordered numbers from first to last."""
    return np.arange(*np.searchsorted(numbers, [first, last + 1]))


def _batches(blocks: Iterator[Block]) -> Iterator[list[Block]]:
    """Blocks together, up to CHUNK pairs and a last one: small ones would cost more calls than work."""
    batch: list[Block] = []
    pairs = 0
    for rows, candidates in blocks:
        batch.append((rows, candidates))
        pairs += len(rows) * len(candidates)
        if pairs >= CHUNK:
            yield batch
            batch, pairs = [], 0
    if batch:
        yield batch


def _ancestors(supplies: Columns) -> dict[int, int]:
    """The materials that supplies name, as number → end of the range below it."""
    found, first = np.unique(supplies.number, return_index=True)
    return dict(zip(found.tolist(), supplies.number_end[first].tolist(), strict=True))


def _take(scored: Scored, rows: Integers) -> Scored:
    columns: dict[str, Any] = {field.name: getattr(scored, field.name)[rows] for field in fields(Scored)}
    return Scored(**columns)

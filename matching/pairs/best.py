"""Finds the best supplies for each demand, over whole sets of columns."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np

from matching.pairs.columns import Columns, Floats, Integers
from matching.pairs.score import Scored, fit, score_fitting
from matching.rules import BEST_PER_DEMAND

#: How many pairs are looked at together: few enough to stay in the processor's cache.
CHUNK = 100_000
#: Bits that hold a score of six decimals.
_SCORE_BITS = 20
#: Classes into which scores are divided: see _contenders().
_CLASSES = 128


def best_pairs(
    supplies: Columns, demands: Columns, progress: Callable[[int, int], None] | None = None
) -> Iterator[Scored]:
    """For each demand its BEST_PER_DEMAND best supplies: by score, then the older supply first.

    They come in parts. A part has the whole lists of some demands, in no order, with each demand's pairs together.
    `progress` gets (demands done, demands in all).

    Demands of the same material and hubs have the same candidates, so they are handled together. Supplies are sorted
    by material number: those of a material and all below it are then one slice of rows.
    """
    # Sorted, so that what is compared lies together in memory: fetching it from all over takes longer than computing.
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
    """The rows that may be among the best of their demand. Each demand's rows lie together.

    Scores fall into classes, and each demand's pairs are counted by class, from the best class down, until there are
    BEST_PER_DEMAND. All pairs of these classes stay, and the others can't be among the best. That takes a tenth of the
    time of sorting every pair.
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
    """The BEST_PER_DEMAND best pairs of each demand; of equals those with the lower supply id."""
    # Demand, score and supply make one number to sort by. Scores have six decimals, and rows are in order of id.
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


#: Rows of some demands, and rows of the supplies with which each of these demands is compared.
Block = tuple[Integers, Integers]


def _fitting(supplies: Columns, demands: Columns, blocks: list[Block]) -> tuple[Integers, Integers, Floats]:
    """Of all pairs in the blocks, those that fit(): rows of supplies, rows of demands, and squares of distances.

    Each block is compared as one table with a row per demand and a column per supply. That costs a tenth of scoring
    its pairs.
    """
    s, d, squares = list[Integers](), list[Integers](), list[Floats]()
    for rows, candidates in blocks:
        fits, square = fit(supplies, demands, candidates[None, :], rows[:, None])
        of_row, place = np.count_nonzero(fits, axis=1), np.flatnonzero(fits)
        # The same as np.nonzero(fits), in a fifth of the time.
        s.append(candidates.take(place - np.repeat(np.arange(len(rows)) * len(candidates), of_row)))
        d.append(np.repeat(rows, of_row))
        squares.append(square.ravel().take(place))
    return np.concatenate(s), np.concatenate(d), np.concatenate(squares)


def _blocks(supplies: Columns, demands: Columns) -> Iterator[Block]:
    """Divide all demands into blocks, each with its candidates: supplies of related materials in a common hub.

    A block has at most CHUNK pairs, unless a single demand has more candidates. Supplies are in order of material,
    and demands in order of material and hubs.
    """
    materials = _materials(supplies)
    for first, last in _runs(demands.number):
        number, number_end = int(demands.number[first]), int(demands.number_end[first])
        spans = [(number, number_end)]
        spans += [(above, above) for above, end in materials.items() if above < number and end >= number_end]
        related = np.concatenate([_rows_between(supplies.number, *span) for span in spans])
        hubs = supplies.hubs[related]
        for start, end in _runs(demands.hubs[first:last]):
            candidates = related[(hubs & demands.hubs[first + start]) != 0]
            size = max(1, CHUNK // max(len(candidates), 1))
            for low in range(first + start, first + end, size):
                yield np.arange(low, min(low + size, first + end)), candidates


def _runs(values: Integers) -> Iterator[tuple[int, int]]:
    """(start, end) of each run of equal values: of [4, 4, 7] they are (0, 2) and (2, 3)."""
    ends = [*(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(values)]
    return zip([0, *ends], ends, strict=False) if len(values) else iter(())


def _rows_between(numbers: Integers, first: int, last: int) -> Integers:
    """The rows of those from `first` to `last` (both included) among numbers in ascending order."""
    return np.arange(*np.searchsorted(numbers, [first, last + 1]))


def _batches(blocks: Iterator[Block]) -> Iterator[list[Block]]:
    """Put blocks together until they have CHUNK pairs: calling NumPy for each small one would take longer."""
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


def _materials(supplies: Columns) -> dict[int, int]:
    """Every material of a supply: its number, and the last number below it."""
    found, first = np.unique(supplies.number, return_index=True)
    return dict(zip(found.tolist(), supplies.number_end[first].tolist(), strict=True))


def _take(scored: Scored, rows: Integers) -> Scored:
    columns: dict[str, Any] = {field.name: getattr(scored, field.name)[rows] for field in fields(Scored)}
    return Scored(**columns)

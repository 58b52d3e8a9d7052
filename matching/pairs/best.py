"""Finds the best supplies for each demand, and the best demands for each supply, over whole sets of columns."""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from matching.pairs.columns import Columns, Floats, Integers
from matching.pairs.dismissed import Dismissed
from matching.pairs.score import Scored, fit, score_again, score_fitting
from matching.pairs.sides import DEMANDS, SUPPLIES, Side

#: How many pairs are looked at together: few enough to stay in the processor's cache.
CHUNK = 100_000
#: Bits that hold a score of six decimals.
_SCORE_BITS = 20
#: Classes into which scores are divided: see contenders().
_CLASSES = 128
#: So many pairs are collected before the best of them are chosen: 8 bytes each.
_ROOM = 2_000_000


class BestPairs:
    """The best pairs of each demand, and of each supply: by score, then the older listing of the other side first.

    Both come of one scoring of all pairs: of_demands() does it, and notes what of_supplies() then makes lists of. They
    come in parts. A part has the whole lists of some listings, in no order, with each listing's pairs together. What a
    listing's own side has dismissed isn't in its list. `progress` gets (demands done, demands in all).
    """

    def __init__(
        self,
        supplies: Columns,
        demands: Columns,
        dismissed: Dismissed,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._supplies, self._demands, self._dismissed, self._progress = supplies, demands, dismissed, progress
        self._of_supplies = _Collected(SUPPLIES.most, len(supplies), len(demands))

    def of_demands(self) -> Iterator[Scored]:
        """The lists of demands.

        Demands of the same material and hubs have the same candidates, so they are handled together. Supplies are
        sorted by material number: those of a material and all below it are then one slice of rows.
        """
        supplies, demands = self._supplies, self._demands
        # Sorted, so that what is compared lies together in memory: fetching it from all over takes longer than
        # computing.
        by_material, by_group = np.argsort(supplies.number, kind="stable"), np.lexsort((demands.hubs, demands.number))
        offered, wanted = supplies.take(by_material), demands.take(by_group)
        done = 0

        def choose(s: Integers, d: Integers, score: Floats) -> Integers:
            s, d = by_material[s], by_group[d]
            shown = self._dismissed.shown(SUPPLIES, s, d)
            self._of_supplies.add(s[shown], score[shown], d[shown])
            shown = self._dismissed.shown(DEMANDS, s, d)
            rows: Integers = np.arange(len(d))[shown]
            few: Integers = rows[contenders(d[shown], score[shown], DEMANDS.most)]
            return few

        for blocks in _batches(_blocks(offered, wanted)):
            scored = score_fitting(offered, wanted, *_fitting(offered, wanted, blocks), choose=choose)
            scored = replace(scored, supply=by_material[scored.supply], demand=by_group[scored.demand])
            yield keep_best(scored, DEMANDS)
            done += sum(len(rows) for rows, _candidates in blocks)
            if self._progress:
                self._progress(done, len(demands))

    def of_supplies(self) -> Iterator[Scored]:
        """The lists of supplies, after all of of_demands() has been taken."""
        s, d = self._of_supplies.best()
        ends = np.flatnonzero(np.r_[s[1:] != s[:-1], True][: len(s)]) + 1
        start = 0
        while start < len(s):
            end = int(ends[min(int(np.searchsorted(ends, start + CHUNK)), len(ends) - 1)])
            yield score_again(self._supplies, self._demands, s[start:end], d[start:end])
            start = end


def best_pairs(
    side: Side, supplies: Columns, demands: Columns, dismissed: Dismissed,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Scored]:  # fmt: skip
    """The lists of one side alone, as BestPairs gives them."""
    best = BestPairs(supplies, demands, dismissed, progress)
    of_demands = best.of_demands()
    if side is DEMANDS:
        return of_demands
    deque(of_demands, maxlen=0)
    return best.of_supplies()


class _Collected:
    """The best few of each listing, while its pairs come in any order; they are never all held at once."""

    def __init__(self, most: int, listings: int, others: int) -> None:
        self._most, self._other_bits = most, max(others - 1, 1).bit_length()
        self._parts = [np.zeros(0, dtype=np.int64)]
        self._held, self._room = 0, _ROOM
        #: Where a listing's list is full, the score below which nothing enters it.
        self._least: Floats = np.zeros(listings)

    def add(self, own: Integers, score: Floats, other: Integers) -> None:
        rows = np.flatnonzero(score >= self._least[own])
        own, score, other = own[rows], score[rows], other[rows]
        self._parts.append(_sort_keys(own, score, other, self._other_bits))
        self._held += len(own)
        if self._held > self._room:
            self._condense()

    def best(self) -> tuple[Integers, Integers]:
        """Rows of the listings, and of the others that they pair with; a listing's lie together, best first."""
        self._condense()
        (keys,) = self._parts
        return keys >> self._other_bits + _SCORE_BITS, keys & (1 << self._other_bits) - 1

    def _condense(self) -> None:
        keys = np.sort(np.concatenate(self._parts))
        own = keys >> self._other_bits + _SCORE_BITS
        place = _places(own)
        last = np.flatnonzero(place == self._most - 1)
        self._least[own[last]] = 1.0 - (keys[last] >> self._other_bits & (1 << _SCORE_BITS) - 1) / 1e6 - 1e-7
        self._parts = [keys[place < self._most]]
        self._held = len(self._parts[0])
        self._room = max(2 * self._held, _ROOM)


def contenders(own: Integers, score: Floats, most: int) -> Integers:
    """The rows that may be among the `most` best of their listing. Each listing's rows lie together.

    Scores fall into classes, and each listing's pairs are counted by class, from the best class down, until there are
    enough. All pairs of these classes stay, and the others can't be among the best. That takes a tenth of the time of
    sorting every pair.
    """
    changes = np.r_[True, own[1:] != own[:-1]][: len(own)]
    place = np.cumsum(changes) - 1
    listings = int(place[-1]) + 1 if len(place) else 0
    if len(own) < 2 * most * listings:
        return np.arange(len(own))
    of_class = (score * (_CLASSES - 1)).astype(np.int64)
    counts = np.bincount(place * _CLASSES + of_class, minlength=listings * _CLASSES).reshape(listings, _CLASSES)
    at_least = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
    lowest = np.maximum((at_least >= most).sum(axis=1) - 1, 0)
    return np.flatnonzero(of_class >= lowest[place])


def keep_best(scored: Scored, side: Side) -> Scored:
    """The best pairs of each listing of a side; of equals those with the lower id of the other side."""
    own, other = (scored.demand, scored.supply) if side is DEMANDS else (scored.supply, scored.demand)
    keys = _sort_keys(own, scored.score, other, int(other.max(initial=1)).bit_length())
    order = np.argsort(keys)
    return scored.take(order[_places(own[order]) < side.most])


def _sort_keys(own: Integers, score: Floats, other: Integers, other_bits: int) -> Integers:
    """One number to sort by for each pair: own listing, then score from the best down, then the other's row.

    Scores have six decimals, and rows are in order of id.
    """
    if int(own.max(initial=1)).bit_length() + other_bits + _SCORE_BITS > 63:
        raise ValueError("Too many supplies and demands to be sorted by one number")
    worse = 1_000_000 - np.rint(score * 1e6).astype(np.int64)
    keys: Integers = (own << _SCORE_BITS | worse) << other_bits | other
    return keys


def _places(own: Integers) -> Integers:
    """The place of each row among those of its listing, from 0. Each listing's rows lie together."""
    starts = np.flatnonzero(np.r_[True, own[1:] != own[:-1]][: len(own)])
    places: Integers = np.arange(len(own)) - np.repeat(starts, np.diff(np.r_[starts, len(own)]))
    return places


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

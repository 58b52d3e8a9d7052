"""Chooses which supplies serve one demand together.

They serve as much of it as possible, are as few as possible, and lie as near as possible, in this order.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.pairs.columns import Floats, Integers
from matching.pairs.score import Mask

#: Every set of so many supplies is looked at: 4,096 sets, in a fraction of a millisecond. A choice never takes longer,
#: however many supplies there are.
MOST_COMPARED = 12
#: So many of the smallest that were taken compete once more with supplies that weren't.
_GIVEN_BACK = 4
#: Stored shares have six decimals: the sum of a list's shares may be off by this much.
ROUNDING = 1.1e-5


@dataclass(frozen=True)
class Choice:
    """How much of the demand each supply serves, as shares of it that add up to at most 1.

    proven: whether every set was looked at. Where it is False, there may be a better choice.
    """

    shares: Floats
    proven: bool


def choose(sizes: Floats, whole: Mask, metres: Floats) -> Choice:
    """Choose from the supplies of one demand.

    sizes: how much each has, as a share of the demand (it may exceed 1). whole: whether it goes all at once or not at
    all; what goes whole and is more than is asked, is of no use.

    Where all together are no more than is asked, all are taken. Of up to MOST_COMPARED supplies every set is looked
    at. Of more, a good choice is made in a few such steps.
    """
    shares = np.zeros(len(sizes))
    usable = np.flatnonzero((sizes > 0) & (~whole | (sizes <= 1 + ROUNDING)))
    if sizes[usable].sum() <= 1 + ROUNDING:
        shares[usable] = sizes[usable]
        return Choice(shares, proven=True)
    supplies = _Supplies(np.minimum(sizes, 1.0), whole, metres)
    largest = usable[np.lexsort((metres[usable], -sizes[usable]))]
    if len(usable) <= MOST_COMPARED:
        supplies.choose_anew(shares, largest)
        return Choice(shares, proven=True)
    # Take the largest until the next MOST_COMPARED can serve the rest; then the best set of those.
    reached = int(np.argmax(np.cumsum(sizes[largest]) > 1 + ROUNDING))
    first = largest[: max(reached + 1 - MOST_COMPARED, 0)]
    shares[first] = sizes[first]
    supplies.choose_anew(shares, largest[len(first) : len(first) + MOST_COMPARED])
    # The smallest that were taken compete with others again, which may fill what is left better.
    taken = shares[largest] > 0
    others = largest[~taken][: MOST_COMPARED - _GIVEN_BACK]
    supplies.choose_anew(shares, np.r_[others, largest[taken][len(others) - MOST_COMPARED :]])
    for row in largest.tolist():
        supplies.add_if_it_fits(shares, row)
    return Choice(shares, proven=False)


class _Supplies(NamedTuple):
    """Sizes (at most 1), whether each goes whole, and distances."""

    sizes: Floats
    whole: Mask
    metres: Floats

    def choose_anew(self, shares: Floats, rows: Integers) -> None:
        """Have the best set of some supplies serve what the other supplies leave."""
        asked = 1.0 - (shares.sum() - shares[rows].sum())
        shares[rows] = _best_of_all_sets(self.sizes[rows], self.whole[rows], self.metres[rows], asked)

    def add_if_it_fits(self, shares: Floats, row: int) -> None:
        left = max(1.0 - shares.sum(), 0.0)
        if shares[row] == 0 and (self.sizes[row] <= left or not self.whole[row]):
            shares[row] = min(self.sizes[row], left)


def _best_of_all_sets(sizes: Floats, whole: Mask, metres: Floats, asked: float) -> Floats:
    """What the best set takes from each supply, together at most what is asked."""
    sets, stops = _sets(len(sizes))
    together = sets @ np.where(whole, sizes, 0.0)
    served = np.minimum(together + sets @ np.where(whole, 0.0, sizes), asked)
    served[together > asked + ROUNDING] = -1.0
    rows = np.flatnonzero(served >= served.max() - ROUNDING)
    rows = rows[stops[rows] == stops[rows].min()]
    shares = _shares(sets[rows] * sizes, whole, metres, asked)
    return np.asarray(shares[np.argmin(shares @ metres)])


def _shares(parts: Floats, whole: Mask, metres: Floats, asked: float) -> Floats:
    """What each supply of each set serves: what goes whole all of it, and of the others the nearest first.

    `parts` has a row per set, with the size of each supply in it, and 0 for those that aren't.
    """
    shares = np.where(whole, parts, 0.0)
    left = asked - shares.sum(axis=1)
    for supply in np.argsort(metres, kind="stable").tolist():
        if not whole[supply]:
            shares[:, supply] = np.clip(np.minimum(parts[:, supply], left), 0.0, None)
            left -= shares[:, supply]
    return shares


@lru_cache
def _sets(count: int) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Every set of so many supplies, a row per set with 1 for each supply in it; and how many each set has."""
    sets = (np.arange(1 << count)[:, None] >> np.arange(count) & 1).astype(np.float64)
    return sets, sets.sum(axis=1).astype(np.int64)

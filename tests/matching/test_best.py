"""The best of each listing are those that sorting finds, whether its pairs come together or a few at a time."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.pairs import best

#: On a border of classes, a bit beside one, equal, at both ends, or anywhere; of six decimals, as scores are.
SCORES = st.one_of(
    st.integers(0, 127).map(lambda step: round(step / 127, 6)),
    st.tuples(st.integers(1, 126), st.sampled_from([-1e-6, 1e-6])).map(lambda at: round(at[0] / 127 + at[1], 6)),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.integers(0, 1_000_000).map(lambda millionths: millionths / 1e6),
)
DEMANDS = st.lists(st.lists(SCORES, min_size=1, max_size=60), max_size=6)
Row = tuple[int, float, int]


def best_of(rows: list[Row], count: int) -> list[Row]:
    """Demand by demand the highest scores; ties go to the lower row."""
    found: list[Row] = []
    for demand in sorted({row[0] for row in rows}):
        of_one = sorted((row for row in rows if row[0] == demand), key=lambda row: (-row[1], row[2]))
        found += of_one[:count]
    return found


@given(DEMANDS, st.sampled_from([1, 4, 20]))
def test_the_best_of_the_contenders_are_the_best_of_all(demands: list[list[float]], count: int) -> None:
    rows = [
        (demand, score, row)
        for row, (demand, score) in enumerate(
            (demand, score) for demand, of_one in enumerate(demands) for score in of_one
        )
    ]
    owners = np.array([row[0] for row in rows], dtype=np.int64)
    kept = best.contenders(owners, np.array([row[1] for row in rows], dtype=np.float64), count)
    assert best_of([rows[place] for place in kept], count) == best_of(rows, count)


def test_those_far_below_are_no_contenders() -> None:
    demand, score = np.zeros(100, dtype=np.int64), np.linspace(0, 1, 100)
    kept = best.contenders(demand, score, 20)
    assert len(kept) < 25
    assert set(kept) >= set(range(80, 100))


@given(DEMANDS, st.sampled_from([1, 4, 20]), st.integers(1, 50), st.randoms(use_true_random=False))
def test_the_best_of_pairs_that_come_in_any_order_are_the_best_of_all(
    listings: list[list[float]], count: int, room: int, draw: random.Random
) -> None:
    rows = [(own, score, other) for own, of_one in enumerate(listings) for other, score in enumerate(of_one)]
    expected = [(own, other) for own, _score, other in best_of(rows, count)]
    draw.shuffle(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best, "_ROOM", room)
        collected = best._Collected(count, len(listings), 60)
        for start in range(0, len(rows), 7):
            own, score, other = zip(*rows[start : start + 7], strict=True)
            collected.add(np.array(own), np.array(score), np.array(other))
        owners, others = collected.best()
    assert list(zip(owners.tolist(), others.tolist(), strict=True)) == expected

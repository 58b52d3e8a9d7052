"""The listings that a tile draws, read so that no more than a bounded number are looked at, however many lie there.

All that lie there are looked at where they are few. Else the inverted index brings those that can meet the search;
where these are many too, the fixed sample of the area (ListingQuerySet.sampled) stands for all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from listings.querysets import SAMPLED_OF
from listings.search.parameters import SearchParameters
from listings.search.parts import Piece
from listings.search.query import parts_of
from listings.search.strategies import inverted_index, sample

#: Listings that are looked at, at most, by each part of a search; of a sample, one in SAMPLED_OF of the area.
MOST_LISTINGS = 20_000


@dataclass(frozen=True)
class Reading:
    """SQL of rows (id, kind, shown_location), each of which stands for `each` listings: 1 where they are exact."""

    rows: Piece
    each: int


def read(parameters: SearchParameters) -> Reading:
    """What the search finds, for anyone. Looks at the database to choose how to read it."""
    parts = parts_of(parameters)
    # Asked of the sample, whether there are many costs little.
    most_sampled = MOST_LISTINGS // SAMPLED_OF
    crowded = [sample.count_placed(part, most_sampled + 1) > most_sampled for part in parts]
    by_part = list(zip(parts, crowded, strict=True))
    brought = (inverted_index.brings(part, MOST_LISTINGS + 1) for part, is_crowded in by_part if is_crowded)
    if any(number > MOST_LISTINGS for number in brought):
        return Reading(_together([sample.everything(part) for part in parts]), SAMPLED_OF)
    rows = [inverted_index.everything(part) if is_crowded else part.each() for part, is_crowded in by_part]
    return Reading(_together(rows), 1)


def _together(pieces: Sequence[Piece]) -> Piece:
    """A listing counts once, in however many parts it is."""
    rows = [f"SELECT id, kind, shown_location FROM ({piece.sql}) AS part" for piece in pieces]
    values = tuple(value for piece in pieces for value in piece.values)
    if len(rows) == 1:
        return Piece(rows[0], values)
    return Piece(f"SELECT DISTINCT ON (id) * FROM ({' UNION ALL '.join(rows)}) AS parts", values)

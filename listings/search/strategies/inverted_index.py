"""Inverted index: words and tokens bring every listing that can meet the search, wherever it lies; each is checked.

Chosen first where what is asked is rare by itself: words, or goods of a material with few others below it. For
example, supply of wooden pallets around Ghent that are as good as new. Chosen last where `nearest` or `newest` didn't
fill a page: then almost nothing meets the search (docs/adr/0022).
"""

from listings.search.parts import Found, Part, Piece, Taken, condition_of, count_where, nearest_of, rounded_up, take

NAME = "inverted-index"
EXAMPLE = "kind=supply&material=wood-pallets&condition=as_new&lat=51.05&lon=3.72&radius_km=50"
#: Materials that the index takes one by one; a family has more.
FEW_MATERIALS = 8


def suits(part: Part) -> bool:
    """Whether the index is asked before anything is scanned."""
    material = part.asked.material
    is_of_few = material is not None and material.tree_right - material.tree_left < FEW_MATERIALS
    return part.by_words or (is_of_few and part.asked.is_of_goods)


def some(part: Part, limit: int) -> Piece:
    """Up to `limit` rows in no order: where there are fewer, they are all."""
    found = everything(part)
    return Piece(f"{found.sql} LIMIT {limit:d}", found.values)


def first(part: Part, size: int, limit: int) -> Taken:
    """The first by (distance, id), and how many there are, as far as `limit`."""
    return take(nearest_of(everything(part), limit), size)


def page_of(part: Part, size: int) -> list[Found]:
    """The first by (distance, id), uncounted."""
    return first(part, size, rounded_up(size)).rows


def everything(part: Part) -> Piece:
    """What the index brings, checked against everything."""
    return part.meeting(part.rows(condition_of(part.inverted()), "OFFSET 0"))


def brings(part: Part, limit: int) -> int:
    """How many listings the index brings before they are checked, counted no further than `limit`."""
    return count_where(condition_of(part.inverted()), limit)

"""Nearest: listings come from an index in order of distance, and what the index doesn't know is checked one by one.

Chosen for a search in order of distance, unless the inverted index is: the page is full before much was read. For
example, all supply of wood around Ghent that is as good as new.

No more than SCANNED listings are looked at. Where these don't fill the page, and there are more, the inverted index
brings the few that can pass, wherever they lie (choice.py).
"""

from listings.search.parts import Found, Part, Piece, Taken, count_where, nearest_of, rounded_up, take

NAME = "nearest"
EXAMPLE = "kind=supply&material=wood&condition=as_new&lat=51.05&lon=3.72&radius_km=50"
#: Listings that are checked one by one, at most; and where there are surely many, though not among the nearest.
SCANNED, SCANNED_FURTHER = 5_000, 40_000


def page_of(part: Part, size: int, *, further: bool = False) -> list[Found]:
    """The first by (distance, id), uncounted. Where fewer are found than `size`, there may be others further away."""
    return take(_scan(part, rounded_up(size), further), size).rows


def first(part: Part, size: int, limit: int, *, counts_scanned: bool) -> Taken:
    """The first by (distance, id), and how many were found, as far as `limit`.

    `counts_scanned` also counts the listings that were looked at. Ask for it where few pass: else the scan ends early,
    and counting would not.
    """
    if part.checked is None or not counts_scanned:
        return take(_scan(part, limit), size)
    nearest = nearest_of(part.rows(part.placed), SCANNED)
    sql = f"SELECT *, count(*) OVER () AS scanned FROM ({nearest.sql}) AS nearest ORDER BY distance_m"
    return take(nearest_of(part.passing(Piece(sql, nearest.values)), limit), size, "scanned")


def counting(part: Part, limit: int) -> Piece:
    """Rows to count: no more than `limit`, all of which a scan gets to."""
    if part.checked is not None:
        return _scan(part, limit)
    placed = part.rows(part.placed)
    return Piece(f"{placed.sql} LIMIT {limit:d}", placed.values)


def everything(part: Part) -> Piece:
    """All that the part looks for, in no order: for where no more than SCANNED listings are at the place."""
    return part.passing(part.rows(part.placed))


def passing_of_nearest(part: Part, *, further: bool = False) -> Piece:
    """What passes the check among the nearest SCANNED, or SCANNED_FURTHER."""
    return part.passing(nearest_of(part.rows(part.placed), SCANNED_FURTHER if further else SCANNED))


def holds_more(part: Part) -> bool:
    """Whether there are listings at the place that a scan doesn't get to."""
    return count_where(part.placed, SCANNED + 1) > SCANNED


def left_some(part: Part, taken: Taken) -> bool:
    """Whether a scan may have left some: surely not where it looked at fewer than SCANNED."""
    return holds_more(part) if taken.scanned is None else taken.scanned >= SCANNED


def _scan(part: Part, limit: int, further: bool = False) -> Piece:
    """Nearest first by the index; what passes the check among the first SCANNED, or SCANNED_FURTHER."""
    rows = part.rows(part.placed) if part.checked is None else passing_of_nearest(part, further=further)
    return nearest_of(rows, limit)

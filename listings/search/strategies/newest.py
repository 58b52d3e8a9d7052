"""Newest: what was published last comes from an index in that order, and everything else is checked one by one.

Chosen for `sort=newest`. For example, what is new within 50 km of Ghent.

No more than nearest.SCANNED listings are looked at. Where these don't fill the page, few meet the search: choice.py
finds them in another way.
"""

from listings.search.parts import Found, Part, Piece, fetch, rounded_up
from listings.search.strategies import nearest

NAME = "newest"
EXAMPLE = "sort=newest&lat=51.05&lon=3.72&radius_km=50"


def latest(part: Part, after: Piece | None) -> Piece:
    """What meets the part among the latest of all that is published, or of those after a cursor's condition."""
    published = "status = 'published'" + (f" AND {after.sql}" if after else "")
    ending = f"ORDER BY published_at DESC, id DESC LIMIT {nearest.SCANNED:d}"
    return part.meeting(part.rows(Piece(published, after.values if after else ()), ending))


def first(rows: Piece, size: int) -> list[Found]:
    """The first of some rows by (published_at, id), newest first."""
    sql = (
        f"SELECT distance_m, id, published_at FROM ({rows.sql}) AS taken "
        f"ORDER BY published_at DESC, id DESC LIMIT {rounded_up(size):d}"
    )
    return [Found(*row) for row in fetch(sql, rows.values)[:size]]

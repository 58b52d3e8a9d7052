"""Sample: of a fixed sample of one in SAMPLED_OF, so many pass that there are surely more than a count goes on to.

Chosen to tell that there are plenty, which spares counting to a thousand, where the counted cells can't tell and the
index of the sample answers the place. For example, everything around Ghent that is at least used. That index knows
materials as sets; the one number that goods have isn't in it, and would have it read from end to end.
"""

import math

from listings.models import Listing
from listings.querysets import SAMPLED_OF
from listings.search.parts import Part, Piece, condition_of, count_rows, count_where, fetch
from listings.search.strategies import counted_cells

NAME = "sample"
EXAMPLE = "condition=used&lat=51.05&lon=3.72&radius_km=50"
#: How sure a sample has to be, in standard deviations; and how many of it are looked at, as a multiple of those that
#: have to pass.
SIGMAS, LOOKS = 7, 3


def suits(part: Part) -> bool:
    return not counted_cells.suits(part) and (part.by_words or not part.asked.is_of_goods)


def tells_of_more(part: Part, limit: int) -> bool:
    """Whether so many of the sample pass that there are surely more than `limit`."""
    passed, enough = _passed(part, limit)
    return count_rows(passed) == enough


def count_unless_sure(part: Part, rows: Piece, limit: int) -> int | None:
    """How many rows there are; None, without counting them, where the sample is sure that they are more than `limit`.

    One statement for both.
    """
    passed, enough = _passed(part, limit)
    sql = (
        f"SELECT CASE WHEN (SELECT count(*) FROM ({passed.sql}) AS passed) < {enough:d} "
        f"THEN (SELECT count(*) FROM ({rows.sql}) AS counted) END"
    )
    ((counted,),) = fetch(sql, passed.values + rows.values)
    return None if counted is None else int(counted)


def everything(part: Part) -> Piece:
    """Of all that the part looks for, what is in the sample."""
    return part.passing(part.rows(_placed(part), "OFFSET 0"))


def count_placed(part: Part, limit: int) -> int:
    """How many of the sample are at the place, counted no further than `limit`."""
    return count_where(_placed(part), limit)


def _passed(part: Part, limit: int) -> tuple[Piece, int]:
    """What passes of the sample, up to a number; with so many there are surely more than `limit`.

    Of `limit` listings a sample of one in SAMPLED_OF holds a binomial number; that it holds SIGMAS deviations more
    than the mean happens once in some 10**11.
    """
    mean = limit / SAMPLED_OF
    enough = math.ceil(mean + SIGMAS * math.sqrt(mean))
    passed = part.passing(part.rows(_placed(part), f"LIMIT {enough * LOOKS:d}"))
    return Piece(f"SELECT * FROM ({passed.sql}) AS listings_listing LIMIT {enough:d}", passed.values), enough


def _placed(part: Part) -> Piece:
    sampled = condition_of(Listing.objects.sampled())
    return Piece(f"{part.placed.sql} AND {sampled.sql}", part.placed.values + sampled.values)

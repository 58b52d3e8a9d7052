"""Counted cells: the map's cells within the area hold so many that there are surely more than a count goes on to.

Chosen to tell that there are plenty, which spares counting to a thousand, for a search that asks nothing but the kind,
the material and an area. For example, all supply of wood within 100 km of Ghent. The map has its cells counted every
minute; by material only goods, so that of services by material they never tell of plenty.
"""

import math

from django.db import connections, router
from django.utils import timezone

from geo.points import BELGIUM, metres_per_degree
from listings.enums import ListingKind
from listings.models import Listing
from listings.search.cells import FINEST, FINEST_BY_MATERIAL, LEVELS, cells_in, world_position
from listings.search.parameters import SearchParameters
from listings.search.parts import Part
from materials.tree_numbers import numbers_below

NAME = "counted-cells"
EXAMPLE = "kind=supply&material=wood&lat=51.05&lon=3.72&radius_km=100"
#: Cells by materials that are looked up at most; more would cost what they save.
_MOST_LOOKED_UP = 400
#: Half the side of the square in a circle of radius 1, a little smaller still.
_HALF_SIDE = 0.99 / math.sqrt(2)
#: The most metres that a degree of longitude and one of latitude have in Belgium.
_MOST_METRES = (metres_per_degree(BELGIUM[1])[0], metres_per_degree(BELGIUM[3])[1])

#: Listings that cells may count too many, at most; where there may be more, cells can't tell.
_MOST_TOO_MANY = 1_000
#: What cells count, which is what is published; and how many of that may be over without being marked yet, or have
#: left since they were counted, wherever it lies.
_COUNTED = f"""
SELECT
    (SELECT coalesce(sum(count), 0) FROM listings_listingcell
        WHERE hub_id = 0 AND material_spans = ANY(%s::int4multirange[]) AND cell = ANY(%s::bigint[]) {{of_kind}}),
    (SELECT count(*) FROM (SELECT FROM listings_listing
        WHERE status = 'published' AND available_until < %s LIMIT {_MOST_TOO_MANY + 1}) AS over),
    (SELECT count(*) FROM (SELECT FROM listings_listingcellchange
        WHERE count < 0 LIMIT {_MOST_TOO_MANY + 1}) AS gone)
"""


def suits(part: Part) -> bool:
    return part.checked is None and not part.asked.q


def tells_of_more(part: Part, limit: int) -> bool:
    """Whether more than `limit` meet the part. False where cells can't tell."""
    return surely_more(part.asked, limit)


def surely_more(asked: SearchParameters, than: int) -> bool:
    """Whether more than so many meet the kind, the material and the area of a search. False where cells can't tell."""
    box = _within(asked)
    if box is None:
        return False
    spans = _spans(asked)
    cells = _cells(box, FINEST_BY_MATERIAL if asked.material else FINEST, _MOST_LOOKED_UP // max(len(spans), 1))
    if not cells:
        return False
    of_kind = f"AND kind = '{ListingKind(asked.kind)}'" if asked.kind else ""
    with connections[router.db_for_read(Listing)].cursor() as cursor:
        cursor.execute(_COUNTED.format(of_kind=of_kind), [spans, cells, timezone.localdate()])
        ((counted, over, gone),) = cursor.fetchall()
    return max(over, gone) <= _MOST_TOO_MANY and bool(counted - over - gone > than)


def _within(asked: SearchParameters) -> tuple[float, float, float, float] | None:
    """A box in degrees that lies wholly within the area: west, south, east, north."""
    if asked.destination is not None:
        return None
    if asked.point is None or asked.radius_km is None:
        return asked.bbox
    if asked.bbox is not None:
        return None
    east, north = (asked.radius_km * 1000 * _HALF_SIDE / metres for metres in _MOST_METRES)
    return (asked.point.x - east, asked.point.y - north, asked.point.x + east, asked.point.y + north)


def _spans(asked: SearchParameters) -> list[str]:
    """Goods are counted by their one material; services, which take sets of them, are left out."""
    if asked.material is None:
        return ["{}"]
    return [f"{{[{number},{number + 1})}}" for number in numbers_below(asked.material)]


def _cells(box: tuple[float, float, float, float], finest: int, most: int) -> list[int]:
    """Names of the cells of one counted level that lie wholly in a box: the finest that are no more than `most`."""
    west, south, east, north = box
    (left, top), (right, bottom) = world_position(west, north), world_position(east, south)
    for level in LEVELS:
        if level > finest:
            continue
        columns = range(math.ceil(left * 2**level), math.floor(right * 2**level))
        rows = range(math.ceil(top * 2**level), math.floor(bottom * 2**level))
        if len(columns) * len(rows) <= most:
            return [cells_in(level, column, row, level).first for column in columns for row in rows]
    return []

"""Tokens by which one inverted index narrows any combination of filters down to the few listings that may meet it.

Nearest-first reads an index in order of distance and looks at each listing that it passes. Where almost none meets the
filters, that would be all of them. `Listing.facets` holds a token for each property that a filter asks for; numbers
stand in it by their power of two, and places by their cell. What has a search's tokens may still fail its filters,
and is checked against them; what lacks one can't meet them.

The SQL function `listing_facets` makes the tokens of a listing (listings/migrations/_initial_sql.py). Each filter of
listings.search.filters names those that it asks for. What both count by stands here.
"""

import math
from collections.abc import Iterable
from decimal import Decimal

from django.contrib.gis.geos import Point

from geo.points import BELGIUM, metres_per_degree

#: The highest power that a token names: no number of a listing is larger.
LAST_POWER = 30
#: What ends in a later year has this one's token.
LAST_YEAR = 2060
#: Degrees across a cell, east and north: about 18 by 17 km.
CELL = (0.25, 0.15)
#: Cells that are worth naming; an area with more is most of the country.
MOST_CELLS = 60
#: The fewest metres that a degree of longitude and one of latitude have in Belgium, and a thousandth less: METRIC_SRID
#: measures distances to a ten-thousandth.
_FEWEST_METRES = tuple(0.999 * metres_per_degree(lat)[axis] for axis, lat in ((0, BELGIUM[3]), (1, BELGIUM[1])))
#: Floating-point powers may round across a border; a neighbour more is only a listing more to check.
_EPSILON = 1e-9


def kind_token(kind: str) -> str:
    """The token that listings of a kind have."""
    return f"k:{kind}"


def material_tokens(numbers: Iterable[int]) -> list[str]:
    """The tokens of goods of the materials with these numbers in the tree."""
    return [f"m:{number}" for number in numbers]


def hub_token(hub_id: int) -> str:
    """The token of listings that a hub shows."""
    return f"h:{hub_id}"


def powers_up_to(most: Decimal) -> range:
    """Powers of two that listings with at most so much may have, where tokens round up: 5 gives 0 to 3."""
    return range(max(math.ceil(math.log2(max(float(most), 1.0)) + _EPSILON), 0) + 1)


def powers_from(least: Decimal) -> range:
    """Powers of two that listings with at least so much may have, where tokens round down: 5 gives 2 to LAST_POWER."""
    return range(max(math.floor(math.log2(max(float(least), 1.0)) - _EPSILON), 0), LAST_POWER + 1)


def cells_around(point: Point, radius_m: float) -> list[str]:
    """Tokens of the cells that a circle around a point in degrees may reach; none where it reaches too many."""
    east, north = (radius_m / metres for metres in _FEWEST_METRES)
    return cells_of((point.x - east, point.y - north, point.x + east, point.y + north))


def cells_of(box: tuple[float, float, float, float]) -> list[str]:
    """Tokens of the cells that a box (west, south, east, north) in degrees meets; none where they are too many."""
    columns, rows = (_steps(box[axis], box[axis + 2], CELL[axis]) for axis in (0, 1))
    if len(columns) * len(rows) > MOST_CELLS:
        return []
    return [f"g:{column}:{row}" for column in columns for row in rows]


def _steps(low: float, high: float, size: float) -> range:
    return range(math.floor(low / size - _EPSILON), math.floor(high / size + _EPSILON) + 1)

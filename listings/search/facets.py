"""Tokens by which one inverted index narrows any combination of filters down to the few listings that may meet it.

Nearest-first reads an index in order of distance and looks at each listing that it passes. Where almost none meets the
filters, that would be all of them. `Listing.facets` holds a token for each property that a filter asks for; numbers
stand in it by their power of two, and places by their cell. What has a search's tokens may still fail its filters,
and is checked against them; what lacks one can't meet them.

The tokens are made by the SQL function `listing_facets` (listings/migrations/0009_facets.py); this is its other half.
"""

import math
from decimal import Decimal

from django.contrib.gis.geos import Point

from geo.points import metric
from listings.enums import ListingKind
from listings.search.parameters import SearchParameters
from materials.numbers import numbers_below
from materials.units import comparable_units

#: Degrees across a cell, east and north: about 18 by 17 km.
CELL = (0.25, 0.15)
#: Cells that are worth naming; an area with more is most of the country.
MOST_CELLS = 60
LAST_POWER = 30
LAST_YEAR = 2060
#: Metres in a degree of latitude anywhere, and of longitude where it has the fewest here (51.6° north), rounded down.
METRES_PER_DEGREE = (111_100.0, 69_000.0)
#: Metres that the middle of two points in degrees may lie beside the middle of them in metres.
_BENT_M = 1000.0
#: Floating-point powers may round across a border; a neighbour more is only a listing more to check.
_EPSILON = 1e-9


def facets_of(asked: SearchParameters) -> list[list[str]]:
    """Groups of tokens: whatever meets the search has at least one of each group."""
    groups = [
        _kind(asked), _condition(asked), _service(asked), _hub(asked), _material(asked), _price(asked),
        _quantity(asked), _until(asked), _cells(asked),
    ]  # fmt: skip
    return [group for group in groups if group]


def _kind(asked: SearchParameters) -> list[str]:
    return [f"k:{asked.kind.value}"] if asked.kind else []


def _condition(asked: SearchParameters) -> list[str]:
    return [f"c:{asked.condition.value}"] if asked.condition else []


def _service(asked: SearchParameters) -> list[str]:
    return [f"s:{asked.service.value}"] if asked.service else []


def _hub(asked: SearchParameters) -> list[str]:
    return [f"h:{asked.hub.pk}"] if asked.hub else []


def _material(asked: SearchParameters) -> list[str]:
    """The material and all below it. Services take sets of materials, which aren't in the tokens."""
    if asked.material is None or asked.kind not in (ListingKind.SUPPLY, ListingKind.DEMAND):
        return []
    return [f"m:{number}" for number in numbers_below(asked.material)]


def _price(asked: SearchParameters) -> list[str]:
    if asked.max_price is None:
        return []
    highest = max(math.ceil(math.log2(max(float(asked.max_price), 1.0)) + _EPSILON), 0)
    return ["p:free", *(f"p:{power}" for power in range(highest + 1))]


def _quantity(asked: SearchParameters) -> list[str]:
    if asked.min_quantity is None or asked.unit is None:
        return []
    return [
        f"q:{unit}:{power}"
        for unit, per_asked in comparable_units(asked.unit)
        for power in range(_power(asked.min_quantity * per_asked), LAST_POWER + 1)
    ]


def _power(quantity: Decimal) -> int:
    """The power of two at or below a quantity; 0 for anything below two."""
    return max(math.floor(math.log2(max(float(quantity), 1.0)) - _EPSILON), 0)


def _until(asked: SearchParameters) -> list[str]:
    """Years in which it may end. What is over already is hardly ever published: asking for it would tell nothing."""
    if asked.available_on is None:
        return []
    return ["u:open", *(f"u:{year}" for year in range(min(asked.available_on.year, LAST_YEAR), LAST_YEAR + 1))]


def _cells(asked: SearchParameters) -> list[str]:
    box = asked.bbox
    if asked.point is not None and asked.radius_km is not None:
        box = _around(asked.point, asked.radius_km * 1000)
    elif asked.point is not None and asked.destination is not None and asked.detour_km is not None:
        # No further from the middle of the route than half of it and half of the detour.
        middle = Point((asked.point.x + asked.destination.x) / 2, (asked.point.y + asked.destination.y) / 2)
        half_m = metric(asked.point).distance(metric(asked.destination)) / 2
        box = _around(middle, half_m + asked.detour_km * 500 + _BENT_M)
    if box is None:
        return []
    columns, rows = (_steps(box[axis], box[axis + 2], CELL[axis]) for axis in (0, 1))
    if len(columns) * len(rows) > MOST_CELLS:
        return []
    return [f"g:{column}:{row}" for column in columns for row in rows]


def _around(point: Point, radius_m: float) -> tuple[float, float, float, float]:
    north, east = (radius_m / metres for metres in METRES_PER_DEGREE)
    return (point.x - east, point.y - north, point.x + east, point.y + north)


def _steps(low: float, high: float, size: float) -> range:
    return range(math.floor(low / size - _EPSILON), math.floor(high / size + _EPSILON) + 1)

"""Where a blurred location shows: in the middle of its cell of a fixed grid, in Python and in SQL."""

import math

from django.contrib.gis.geos import Point

from geo.points import METRIC_SRID, WGS84_SRID, Coordinates, degrees, degrees_all, metric, metric_all

#: How wide and high a cell of the grid of blurred locations is, in metres.
BLUR_M = 500


def blurred(point: Point) -> Point:
    """The centre of the point's grid cell (BLUR_M wide), in WGS84: the same for every point of the cell, always."""
    in_metres = metric(point)
    return degrees(Point(*_middle_of_cell(in_metres.x, in_metres.y), srid=METRIC_SRID))


def _middle_of_cell(x: float, y: float) -> tuple[float, float]:
    """The centre of the grid cell that holds these coordinates, in metres."""
    east, north = (math.floor(value / BLUR_M) * BLUR_M + BLUR_M / 2 for value in (x, y))
    return east, north


def blurred_all(places: Coordinates) -> list[tuple[float, float]]:
    """blurred() of many places in WGS84 degrees, in the same order."""
    return degrees_all([_middle_of_cell(x, y) for x, y in metric_all(places)])


def blurred_sql(metric_point: str) -> str:
    """SQL that does what blurred() does, from an expression for a point in METRIC_SRID; NULL stays NULL.

    The expression is written out twice: give a column, not a long computation.
    """
    x, y = (f"floor({axis}({metric_point}) / {BLUR_M}) * {BLUR_M} + {BLUR_M / 2}" for axis in ("ST_X", "ST_Y"))
    return f"ST_Transform(ST_SetSRID(ST_MakePoint({x}, {y}), {METRIC_SRID}), {WGS84_SRID})"

"""Along a route: what lies near enough to the way from one point to another."""

import math

from django.contrib.gis.geos import Point, Polygon

from geo.points import METRIC_SRID


def detour_m(start: Point, end: Point, by: Point) -> float:
    """How many metres longer the way gets, as the crow flies, when it goes by a third point. All three in metres."""
    return float(start.distance(by) + by.distance(end) - start.distance(end))


def box_of_detour(start: Point, end: Point, most_m: float) -> Polygon:
    """A box in metres around every point with a detour of at most `most_m`.

    Those points fill an ellipse with both ends as its foci: half its long axis is (route + detour) / 2.
    """
    route_m = start.distance(end)
    long = (route_m + most_m) / 2 + 1
    short = math.sqrt(long**2 - (route_m / 2) ** 2)
    across, up = (end.x - start.x, end.y - start.y) if route_m else (1.0, 0.0)
    cosine, sine = across / math.hypot(across, up), up / math.hypot(across, up)
    half_width, half_height = math.hypot(long * cosine, short * sine), math.hypot(long * sine, short * cosine)
    x, y = (start.x + end.x) / 2, (start.y + end.y) / 2
    box = Polygon.from_bbox((x - half_width, y - half_height, x + half_width, y + half_height))
    box.srid = METRIC_SRID
    return box

"""Whether a feature touches an area, in the area's own system."""

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.db.models import BooleanField, F, FloatField, Func, IntegerField, Q, Value

from geo.points import METRIC_SRID, WGS84_SRID
from listings.querysets import Box
from maps.ogc.boxes import Area


class _Touches(Func):
    """Whether a geometry and a box share a point.

    Written as "not disjoint": of ST_Intersects the planner believes that it is almost never true, and would then sort
    all that lies in a box rather than read it in the order of the index.
    """

    template = "NOT ST_Disjoint(%(expressions)s)"
    output_field = BooleanField()


class _Envelope(Func):
    function = "ST_MakeEnvelope"
    arity = 5


def meets(area: Area, columns: Mapping[int, str]) -> Q:
    """The condition for rows with their places in these columns, by system. What has no place meets every area."""
    column = columns.get(area.crs.srid)
    stored = columns.get(WGS84_SRID) or columns[METRIC_SRID]
    place: Any = F(column) if column else Transform(stored, area.crs.srid)
    touching = [Q(_Touches(place, _envelope(box, area.crs.srid))) for box in area.boxes]
    return reduce(or_, touching, Q(**{f"{stored}__isnull": True}))


def _envelope(box: Box, srid: int) -> _Envelope:
    corners = [Value(float(corner), FloatField()) for corner in box]
    return _Envelope(*corners, Value(srid, IntegerField()), output_field=BooleanField())

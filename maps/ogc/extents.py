"""How far features reach, read at the four ends of an index of places instead of from every row."""

from typing import Any

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import LineString
from django.db.models import FloatField, Func, QuerySet, Subquery

from geo.points import METRIC_SRID, WGS84_SRID
from listings.querysets import Box
from maps.ogc.boxes import moved

#: Metres in which all of Belgium lies, with room around it (METRIC_SRID).
_WEST, _SOUTH, _EAST, _NORTH = 300_000.0, 300_000.0, 1_000_000.0, 1_000_000.0
#: For each end: a line beyond it, and what of the feature nearest to that line tells how far all reach.
_ENDS = {
    "west": (LineString((_WEST, _SOUTH), (_WEST, _NORTH), srid=METRIC_SRID), "ST_XMin"),
    "south": (LineString((_WEST, _SOUTH), (_EAST, _SOUTH), srid=METRIC_SRID), "ST_YMin"),
    "east": (LineString((_EAST, _SOUTH), (_EAST, _NORTH), srid=METRIC_SRID), "ST_XMax"),
    "north": (LineString((_WEST, _NORTH), (_EAST, _NORTH), srid=METRIC_SRID), "ST_YMax"),
}


def ends_of(rows: QuerySet[Any], position: str) -> dict[str, Subquery]:
    """Annotations "west", "south", "east" and "north" of rows that have an index of a column in METRIC_SRID."""
    return {
        name: Subquery(
            rows.order_by(GeometryDistance(position, line)).values(
                end=Func(position, function=end, output_field=FloatField())
            )[:1]
        )
        for name, (line, end) in _ENDS.items()
    }


def extent_from(row: Any) -> Box | None:
    """The box in degrees of a row with these annotations; None where it has no features."""
    if row.west is None:
        return None
    return moved((row.west, row.south, row.east, row.north), METRIC_SRID, WGS84_SRID)

"""Which boundaries count, and which municipality lies where."""

from collections.abc import Sequence

from django.contrib.gis.geos import Point
from django.db import connection

from geo.models import Boundary, Municipality, Quality
from geo.points import METRIC_SRID, metric

#: A point this far outside every boundary still belongs to the nearest: a pier in the sea, a border drawn coarsely.
NEAR_MISS_M = 2_000


def current_quality() -> str:
    """Official boundaries once any are loaded, else the approximate ones."""
    official = Boundary.objects.of_quality(Quality.OFFICIAL).exists()
    return Quality.OFFICIAL if official else Quality.APPROXIMATE


def municipality_at(point: Point) -> Municipality | None:
    """The municipality that holds a point, by the rule of municipality_sql(); None outside Flanders and Brussels."""
    place = metric(point)
    (municipality_id,) = municipality_ids_at([(place.x, place.y)])
    return None if municipality_id is None else Municipality.objects.get(pk=municipality_id)


def municipality_ids_at(places: Sequence[tuple[float, float]]) -> list[int | None]:
    """The id of the municipality that holds each of many points (x and y in METRIC_SRID), in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_MANY, numbered(places) | {"quality": current_quality()})
        return [municipality_id for (municipality_id,) in cursor.fetchall()]


def municipality_sql(point: str) -> str:
    """SQL for the id of the municipality that holds a point in METRIC_SRID: the one place where this rule stands.

    A point on a border that two municipalities share belongs to the lower NIS code. A point outside every boundary
    belongs to the nearest municipality within NEAR_MISS_M. Any other has NULL. `point` is an expression; the
    statement needs the parameter `quality`, from current_quality().
    """
    boundaries = """
        SELECT boundary.municipality_id FROM geo_boundary boundary
        JOIN geo_municipality municipality ON municipality.id = boundary.municipality_id
        WHERE boundary.quality = %(quality)s::text
    """
    # Most points lie in one: how far the others are, and there are a handful within so short a way, is asked of few.
    return f"""coalesce((
        {boundaries} AND ST_Intersects(boundary.geometry, {point}) ORDER BY municipality.nis LIMIT 1
    ), (
        {boundaries} AND ST_DWithin(boundary.geometry, {point}, {NEAR_MISS_M})
        ORDER BY ST_Distance(boundary.geometry, {point}), municipality.nis LIMIT 1
    ))"""


#: Rows (number, point) of points that are given as two lists; the parameters are those of numbered().
NUMBERED_SQL = f"""
    SELECT number, ST_SetSRID(ST_MakePoint(x, y), {METRIC_SRID}) AS point
    FROM unnest(%(x)s::float[], %(y)s::float[]) WITH ORDINALITY AS given (x, y, number)
"""


def numbered(places: Sequence[tuple[float, float]]) -> dict[str, list[float]]:
    """The parameters of NUMBERED_SQL for points given as x and y in METRIC_SRID."""
    return {"x": [x for x, _y in places], "y": [y for _x, y in places]}


_OF_MANY = f"SELECT {municipality_sql('place.point')} FROM ({NUMBERED_SQL}) place ORDER BY place.number"

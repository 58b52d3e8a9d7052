"""Which boundaries count, and which municipality lies where."""

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D
from django.db import connection

from geo.models import Boundary, Municipality, Quality
from geo.points import METRIC_SRID, metric

#: A point this far outside every boundary (the sea side, a rounded border) still belongs to the nearest.
NEAR_MISS_M = 2_000


def current_quality() -> str:
    """Official boundaries once any are loaded, else the approximate ones."""
    official = Boundary.objects.of_quality(Quality.OFFICIAL).exists()
    return Quality.OFFICIAL if official else Quality.APPROXIMATE


def municipality_at(point: Point) -> Municipality | None:
    """The municipality that holds a point; on a shared edge the lower NIS code; None outside Flanders and Brussels."""
    place = metric(point)
    boundaries = Boundary.objects.of_quality(current_quality()).select_related("municipality")
    inside = boundaries.holding(place).order_by("municipality__nis").first()
    if inside is None:
        inside = (
            boundaries.filter(geometry__dwithin=(place, D(m=NEAR_MISS_M)))
            .annotate(away=Distance("geometry", place))
            .order_by("away", "municipality__nis")
            .first()
        )
    return inside.municipality if inside else None


def municipality_ids_at(places: list[tuple[float, float]]) -> list[int | None]:
    """municipality_at() for many metric (x, y) at once: the municipality's id for each, in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MANY,
            {
                "x": [x for x, _y in places],
                "y": [y for _x, y in places],
                "srid": METRIC_SRID,
                "quality": current_quality(),
                "near": NEAR_MISS_M,
            },
        )
        return [row[0] for row in cursor.fetchall()]


_MANY = """
SELECT (
    SELECT boundary.municipality_id FROM geo_boundary boundary
    JOIN geo_municipality municipality ON municipality.id = boundary.municipality_id
    WHERE boundary.quality = %(quality)s::text AND ST_DWithin(boundary.geometry, place.point, %(near)s::float)
    ORDER BY ST_Distance(boundary.geometry, place.point), municipality.nis LIMIT 1
)
FROM (
    SELECT number, ST_SetSRID(ST_MakePoint(x, y), %(srid)s::int) AS point
    FROM unnest(%(x)s::float[], %(y)s::float[]) WITH ORDINALITY AS given(x, y, number)
) place ORDER BY place.number
"""

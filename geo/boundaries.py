"""Which boundaries count, and which municipality lies where."""

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.contrib.gis.measure import D

from geo.models import Boundary, Municipality, Quality
from geo.points import metric

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

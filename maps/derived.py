"""Fields of an element that follow from what a person gave: where it lies, what it weighs, when to look again."""

import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Sequence
from decimal import Decimal

from django.contrib.gis.geos import GEOSGeometry, Point

from geo.boundaries import municipality_ids_at
from geo.points import metric
from maps.models import MapFeature, MapLayer
from materials.models import Material
from materials.units import unit_mass_kg

#: Says what one unit of a material weighs (kg), and None where nobody knows.
Weigh = Callable[[Material, str], Decimal | None]


def derive_places(features: Sequence[MapFeature]) -> None:
    """Set the municipality of each: the one that holds a point in the middle of the shape, on it. In one query."""
    points = [metric(representative_point(feature)) for feature in features]
    found = municipality_ids_at([(point.x, point.y) for point in points])
    for feature, municipality_id in zip(features, found, strict=True):
        feature.municipality_id = municipality_id


def representative_point(feature: MapFeature) -> Point:
    """A point on the element, about in its middle."""
    return middle_of(feature.geometry)


def middle_of(geometry: GEOSGeometry) -> Point:
    """A point on a shape, about in its middle: where an element counts as lying."""
    point = geometry.point_on_surface
    assert isinstance(point, Point)
    return point


def derive_mass(feature: MapFeature, weigh: Weigh = unit_mass_kg) -> None:
    """Set mass_kg from quantity and unit; to None where nobody knows what a unit weighs.

    `weigh` says what one unit weighs: of many elements it is asked once for each material and unit.
    """
    feature.mass_kg = None
    if feature.material and feature.quantity and feature.unit:
        per_unit = weigh(feature.material, feature.unit)
        feature.mass_kg = round(per_unit * feature.quantity, 3) if per_unit is not None else None


def due_after(day: dt.date, layer: MapLayer) -> dt.date | None:
    """Until when a verification of this day counts in a layer; None where nobody is asked again."""
    if layer.verify_every_months is None:
        return None
    years, month = divmod(day.month - 1 + layer.verify_every_months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, monthrange(year, month)[1]))

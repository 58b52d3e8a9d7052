"""A part of some layers drawn on paper: what lies in a box, in millimetres, ready to stand in an SVG.

The frame of a sheet is measured in Lambert 2008, whose metres are metres on the ground, so its scale holds everywhere
on it.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsSVG, Intersection, MakeValid
from django.contrib.gis.geos import GEOSGeometry, MultiPoint, Point, Polygon
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F, Func, IntegerField, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.boundaries import current_quality
from geo.points import METRIC_SRID
from listings.querysets import Box, metric_box_around
from maps.models import MapFeature, MapLayer
from maps.narrowing import EVERYTHING, Narrowed
from maps.sight import Sight

#: Elements on one sheet, at most: with more of them paper says nothing, and drawing takes seconds.
MOST_ON_SHEET = 2_000
#: How much of the land round about shows at least, of the width of what is drawn.
_MARGIN = 0.04
#: The narrowest box that is drawn, in metres: a single point has its surroundings.
_NARROWEST_M = 500.0
#: What is smaller than this many millimetres nobody sees: shapes are simplified by it.
_FINEST_MM = 0.1
_METRIC = GeometryField(srid=METRIC_SRID)
#: Places that are named on one sheet, at most.
_MOST_PLACES = 40


class Frame(NamedTuple):
    """What a sheet shows: a box in metres of Lambert 2008, and how many millimetres of paper a metre takes."""

    west_m: float
    south_m: float
    east_m: float
    north_m: float
    mm_per_m: float

    @property
    def scale(self) -> int:
        """How many metres a metre of paper stands for: 50,000 is written 1 : 50 000."""
        return round(1000 / self.mm_per_m)

    @property
    def box(self) -> Polygon:
        """The box as an area in METRIC_SRID."""
        area = Polygon.from_bbox((self.west_m, self.south_m, self.east_m, self.north_m))
        area.srid = METRIC_SRID
        return area

    def on_paper(self, point: GEOSGeometry) -> tuple[float, float]:
        """Millimetres from the left and from the top of a point in METRIC_SRID."""
        assert isinstance(point, Point)
        return (point.x - self.west_m) * self.mm_per_m, (self.north_m - point.y) * self.mm_per_m


class Drawn(NamedTuple):
    """One element on paper. Points have places, in millimetres; lines and areas a path of SVG."""

    feature: MapFeature
    path: str
    is_area: bool
    points: list[tuple[float, float]]


def frame_around(bbox: Box, *, width_mm: float, height_mm: float) -> Frame:
    """The frame of a sheet of this size that shows all of a box (west, south, east, north, degrees)."""
    west, south, east, north = metric_box_around(bbox).extent
    across = max(east - west, _NARROWEST_M) * (1 + 2 * _MARGIN)
    down = max(north - south, _NARROWEST_M) * (1 + 2 * _MARGIN)
    mm_per_m = min(width_mm / across, height_mm / down)
    x, y = (west + east) / 2, (south + north) / 2
    half_x, half_y = width_mm / mm_per_m / 2, height_mm / mm_per_m / 2
    return Frame(x - half_x, y - half_y, x + half_x, y + half_y, mm_per_m)


def elements_in(
    frame: Frame, layers: Iterable[MapLayer], sights: dict[int, Sight], narrowed: Narrowed = EVERYTHING
) -> dict[int, list[Drawn]]:
    """By layer what somebody sees of it within a frame, of what is asked for, by title. One query a layer.

    Raises ValidationError where more than MOST_ON_SHEET would have to be drawn.
    """
    found: dict[int, list[Drawn]] = {}
    left = MOST_ON_SHEET
    for layer in layers:
        rows = list(_within(frame, layer.pk, sights[layer.pk], narrowed, most=left + 1))
        if len(rows) > left:
            too_many = _(
                "Dit zijn meer dan %(most)d elementen: te veel voor één blad. "
                "Kies minder lagen, of een kleiner stuk kaart."
            )
            raise ValidationError(too_many % {"most": MOST_ON_SHEET})
        left -= len(rows)
        found[layer.pk] = [_drawn(frame, row) for row in rows if not row.clipped.empty]
    return found


def _within(frame: Frame, layer_id: int, sight: Sight, narrowed: Narrowed, *, most: int) -> Any:
    """At most so many of what lies within a frame, whichever are found first: those are drawn, by title."""
    seen = MapFeature.objects.in_layer(layer_id, sight).narrowed(narrowed, timezone.localdate())
    there = seen.filter(position__bboverlaps=frame.box, position__intersects=frame.box).order_by()
    finest = Value(_FINEST_MM / frame.mm_per_m)
    plain = Func(F("position"), finest, function="ST_SimplifyPreserveTopology", output_field=_METRIC)
    # A simplified shape may cross itself, and one that only touches the frame leaves a point or a line there.
    clipped = _of_its_sort(Intersection(_of_its_sort(MakeValid(plain)), Value(frame.box)))
    return (
        MapFeature.objects.filter(pk__in=there.values("pk")[:most])
        .annotate(clipped=clipped, path=AsSVG(_to_paper(frame, clipped), precision=2))
        .select_related("material", "municipality")
        .defer("geometry", "position")
        .order_by("title", "pk")
    )


def _of_its_sort(geometry: Any) -> Func:
    """The parts of a shape made from an element that are points, lines or areas as the element is; maybe none."""
    dimension = Func(F("position"), function="ST_Dimension", output_field=IntegerField())
    return Func(geometry, dimension + 1, function="ST_CollectionExtract", output_field=_METRIC)


def _to_paper(frame: Frame, geometry: Any) -> Func:
    """A geometry in millimetres from the upper left corner; ST_AsSVG turns the sign of what counts downwards."""
    return Func(
        geometry,
        Value(-frame.west_m),
        Value(-frame.north_m),
        Value(frame.mm_per_m),
        Value(frame.mm_per_m),
        function="ST_TransScale",
        template="%(function)s(%(expressions)s)",
        output_field=_METRIC,
    )


def _drawn(frame: Frame, feature: Any) -> Drawn:
    shape = feature.clipped
    if isinstance(shape, Point):
        return Drawn(feature, "", False, [frame.on_paper(shape)])
    if isinstance(shape, MultiPoint):
        return Drawn(feature, "", False, [frame.on_paper(point) for point in shape])
    middle = shape.point_on_surface
    return Drawn(feature, feature.path, shape.dims == 2, [frame.on_paper(middle)])


# ---- what lies under them ----

_LAND = """
SELECT ST_AsSVG(ST_TransScale(ST_ClipByBox2D(
    ST_SimplifyPreserveTopology(geometry, %(tolerance)s::float), ST_Expand(%(box)s::geometry, %(bleed)s::float)
), %(west)s::float, %(north)s::float, %(mm_per_m)s::float, %(mm_per_m)s::float), 0, 2)
FROM geo_boundary WHERE quality = %(quality)s::text AND geometry && %(box)s::geometry
"""
_REGION = """
SELECT ST_AsSVG(ST_TransScale(ST_ClipByBox2D(
    ST_SimplifyPreserveTopology(ST_Union(boundary.geometry), %(tolerance)s::float),
    ST_Expand(%(box)s::geometry, %(bleed)s::float)
), %(west)s::float, %(north)s::float, %(mm_per_m)s::float, %(mm_per_m)s::float), 0, 2)
FROM geo_hubregion region
JOIN geo_hubregion_municipalities member ON member.hubregion_id = region.id
JOIN geo_boundary boundary ON boundary.municipality_id = member.municipality_id
WHERE region.hub_id = %(hub)s::bigint AND boundary.quality = %(quality)s::text
"""
_PLACES = f"""
SELECT CASE WHEN place.name IN (town.name_nl, town.name_fr) THEN town.name_nl ELSE place.name END,
    CASE WHEN place.name IN (town.name_nl, town.name_fr) THEN town.name_fr ELSE place.name END,
    CASE WHEN place.name IN (town.name_nl, town.name_fr) THEN town.name_en ELSE place.name END,
    ST_X(metric.point), ST_Y(metric.point)
FROM geo_place place JOIN geo_municipality town ON town.id = place.municipality_id,
    LATERAL (SELECT ST_Transform(place.location, {METRIC_SRID}) AS point) metric
WHERE place.location && ST_Transform(%(box)s::geometry, 4326) AND metric.point && %(box)s::geometry
ORDER BY place.population DESC, place.id LIMIT {_MOST_PLACES}
"""


class Ground(NamedTuple):
    """What lies under the elements: paths of municipalities and of the hub's region, and places with their names."""

    municipalities: list[str]
    region: str
    #: Names in Dutch, French and English, with millimetres from the left and from the top.
    places: list[tuple[dict[str, str], float, float]]


def ground_of(frame: Frame, hub_id: int) -> Ground:
    """Three queries."""
    shared: dict[str, str | float] = {
        "box": frame.box.hexewkb.decode(), "tolerance": _FINEST_MM / frame.mm_per_m, "bleed": 5 / frame.mm_per_m,
        "west": -frame.west_m, "north": -frame.north_m, "mm_per_m": frame.mm_per_m,
        "quality": current_quality(), "hub": hub_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_LAND, shared)
        municipalities = [path for (path,) in cursor.fetchall() if path]
        cursor.execute(_REGION, shared)
        region = cursor.fetchone()[0] or ""
        cursor.execute(_PLACES, shared)
        places = [
            ({"nl": nl, "fr": fr, "en": en}, *frame.on_paper(Point(x, y))) for nl, fr, en, x, y in cursor.fetchall()
        ]
    return Ground(municipalities, region, places)

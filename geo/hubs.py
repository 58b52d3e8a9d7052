"""Which hubs show what lies at a place, and where hubs lie themselves."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from django.contrib.gis.db.models import Extent, MultiPolygonField
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Avg, Exists, F, FloatField, Func, Max, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from geo.boundaries import NEAR_MISS_M, NUMBERED_SQL, current_quality, municipality_sql, numbered
from geo.models import Boundary, Hub, HubRegion, Municipality
from geo.points import FLANDERS, METRIC_SRID, WGS84_SRID, metric
from geo.querysets import PLACE_BASED


class Placement(NamedTuple):
    """What follows from where a point lies.

    `municipality_id` is None outside Flanders and Brussels. `hub_ids`, ascending, are the hubs that show what lies
    there.
    """

    municipality_id: int | None
    hub_ids: list[int]


def hub_slugs() -> dict[int, str]:
    """Every hub's slug by id."""
    return dict(Hub.objects.values_list("pk", "slug"))


def hub_named(slug: str) -> Hub:
    """The hub that a program or an address names. Raises ValidationError for a slug that none has."""
    # PostgreSQL knows no NUL.
    hub = Hub.objects.filter(slug=slug[:100]).first() if "\0" not in slug else None
    if hub is None:
        raise ValidationError(_("Er is geen hub “%(text)s”. Kies er een uit /api/v1/hubs/.") % {"text": slug[:60]})
    return hub


def placement_of(point: Point) -> Placement:
    """Municipality and hubs of one point."""
    place = metric(point)
    (placement,) = placements_of([(place.x, place.y)])
    return placement


def placements_of(places: Sequence[tuple[float, float]]) -> list[Placement]:
    """Municipality and hubs of many points (x and y in METRIC_SRID), in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACEMENTS, numbered(places) | {"quality": current_quality()})
        return [Placement(*row) for row in cursor.fetchall()]


def placements_sql(places: str) -> str:
    """SQL rows (id, municipality_id, hub_ids) for SQL rows (id, point): the only code that applies border policies.

    A hub shows what lies in a municipality of its regions. It also shows what lies at most `buffer_km` outside them:
    where the municipality has no hub of its own, and, if the hub shows its neighbours, also where it has one.

    Example: Mechelen has a buffer of 10 km. A listing in Antwerp, which has no hub, shows in Mechelen when it lies
    within 10 km of a municipality of Mechelen's. A listing as near in Aalst, which has a hub, shows in Mechelen too
    only if Mechelen shows its neighbours.

    `point` is in METRIC_SRID; the statement needs the parameter `quality`, from current_quality().
    """
    return f"""
        WITH place AS MATERIALIZED (
            SELECT id, point, {municipality_sql("point")} AS municipality_id FROM ({places}) given
        ),
        own AS MATERIALIZED (
            SELECT member.municipality_id, array_agg(DISTINCT region.hub_id) AS hub_ids
            FROM geo_hubregion_municipalities member JOIN geo_hubregion region ON region.id = member.hubregion_id
            GROUP BY member.municipality_id
        ),
        buffered AS MATERIALIZED (
            SELECT hub.id AS hub_id, hub.buffer_km * 1000 AS buffer_m, hub.shows_neighbours, boundary.geometry,
                ST_Expand(boundary.geometry, hub.buffer_km * 1000) AS box
            FROM geo_hub hub
            JOIN geo_hubregion region ON region.hub_id = hub.id
            JOIN geo_hubregion_municipalities member ON member.hubregion_id = region.id
            JOIN geo_boundary boundary ON boundary.municipality_id = member.municipality_id
            WHERE hub.buffer_km > 0 AND boundary.quality = %(quality)s::text
        )
        SELECT place.id, place.municipality_id, ARRAY(
            SELECT hub_id FROM unnest(own.hub_ids) AS hub_id
            UNION
            SELECT buffered.hub_id FROM buffered
            -- Most boxes don't hold the point: that is told without reading the area.
            WHERE (own.hub_ids IS NULL OR buffered.shows_neighbours) AND buffered.box && place.point
                AND ST_DWithin(buffered.geometry, place.point, buffered.buffer_m)
            ORDER BY 1
        )::integer[] AS hub_ids
        FROM place LEFT JOIN own ON own.municipality_id = place.municipality_id
    """


_PLACEMENTS = f"""
    SELECT municipality_id, hub_ids
    FROM ({placements_sql(f"SELECT number AS id, point FROM ({NUMBERED_SQL}) numbered")}) placed ORDER BY id
"""


def nearest_hub(point: Point, among: Collection[int] | None = None) -> tuple[Hub, float] | None:
    """The hub whose region lies nearest, with the distance in metres; of those in `among`, where that is given. None
    before any boundary is loaded.

    Thematic regions don't count: they say what a hub works on, not where.
    """
    of_these = {} if among is None else {"municipality__hub_regions__hub__in": among}
    nearest = (
        Boundary.objects.of_quality(current_quality())
        .filter(municipality__hub_regions__kind__in=PLACE_BASED, **of_these)
        .annotate(away=Distance("geometry", metric(point)))
        .order_by("away", "municipality__hub_regions__hub_id")
        .values_list("municipality__hub_regions__hub_id", "away")
        .first()
    )
    if nearest is None:
        return None
    return Hub.objects.get(pk=nearest[0]), nearest[1].m


def centre_of(hub: Hub) -> Point:
    """The mean of the centres of a hub's municipalities, in metres: distances in the hub are counted from here.

    Each municipality counts once, however many regions of the hub it is in. Thematic regions count only where the hub
    has no others. A hub that has no municipality yet lies in the middle of Flanders.
    """
    metric_centre = Func(F("centre"), METRIC_SRID, function="ST_Transform")
    regions = HubRegion.objects.filter(hub=hub)
    works_here = Exists(regions.filter(kind__in=PLACE_BASED, municipalities=OuterRef("pk")))
    members = Municipality.objects.filter(pk__in=regions.values("municipalities")).annotate(works_here=works_here)

    def mean(axis: str) -> Coalesce:
        value = Func(metric_centre, function=axis, output_field=FloatField())
        return Coalesce(Avg(value, filter=Q(works_here=True)), Avg(value))

    middle = members.aggregate(x=mean("ST_X"), y=mean("ST_Y"))
    if middle["x"] is not None:
        return Point(middle["x"], middle["y"], srid=METRIC_SRID)
    west, south, east, north = FLANDERS
    return metric(Point((west + east) / 2, (south + north) / 2, srid=WGS84_SRID))


def bounds_of(hub: Hub) -> tuple[float, float, float, float] | None:
    """The box (west, south, east, north, degrees) around a hub's regions; None before any boundary is loaded."""
    areas = Boundary.objects.of_quality(current_quality()).filter(municipality__hub_regions__hub=hub)
    in_degrees = Func(
        F("geometry"), WGS84_SRID, function="ST_Transform", output_field=MultiPolygonField(srid=WGS84_SRID)
    )
    box = areas.aggregate(box=Extent(in_degrees))["box"]
    return tuple(box) if box else None


def reach_of(hub: Hub) -> Polygon | None:
    """A box in metres around everything that a hub may show; None before boundaries are loaded."""
    return reach_of_hubs([hub.pk])


def reach_of_hubs(hub_ids: Collection[int]) -> Polygon | None:
    """A box in metres around everything that any of these hubs may show; None before boundaries are loaded."""
    areas = Boundary.objects.of_quality(current_quality()).filter(municipality__hub_regions__hub__in=hub_ids)
    found = areas.aggregate(box=Extent("geometry"), buffer_km=Max("municipality__hub_regions__hub__buffer_km"))
    if found["box"] is None:
        return None
    # One metre more, so that no rounding leaves out what lies exactly on the edge.
    margin = NEAR_MISS_M + float(found["buffer_km"]) * 1000 + 1
    west, south, east, north = found["box"]
    reach = Polygon.from_bbox((west - margin, south - margin, east + margin, north + margin))
    reach.srid = METRIC_SRID
    return reach

"""Which hubs a place belongs to."""

from collections.abc import Collection

from django.contrib.gis.db.models import Extent, MultiPolygonField
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Avg, F, FloatField, Func, Max

from geo.boundaries import NEAR_MISS_M, current_quality
from geo.models import Boundary, Hub, Municipality
from geo.points import METRIC_SRID, metric


def hub_slugs() -> dict[int, str]:
    """Every hub's slug by id."""
    return dict(Hub.objects.values_list("pk", "slug"))


def hub_ids_at(point: Point, municipality: Municipality | None) -> list[int]:
    """Ids, ascending, of the hubs that show what lies at a point.

    Those with the municipality in one of their regions, and those whose border policy reaches it: within `buffer_km`
    of the region, where the municipality has no hub of its own or the hub shows its neighbours.
    """
    own = set(Hub.objects.covering(municipality).values_list("pk", flat=True)) if municipality else set()
    reaching = Hub.objects.filter(buffer_km__gt=0)
    if own:
        reaching = reaching.filter(shows_neighbours=True)
    place = metric(point)
    near = {
        hub.pk for hub in reaching if hub.pk not in own and _distance_to(hub, place) <= float(hub.buffer_km) * 1000
    }
    return sorted(own | near)


def hub_ids_by_municipality() -> dict[int, list[int]]:
    """Ids, ascending, of the hubs that have a municipality in a region; border policies aside."""
    found: dict[int, set[int]] = {}
    for municipality_id, hub_id in Municipality.objects.filter(hub_regions__isnull=False).values_list(
        "pk", "hub_regions__hub"
    ):
        found.setdefault(municipality_id, set()).add(hub_id)
    return {municipality_id: sorted(hub_ids) for municipality_id, hub_ids in found.items()}


def nearest_hub(point: Point) -> tuple[Hub, float] | None:
    """The hub whose region lies nearest, with the distance in metres; None before any boundary is loaded."""
    nearest = (
        Boundary.objects.of_quality(current_quality())
        .filter(municipality__hub_regions__kind__in=["core", "shared"])
        .annotate(away=Distance("geometry", metric(point)))
        .order_by("away", "municipality__hub_regions__hub_id")
        .values_list("municipality__hub_regions__hub_id", "away")
        .first()
    )
    if nearest is None:
        return None
    return Hub.objects.get(pk=nearest[0]), nearest[1].m


def centre_of(hub: Hub) -> Point:
    """The mean of its municipalities' centres, in metres: where a hub's own distances are counted from."""
    metric_centre = Func(F("centre"), METRIC_SRID, function="ST_Transform")
    mean = Municipality.objects.filter(hub_regions__hub=hub).aggregate(
        x=Avg(Func(metric_centre, function="ST_X", output_field=FloatField())),
        y=Avg(Func(metric_centre, function="ST_Y", output_field=FloatField())),
    )
    return Point(mean["x"] or 0.0, mean["y"] or 0.0, srid=METRIC_SRID)


def bounds_of(hub: Hub) -> tuple[float, float, float, float] | None:
    """The box (west, south, east, north, degrees) around a hub's regions; None before any boundary is loaded."""
    areas = Boundary.objects.of_quality(current_quality()).filter(municipality__hub_regions__hub=hub)
    in_degrees = Func(F("geometry"), 4326, function="ST_Transform", output_field=MultiPolygonField(srid=4326))
    box = areas.aggregate(box=Extent(in_degrees))["box"]
    return tuple(box) if box else None


def reach_of(hub: Hub) -> Polygon | None:
    """A box in metres around every place that hub_ids_at() may give to a hub; None before boundaries are loaded."""
    return reach_of_hubs([hub.pk])


def reach_of_hubs(hub_ids: Collection[int]) -> Polygon | None:
    """A box in metres around every place that hub_ids_at() may give to one of these hubs; None as reach_of()."""
    areas = Boundary.objects.of_quality(current_quality()).filter(municipality__hub_regions__hub__in=hub_ids)
    found = areas.aggregate(box=Extent("geometry"), buffer_km=Max("municipality__hub_regions__hub__buffer_km"))
    if found["box"] is None:
        return None
    margin = NEAR_MISS_M + float(found["buffer_km"]) * 1000 + 1
    west, south, east, north = found["box"]
    reach = Polygon.from_bbox((west - margin, south - margin, east + margin, north + margin))
    reach.srid = METRIC_SRID
    return reach


def _distance_to(hub: Hub, place: Point) -> float:
    """Metres from a metric point to a hub's nearest municipality; infinite where it has none."""
    nearest = (
        Boundary.objects.of_quality(current_quality())
        .filter(municipality__hub_regions__hub=hub)
        .annotate(away=Distance("geometry", place))
        .order_by("away")
        .values_list("away", flat=True)
        .first()
    )
    return nearest.m if nearest is not None else float("inf")

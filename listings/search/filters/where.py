"""Where: around a point, along a route, in a box, in a hub. At least one of a point, a box and a hub is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point, Polygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.hubs import hub_named, reach_of
from geo.models import Hub
from geo.points import BELGIUM, metric
from listings.models import Listing
from listings.querysets import Box, ListingQuerySet, metric_box_around, near_belgium, square_around
from listings.search.facets import cells_around, cells_of, hub_token
from listings.search.filters.base import Filter, OneParameter, Parameter
from listings.search.filters.reading import Given, number
from listings.search.routes import box_of_detour, detour_m
from materials import figures

DEFAULT_RADIUS_KM = 25.0
LARGEST_RADIUS_KM = 300.0
DEFAULT_DETOUR_KM = 10.0
LARGEST_DETOUR_KM = 100.0
#: Metres that the middle of two points in degrees may lie beside the middle of them in metres.
_BENT_M = 1000.0


@dataclass(frozen=True, kw_only=True)
class AskedWhere:
    """`point` and `destination` are in WGS84. `radius_km` is None only where a route, a box or a hub bounds the area.

    A route goes from `point` to `destination`, by way of what makes it at most `detour_km` longer.
    """

    point: Point | None = None
    radius_km: float | None = None
    destination: Point | None = None
    detour_km: float | None = None
    bbox: Box | None = None
    hub: Hub | None = None

    @cached_property
    def place(self) -> Point | None:
        """`point` in metres."""
        return metric(self.point) if self.point is not None else None


class Around(NamedTuple):
    """A point; without a radius it only says from where distances are counted."""

    point: Point
    radius_km: float | None


class PlaceFilter(Filter[AskedWhere, Around]):
    parameters = (
        Parameter("lat", "Latitude, WGS84. Needs lon.", float),
        Parameter("lon", "Longitude, WGS84. Needs lat.", float),
        Parameter(
            "radius_km",
            f"At most {LARGEST_RADIUS_KM:.0f}. Without it, hub or bbox, {DEFAULT_RADIUS_KM:.0f} km around the point.",
            float,
        ),
    )

    def read(self, given: Given) -> None:
        given.values |= {"point": given.read_point("lat", "lon"), "radius_km": given.read("radius_km", _radius)}

    def settle(self, given: Given) -> None:
        """A search without a place is refused, never taken as "everywhere"."""
        point, radius_km = given.values["point"], given.values["radius_km"]
        is_bounded = any(given.values[name] is not None for name in ("radius_km", "destination", "bbox", "hub"))
        if not given.has(*(name for filter in FILTERS for name in filter.names)):
            given.errors["lat"] = _("Zeg waar je zoekt: geef lat en lon, een hub, of een bbox.")
        elif point is None and radius_km is not None and not given.is_wrong("lat", "lon"):
            given.errors["radius_km"] = _("Een straal heeft een punt nodig: geef ook lat en lon.")
        elif point is not None and not is_bounded:
            given.values["radius_km"] = DEFAULT_RADIUS_KM

    def of(self, asked: AskedWhere) -> Around | None:
        return None if asked.point is None else Around(asked.point, asked.radius_km)

    def written(self, value: Around) -> dict[str, Any]:
        where = {"lat": repr(value.point.y), "lon": repr(value.point.x)}
        return where if value.radius_km is None else where | {"radius_km": value.radius_km}

    def placed(self, found: ListingQuerySet, value: Around, asked: AskedWhere) -> ListingQuerySet:
        if value.radius_km is None or asked.place is None:
            return found
        return found.within(asked.place, value.radius_km * 1000)

    def holds(self, listing: Listing, value: Around, asked: AskedWhere) -> bool:
        if value.radius_km is None or asked.place is None:
            return True
        return bool(listing.position.distance(asked.place) <= value.radius_km * 1000)

    def box(self, value: Around) -> Polygon | None:
        return None if value.radius_km is None else square_around(metric(value.point), value.radius_km * 1000)

    def tokens(self, value: Around, asked: AskedWhere) -> list[str]:
        return [] if value.radius_km is None else cells_around(value.point, value.radius_km * 1000)

    def words(self, value: Around, called: Mapping[str, str]) -> str:
        if value.radius_km is None:
            return ""
        where = {"km": figures.number(value.radius_km), "place": called.get("lat") or _("dit punt")}
        return _("binnen %(km)s km van %(place)s") % where


class Route(NamedTuple):
    """From one point to another (WGS84), and how many kilometres longer the way may get."""

    start: Point
    end: Point
    detour_km: float

    @property
    def in_metres(self) -> tuple[Point, Point, float]:
        return metric(self.start), metric(self.end), self.detour_km * 1000


class RouteFilter(Filter[AskedWhere, Route]):
    """What lies along a route: by whose place the way gets little longer, as the crow flies."""

    parameters = (
        Parameter("to_lat", "Latitude of where a route from lat and lon ends. Needs to_lon.", float),
        Parameter("to_lon", "Longitude of where it ends. Needs to_lat.", float),
        Parameter(
            "detour_km",
            f"How much longer the route may get, as the crow flies: at most {LARGEST_DETOUR_KM:.0f}, "
            f"{DEFAULT_DETOUR_KM:.0f} if not given. Each result then has its own detour_m.",
            float,
        ),
    )

    def read(self, given: Given) -> None:
        destination, detour_km = given.read_point("to_lat", "to_lon"), given.read("detour_km", _detour)
        if destination is not None and detour_km is None:
            detour_km = DEFAULT_DETOUR_KM
        given.values |= {"destination": destination, "detour_km": detour_km}

    def settle(self, given: Given) -> None:
        start, end = given.values["point"], given.values["destination"]
        if end is not None and start is None and not given.is_wrong("lat", "lon"):
            given.errors["to_lat"] = _("Een route begint ergens: geef ook lat en lon.")
        if given.values["detour_km"] is not None and end is None and not given.is_wrong("to_lat", "to_lon"):
            given.errors["detour_km"] = _("Een omweg hoort bij een route: geef ook to_lat en to_lon.")

    def of(self, asked: AskedWhere) -> Route | None:
        if asked.point is None or asked.destination is None or asked.detour_km is None:
            return None
        return Route(asked.point, asked.destination, asked.detour_km)

    def written(self, value: Route) -> dict[str, Any]:
        return {"to_lat": repr(value.end.y), "to_lon": repr(value.end.x), "detour_km": value.detour_km}

    def placed(self, found: ListingQuerySet, value: Route, asked: AskedWhere) -> ListingQuerySet:
        return found.reached_by(box_of_detour(*value.in_metres))

    def checked(self, found: ListingQuerySet, value: Route, asked: AskedWhere) -> ListingQuerySet:
        return found.along(*value.in_metres)

    def holds(self, listing: Listing, value: Route, asked: AskedWhere) -> bool:
        start, end, most_m = value.in_metres
        return detour_m(start, end, listing.position) <= most_m

    def box(self, value: Route) -> Polygon:
        return box_of_detour(*value.in_metres)

    def tokens(self, value: Route, asked: AskedWhere) -> list[str]:
        if asked.radius_km is not None:
            return []  # The circle's say where already.
        # Nothing lies further from the middle of the route than half of it and half of the detour.
        middle = Point((value.start.x + value.end.x) / 2, (value.start.y + value.end.y) / 2)
        start, end, detour_m = value.in_metres
        return cells_around(middle, start.distance(end) / 2 + detour_m / 2 + _BENT_M)

    def words(self, value: Route, called: Mapping[str, str]) -> str:
        return _("van %(start)s naar %(end)s, hoogstens %(km)s km om") % {
            "start": called.get("lat") or _("dit punt"),
            "end": called.get("to_lat") or _("dit punt"),
            "km": figures.number(value.detour_km),
        }


class BoxFilter(OneParameter[AskedWhere, Box]):
    parameter = Parameter("bbox", "west,south,east,north in degrees")

    def parse(self, text: str) -> Box:
        parts = text.split(",")
        if len(parts) != 4:
            raise ValidationError(_("Een bbox is vier getallen met komma's ertussen: west,zuid,oost,noord in graden."))
        west, south, east, north = (number(part) for part in parts)
        if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
            raise ValidationError(
                _("De volgorde van een bbox is west,zuid,oost,noord, in graden, met west < oost en zuid < noord.")
            )
        return west, south, east, north

    def text(self, value: Box) -> str:
        return ",".join(map(repr, value))

    def placed(self, found: ListingQuerySet, value: Box, asked: AskedWhere) -> ListingQuerySet:
        """A box that holds every place that a listing can have asks nothing, and would cost a plan."""
        return found if holds_everything(value) else found.within_box(value)

    def holds(self, listing: Listing, value: Box, asked: AskedWhere) -> bool:
        west, south, east, north = near_belgium(value)
        place = listing.shown_location
        inside = place is not None and west <= place.x <= east and south <= place.y <= north
        return holds_everything(value) or inside

    def box(self, value: Box) -> Polygon | None:
        return None if holds_everything(value) else metric_box_around(near_belgium(value))

    def tokens(self, value: Box, asked: AskedWhere) -> list[str]:
        """Where a circle or a route says where already, its cells are enough."""
        is_bounded = asked.radius_km is not None or asked.destination is not None
        return [] if is_bounded else cells_of(value)

    def words(self, value: Box, called: Mapping[str, str]) -> str:
        return "" if holds_everything(value) else _("in dit stuk van de kaart")


class HubFilter(OneParameter[AskedWhere, Hub]):
    """Within the hub's region, by its border policy."""

    parameter = Parameter("hub", "A hub's slug: its region with its border policy.")

    def parse(self, text: str) -> Hub:
        return hub_named(text)

    def text(self, value: Hub) -> str:
        return value.slug

    def placed(self, found: ListingQuerySet, value: Hub, asked: AskedWhere) -> ListingQuerySet:
        reach = reach_of(value)
        return found if reach is None else found.reached_by(reach)

    def checked(self, found: ListingQuerySet, value: Hub, asked: AskedWhere) -> ListingQuerySet:
        return found.in_hub(value.pk)

    def holds(self, listing: Listing, value: Hub, asked: AskedWhere) -> bool:
        return value.pk in listing.hub_ids

    def tokens(self, value: Hub, asked: AskedWhere) -> list[str]:
        return [hub_token(value.pk)]

    def words(self, value: Hub, called: Mapping[str, str]) -> str:
        return value.name


PLACE, ROUTE, BOX, HUB = PlaceFilter(), RouteFilter(), BoxFilter(), HubFilter()
FILTERS = (PLACE, ROUTE, BOX, HUB)


def holds_everything(box: Box) -> bool:
    """Whether a box holds every place that a listing can have."""
    west, south, east, north = BELGIUM
    return box[0] <= west and box[1] <= south and box[2] >= east and box[3] >= north


def _radius(text: str) -> float:
    radius_km = number(text)
    if not 0 < radius_km <= LARGEST_RADIUS_KM:
        raise ValidationError(
            _("De straal moet meer dan 0 km zijn en hoogstens %(most)d km.") % {"most": LARGEST_RADIUS_KM}
        )
    return radius_km


def _detour(text: str) -> float:
    detour_km = number(text)
    if not 0 < detour_km <= LARGEST_DETOUR_KM:
        raise ValidationError(
            _("De omweg moet meer dan 0 km zijn en hoogstens %(most)d km.") % {"most": LARGEST_DETOUR_KM}
        )
    return detour_km

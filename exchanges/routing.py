"""Which hub a question goes to: by the place that it is about."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from exchanges.answering import Reach, reach_of, staffed_hubs
from geo.hubs import centre_of, nearest_hub, placement_of
from geo.models import Hub, HubRegion, Municipality
from geo.querysets import PLACE_BASED
from listings.models import Listing


@dataclass(frozen=True)
class Route:
    """`away_m` is how far the hub's region lies where the place has no hub of its own; else None. `meant_for` is the
    hub that would have got the question, had anybody worked there.
    """

    hub: Hub
    municipality: Municipality | None = None
    away_m: float | None = None
    meant_for: Hub | None = None

    @property
    def is_nearest(self) -> bool:
        return self.away_m is not None and self.meant_for is None


def route_to(hub: Hub) -> Route:
    """To a hub that somebody chose, or the nearest one where nobody of it can be reached."""
    return _to_people(Route(hub), centre_of(hub))


def route_of_point(point: Point) -> Route | None:
    """From a place (degrees); None outside Flanders and Brussels."""
    found = placement_of(point).municipality_id
    if found is None:
        return None
    return route_of_municipality(Municipality.objects.get(pk=found), point)


def route_of_listing(listing: Listing) -> Route | None:
    """From a listing's municipality; None for one that has none."""
    if listing.municipality is None:
        return None
    return route_of_municipality(listing.municipality, listing.shown_location)


def no_hub_words() -> str:
    """What is said of a place that has no route."""
    return _("Hier werkt geen hub. Kies een plaats in Vlaanderen of Brussel.")


def route_of_municipality(municipality: Municipality, point: Point | None = None) -> Route | None:
    """To the hub in whose region it lies, before one that shares it; from where none is, to the nearest. Where nobody
    of that hub can be reached, to the nearest where somebody can.

    None before any boundary is loaded.
    """
    place = point or municipality.centre
    regions = HubRegion.objects.filter(municipalities=municipality, kind__in=PLACE_BASED).select_related("hub")
    own = regions.order_by(Case(When(kind="core", then=Value(0)), default=Value(1)), "hub_id").first()
    if own is not None:
        return _to_people(Route(own.hub, municipality), place)
    away = nearest_hub(place)
    return _to_people(Route(away[0], municipality, away[1]), place) if away else None


def _to_people(route: Route, place: Point) -> Route:
    """The same where somebody of the hub can be reached; else to the nearest hub where somebody works. Where nobody
    works for any, it stays: operators hear of it (exchanges.answering).
    """
    if reach_of(route.hub) != Reach.OPERATORS:
        return route
    near = nearest_hub(place, among=staffed_hubs())
    return route if near is None else Route(near[0], route.municipality, near[1], meant_for=route.hub)

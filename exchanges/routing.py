"""Which hub a question goes to: by the place that it is about."""

from dataclasses import dataclass

from django.contrib.gis.geos import Point
from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from geo.hubs import nearest_hub, placement_of
from geo.models import Hub, HubRegion, Municipality
from geo.querysets import PLACE_BASED
from listings.models import Listing


@dataclass(frozen=True)
class Route:
    """`away_m` is how far the hub's region lies where the place has no hub of its own; else None."""

    hub: Hub
    municipality: Municipality | None = None
    away_m: float | None = None

    @property
    def is_nearest(self) -> bool:
        return self.away_m is not None


def route_to(hub: Hub) -> Route:
    """To a hub that somebody chose."""
    return Route(hub)


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
    """To the hub in whose region it lies, before one that shares it; from where none is, to the nearest.

    None before any boundary is loaded.
    """
    regions = HubRegion.objects.filter(municipalities=municipality, kind__in=PLACE_BASED).select_related("hub")
    own = regions.order_by(Case(When(kind="core", then=Value(0)), default=Value(1)), "hub_id").first()
    if own is not None:
        return Route(own.hub, municipality)
    away = nearest_hub(point or municipality.centre)
    return Route(away[0], municipality, away[1]) if away else None

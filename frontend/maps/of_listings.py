"""What pages say of elements and listings that are about the same: where a listing is on a map, onto which layers it
may go, which hub began it, and what was handed over of an element.
"""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Q, Sum

from accounts.models import User
from exchanges.models import ImpactEntry
from frontend.components import figures
from listings.models import Listing
from maps.begun import beginning_of
from maps.enums import GeometryKind, Power
from maps.models import MapFeature, MapLayer
from maps.permissions import knows_who_asked
from maps.services.listings import MAPPED_KINDS
from maps.standing import Standing, standing_of


class HandedOver(NamedTuple):
    """What went from an element in one unit: how much, in how many exchanges, and when last."""

    amount: str
    times: int
    last: dt.date


def handed_over_of(feature: MapFeature, user: User | AnonymousUser) -> list[HandedOver]:
    """What was exchanged of an element, by the listings that it became or came from; the most first.

    Only of listings that anyone may see, and whose owner somebody may know.
    """
    listings = Listing.objects.public().owner_known_to(user).filter(map_features__feature=feature)
    sums = ImpactEntry.objects.current().of_lots(listings).order_by().values("unit")
    rows = sums.annotate(total=Sum("quantity"), times=Count("pk"), last=Max("completed_on")).order_by("-total")
    return [HandedOver(figures.stored_amount(row["total"], row["unit"]), row["times"], row["last"]) for row in rows]


def who_began(found: Listing, user: User | AnonymousUser) -> dict[str, Any]:
    """Which hub began a listing in the name of its organisation, if one did, for who may know whose it is: its map may
    tell of whom it has such a lot. And who of that asked for it, for whom that concerns. Needs know_owners().
    """
    link = beginning_of(found) if found.shows_owner else None
    if link is None:
        return {"begun_by": None}
    hub = link.feature.layer.map.hub
    knows = knows_who_asked(standing_of(user), hub.pk, found.organisation_id)
    return {"begun_by": hub, "begun_note": link.behalf_note if knows else ""}


def places_on_maps(found: Listing, user: User | AnonymousUser) -> dict[str, Any]:
    """Elements of a listing that one sees, and layers of its hubs onto which one may put it.

    Whose a hub-only listing is, an element may tell: it is named to those who know it. Needs know_owners().
    """
    if found.kind not in MAPPED_KINDS:
        return {"elements": [], "layers_for": []}
    standing = standing_of(user)
    elements = MapFeature.objects.seen_by(standing).filter(listings__listing=found).select_related("layer__map__hub")
    return {
        "elements": list(elements) if found.shows_owner else [],
        "layers_for": _layers_for(found, standing) if found.shown_location is not None else [],
    }


def _layers_for(found: Listing, standing: Standing) -> list[MapLayer]:
    adds_to = standing.layers_with(Power.PROPOSE)
    if not (standing.staff_hub_ids or adds_to):
        return []
    layers = MapLayer.objects.seen_by(standing).filter(
        Q(map__hub__in=standing.staff_hub_ids) | Q(pk__in=adds_to),
        map__hub__in=found.hub_ids,
        geometry_kind__in=[GeometryKind.POINTS, GeometryKind.ANY],
    )
    return list(layers.select_related("map__hub").order_by("map__hub__name", "map__order", "map_id", "order", "pk"))

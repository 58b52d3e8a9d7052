"""What pages say of elements and listings that are about the same: where a listing is on a map, onto which layers it
may go, and what was handed over of an element.
"""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Max, Q, Sum

from accounts.models import User
from accounts.permissions import can_write_for, is_hub_staff
from exchanges.models import ImpactEntry
from frontend.components import figures
from listings.models import Listing
from maps.enums import GeometryKind, Power
from maps.models import MapFeature, MapFeatureListing, MapLayer
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


def begun_for(feature: MapFeature, standing: Standing) -> list[MapFeatureListing]:
    """What staff of its hub began of an element in the name of the organisation that it is about: for themselves all,
    for others what is of their own organisation. Nobody else reads who asked for it.
    """
    rows = MapFeatureListing.objects.filter(feature=feature).exclude(behalf_note="")
    if feature.layer.map.hub_id not in standing.staff_hub_ids:
        rows = rows.filter(listing__organisation__in=standing.organisation_ids)
    return list(rows.select_related("listing__organisation", "created_by"))


def who_began(found: Listing, user: User | AnonymousUser) -> dict[str, Any]:
    """Which hub began a listing in the name of its organisation, if one did, as everybody may know; and who of that
    asked for it, for its members and the staff of that hub.
    """
    links = MapFeatureListing.objects.filter(listing=found).exclude(behalf_note="")
    link = links.select_related("feature__layer__map__hub").first()
    if link is None:
        return {"begun_by": None}
    hub = link.feature.layer.map.hub
    knows = can_write_for(user, found.organisation) or is_hub_staff(user, hub)
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

"""What comes nearest to a listing that is gone, for who asked for it."""

import datetime as dt

from django.contrib.gis.db.models.functions import GeometryDistance
from django.utils import timezone

from exchanges.models import Exchange
from geo.points import metric
from listings.enums import ListingKind
from listings.models import Listing
from matching.models import Match

#: That a letter names.
MOST = 3


def nearest_to(exchange: Exchange, at: dt.datetime) -> list[Listing]:
    """Up to MOST listings: the best matches of one's own listing that it was asked for, else those of the same
    material or service that lie nearest.
    """
    gone, matched = exchange.listing, exchange.matched
    if matched is not None and gone.kind != ListingKind.SERVICE:
        pairs = Match.objects.of_listing(matched).current().select_related("supply", "demand").best_first()
        others = [one.demand if one.supply_id == matched.pk else one.supply for one in pairs[: MOST + 1]]
        found = [one for one in others if one.pk != gone.pk][:MOST]
        if found:
            return found
    rows = Listing.objects.published().of_kind(ListingKind(gone.kind)).not_over(timezone.localdate(at))
    rows = rows.exclude(pk=gone.pk).exclude(organisation=exchange.requester_id)
    if gone.kind == ListingKind.SERVICE:
        rows = rows.filter(service_kinds__overlap=gone.service_kinds)
    else:
        rows = rows.filter(material=gone.material_id)
    if gone.shown_location is not None:
        rows = rows.order_by(GeometryDistance("position", metric(gone.shown_location)), "pk")
    return list(rows[:MOST])

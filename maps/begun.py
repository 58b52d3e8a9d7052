"""Listings that staff of a hub began in the name of a partner: what is kept of who asked, for whom it concerns."""

from collections.abc import Iterable

from listings.enums import ListingStatus
from listings.models import Listing
from maps.models import MapFeature, MapFeatureListing
from maps.permissions import knows_who_asked
from maps.standing import Standing


def begun_for(feature: MapFeature, standing: Standing) -> list[MapFeatureListing]:
    """Those of an element, the latest first, as far as somebody may read who asked for each. In one query."""
    hub_id = feature.layer.map.hub_id
    links = feature.listings.exclude(behalf_note="").select_related("listing__organisation", "created_by")
    told = [link for link in links if knows_who_asked(standing, hub_id, link.listing.organisation_id)]
    for link in told:
        # Its members, and the hub that began it in its name: they know whose it is, however few others may.
        link.listing.owner_known = True
    return told


def waiting(begun: Iterable[MapFeatureListing], feature: MapFeature) -> MapFeatureListing | None:
    """The draft among those that the organisation that an element is about still has to complete, if there is one:
    none is begun beside it.
    """
    source_id = feature.source_organisation_id
    for link in begun:
        if link.listing.organisation_id == source_id and link.listing.status == ListingStatus.DRAFT:
            return link
    return None


def beginning_of(listing: Listing) -> MapFeatureListing | None:
    """How staff began a listing, with their hub; None of one that its own organisation began."""
    links = listing.map_features.exclude(behalf_note="").select_related("feature__layer__map__hub")
    return links.first()

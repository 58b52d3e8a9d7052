"""Which listings could pair with one listing, found through indexes; pairing.score decides."""

import datetime as dt

from django.db.models import Q

from listings.enums import ListingKind, ListingStatus
from listings.models import Listing
from listings.querysets import ListingQuerySet
from materials.models import Material


def pairable(kind: ListingKind, today: dt.date) -> ListingQuerySet:
    """Published listings of a kind that aren't over, lie in a hub, and aren't declared hazardous waste.

    An asterisk ends the EURAL code of hazardous waste: only people arrange those.
    """
    return (
        Listing.objects.published().of_kind(kind).not_over(today).exclude(hub_ids=[]).exclude(eural_code__endswith="*")
    )


def candidates_for(listing: Listing, today: dt.date) -> ListingQuerySet:
    """Listings of the other kind that share a hub and a line in the material tree, within the listing's reach."""
    other = ListingKind.DEMAND if listing.kind == ListingKind.SUPPLY else ListingKind.SUPPLY
    material = listing.material
    assert material is not None  # published goods have one, by constraint
    # A word index over kind, material and hub (listings.search.facets) has them all; the nearest-first one would have
    # to walk through everything within the region.
    line = Material.objects.filter(
        Q(tree_left__gte=material.tree_left, tree_left__lte=material.tree_right)
        | Q(tree_left__lt=material.tree_left, tree_right__gte=material.tree_right)
    )
    found = pairable(other, today).with_facets(
        [
            [f"k:{other.value}"],
            [f"m:{number}" for number in line.values_list("tree_left", flat=True)],
            [f"h:{hub_id}" for hub_id in listing.hub_ids],
        ]
    )
    if listing.reach_km is not None:
        found = found.within(listing.position, listing.reach_km * 1000)
    return found


def is_pairable(listing: Listing, today: dt.date) -> bool:
    return (
        listing.status == ListingStatus.PUBLISHED
        and listing.kind != ListingKind.SERVICE
        and (listing.available_until is None or listing.available_until >= today)
        and bool(listing.hub_ids)
        and not listing.is_hazardous
    )

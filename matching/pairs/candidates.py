"""Which listings may be paired at all, and which of them could pair with one listing.

Indexes answer both; `matching.pairs.score` then decides pair by pair.
"""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

from listings.enums import ListingKind, ListingStatus
from listings.models import Listing
from listings.querysets import ListingQuerySet
from listings.search.facets import hub_token, kind_token, material_tokens
from materials.models import Material


class Obstacle(NamedTuple):
    """One thing that keeps a listing out of pairs, chains and plans, asked of one listing and of all at once.

    `stops` says whether it keeps out a listing on a day. `passed_by` leaves the listings that it doesn't keep out.
    """

    name: str
    stops: Callable[[Listing, dt.date], bool]
    passed_by: Callable[[ListingQuerySet, dt.date], ListingQuerySet]


#: Everything that keeps a listing out. Of several, its page names the first.
OBSTACLES = (
    Obstacle(
        "not_published",
        lambda listing, _today: listing.status != ListingStatus.PUBLISHED,
        lambda listings, _today: listings.published(),
    ),
    # What becomes of hazardous waste, people arrange themselves.
    Obstacle(
        "hazardous", lambda listing, _today: listing.is_hazardous, lambda listings, _today: listings.not_hazardous()
    ),
    # Pairs are made within hubs.
    Obstacle("no_hub", lambda listing, _today: not listing.hub_ids, lambda listings, _today: listings.in_some_hub()),
    Obstacle("over", lambda listing, today: listing.is_over(today), lambda listings, today: listings.not_over(today)),
)


def pairable(kind: ListingKind, today: dt.date) -> ListingQuerySet:
    """The listings of a kind that no obstacle keeps out."""
    found = Listing.objects.of_kind(kind)
    for obstacle in OBSTACLES:
        found = obstacle.passed_by(found, today)
    return found


def obstacle_of(listing: Listing, today: dt.date) -> str:
    """The name of the first obstacle that keeps a listing out; empty where none does."""
    return next((obstacle.name for obstacle in OBSTACLES if obstacle.stops(listing, today)), "")


def is_pairable(listing: Listing, today: dt.date) -> bool:
    """Whether pairable() holds a listing, told from the listing itself."""
    return not obstacle_of(listing, today)


def candidates_for(listing: Listing, today: dt.date) -> ListingQuerySet:
    """Of the other kind of goods, those that could pair with a supply or demand.

    They share a hub with it, have its material or one above or below that, and lie no further away than it goes.
    """
    other = ListingKind.DEMAND if listing.kind == ListingKind.SUPPLY else ListingKind.SUPPLY
    material = listing.material
    assert material is not None  # published goods have one, by constraint
    related = Material.objects.related_to(material)
    # The inverted index over kind, material and hub (listings.search.facets) brings exactly these. The nearest-first
    # index would have to read everything in the region to find them.
    found = pairable(other, today).with_facets(
        [
            [kind_token(other.value)],
            material_tokens(related.values_list("tree_left", flat=True)),
            [hub_token(hub_id) for hub_id in listing.hub_ids],
        ]
    )
    if listing.reach_km is not None:
        found = found.within(listing.position, listing.reach_km * 1000)
    return found

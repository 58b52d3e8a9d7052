"""What a supply needs before a demand can take it: one rule, in the three forms in which it is asked.

A supply needs the services that it names. One that names none, and is in the condition "to repair", needs repair.
Of one listing needs_of() says so, in a query needing_something(), and over columns Columns.needed: a test compares
them.
"""

from django.db.models import Q

from listings.enums import Condition, ListingKind
from listings.models import Listing
from matching.rules import NEEDED_TO_REPAIR


def needs_of(listing: Listing) -> list[str]:
    """The services that a listing needs first; none unless it is a supply."""
    if listing.kind != ListingKind.SUPPLY:
        return []
    if listing.needs_services:
        return list(listing.needs_services)
    return [NEEDED_TO_REPAIR] if listing.condition == Condition.TO_REPAIR else []


def needing_something() -> Q:
    """Whether a supply needs any service first."""
    return Q(needs_services__len__gt=0) | Q(condition=Condition.TO_REPAIR)

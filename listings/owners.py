"""Who may know whose a hub-only listing is (docs/adr/0046). Every page, letter and row of the API comes here."""

from collections.abc import Collection, Iterable

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from listings.models import Listing, OwnerDisclosure, Reservation


def know_owners(listings: Iterable[Listing], reader: User | AnonymousUser) -> None:
    """Set of each listing whether this reader may know its organisation. A query only where one is hub-only."""
    hidden = [listing for listing in listings if listing.hub_only]
    known = ids_with_known_owner({listing.pk for listing in hidden}, reader)
    for listing in hidden:
        listing.owner_known = listing.pk in known


def ids_with_known_owner(ids: Collection[int], reader: User | AnonymousUser) -> set[int]:
    """Those of these hub-only listings whose organisation the reader may know."""
    if not ids or not reader.is_authenticated:
        return set()
    return set(Listing.objects.filter(pk__in=ids).owner_known_to(reader).values_list("pk", flat=True))


def tell_those_who_knew(listing: Listing) -> None:
    """A listing that becomes hub-only stays known to those for whom something of it was held or given before."""
    dealt = Reservation.objects.filter(listing=listing).exclude(organisation=None)
    tell_owner(listing, dealt.values_list("organisation", flat=True))


def tell_owner(listing: Listing, organisation_ids: Iterable[int]) -> None:
    """Have organisations know whose a listing is: it agreed with them, or asked them for something."""
    if listing.hub_only:
        others = set(organisation_ids) - {listing.organisation_id}
        OwnerDisclosure.objects.bulk_create(
            [OwnerDisclosure(listing=listing, organisation_id=pk) for pk in sorted(others)], ignore_conflicts=True
        )

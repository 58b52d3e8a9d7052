"""Tells the members of an organisation that its hub began a listing in its name, and who of them asked for it."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import Membership, User
from geo.models import Hub
from journal.letters import write_letter
from listings.models import Listing

TEMPLATE = "map_listing_begun"


def tell_begun(listing: Listing, *, by: User, hub: Hub, note: str) -> None:
    """Write to everybody who belongs to the organisation of a draft. Runs in the transaction that begins it."""
    members = Membership.objects.filter(organisation=listing.organisation_id, user__is_active=True)
    for member in members.select_related("user").order_by("user"):
        person = member.user
        with translation.override(person.language):
            data = {
                "hub": hub.name,
                "who": str(by),
                "organisation": listing.organisation.name,
                "title": listing.heading,
                "note": note,
                "link": f"{settings.SITE_URL}{reverse('listing-edit', args=[listing.pk])}",
            }
        write_letter(TEMPLATE, to=person.email, language=person.language, data=data)

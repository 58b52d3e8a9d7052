"""Letters about bookings: the members of the service's organisation hear of it, except whoever did it."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from journal.letters import write_letter
from listings.models import Reservation
from materials import figures

MADE, CANCELLED = "booking_made", "booking_cancelled"


def tell_members(template: str, by: User, bookings: Sequence[Reservation]) -> None:
    """Write to each in their own language."""
    first = bookings[0]
    members = User.objects.filter(memberships__organisation=first.listing.organisation_id, is_active=True)
    for member in members.exclude(pk=by.pk).order_by("pk"):
        with translation.override(member.language):
            data = {
                "who": str(by),
                "service": str(first.listing),
                "supply": str(first.supply) if first.supply else "",
                "weeks": ", ".join(_words(booking) for booking in bookings),
                "link": f"{settings.SITE_URL}{reverse('listing', args=[first.listing_id])}#weken",
            }
        write_letter(
            template, to=member.email, language=member.language, data=data,
            dedup_key=f"{template}-{first.pk}-{member.pk}", caused_by=by, about=first,
        )  # fmt: skip


def _words(booking: Reservation) -> str:
    words = {
        "day": figures.day_and_month(booking.period),
        "amount": figures.stored_amount(booking.quantity, booking.listing.capacity_unit),
    }
    return _("%(amount)s in de week van %(day)s") % words

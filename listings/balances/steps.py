"""Steps that a listing can't take because of what is promised of it."""

from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from listings.balances.free import unit_of
from listings.balances.periods import is_stream, period_of
from listings.enums import ListingKind
from listings.models import Listing
from materials import figures


def check_nothing_held(listing: Listing) -> None:
    """Raise ValidationError while something is held for somebody: a listing doesn't go from under a promise.

    Of a service and a stream, periods that are past hinder nothing.
    """
    held = listing.balances.filter(held__gt=0, period__gte=period_of(listing, timezone.localdate()))
    amount = held.aggregate(held=Sum("held"))["held"]
    if not amount:
        return
    words = {"held": figures.stored_amount(amount, unit_of(listing))}
    if listing.kind == ListingKind.SERVICE:
        raise ValidationError(_("Nog %(held)s geboekt. Annuleer die boekingen eerst.") % words)
    raise ValidationError(_("Nog %(held)s gereserveerd. Rond dat eerst af of annuleer het.") % words)


def check_may_be_public(listing: Listing) -> None:
    """Raise ValidationError for a lot of which nothing is free: nobody is to find it. Of a stream, more comes."""
    if is_stream(listing):
        return
    if listing.quantity is not None and listing.taken_quantity >= listing.quantity:
        raise ValidationError(_("Er is niets meer van vrij: alles is gereserveerd of gegeven."))

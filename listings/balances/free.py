"""How a listing stands: what of it is held, what is given, and what is free."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from listings.balances.periods import period_of
from listings.enums import ListingKind
from listings.late import TooLate
from listings.models import WHOLE_LOT, Balance, Listing
from materials import figures


@dataclass(frozen=True)
class Standing:
    """One period of a listing, in the listing's own unit: `quantity` is `held`, `given` and `free` together."""

    quantity: Decimal
    held: Decimal
    given: Decimal
    splittable: bool

    @property
    def free(self) -> Decimal:
        """What may still be promised. Of what goes whole, that is all or nothing."""
        return self.quantity - self.held - self.given


class NotEnoughFree(TooLate):
    """More is asked than is free: of its words, or those that it is given, `free` is the number, in the listing's own
    unit.
    """

    def __init__(self, free: Decimal, listing: Listing, words: str = "") -> None:
        self.free = free
        unit = unit_of(listing)
        if words:
            message = words
        elif free <= 0:
            message = _("Er is niets meer van vrij.")
        elif goes_whole(listing):
            message = _("Deze partij gaat alleen in haar geheel weg: %(free)s.") % {"free": figures.amount(free, unit)}
        else:
            message = _("Nog %(free)s vrij.") % {"free": figures.amount(free, unit)}
        super().__init__({"quantity": message}, code="not_enough_free")


def goes_whole(listing: Listing) -> bool:
    """Whether nobody takes a part of it. A service's week always goes in parts."""
    return listing.kind != ListingKind.SERVICE and not listing.splittable


def unit_of(listing: Listing) -> str:
    """The unit in which a listing's balances count."""
    return listing.capacity_unit if listing.kind == ListingKind.SERVICE else listing.unit


def quantity_of(listing: Listing) -> Decimal:
    """How much there is in each period. Raises ValidationError for a listing that doesn't say so."""
    quantity = listing.capacity_per_week if listing.kind == ListingKind.SERVICE else listing.quantity
    if quantity is None:
        raise ValidationError(_("Dit zoekertje zegt niet hoeveel er is. Daarvan kun je niets vastleggen."))
    return quantity


def standing_of(listing: Listing, period: dt.date = WHOLE_LOT) -> Standing:
    """How one period stands now. Raises ValidationError for a listing that doesn't say how much there is."""
    row = Balance.objects.filter(listing=listing, period=period).first()
    if row is not None:
        return Standing(row.quantity, row.held, row.given, row.splittable)
    return Standing(quantity_of(listing), Decimal(0), Decimal(0), not goes_whole(listing))


def goods_standing(listing: Listing, today: dt.date) -> Standing | None:
    """How a lot stands now, and a stream in the period that runs; None for a service, and a draft that doesn't say
    how much there is.
    """
    if listing.kind == ListingKind.SERVICE or listing.quantity is None:
        return None
    return standing_of(listing, period_of(listing, today))

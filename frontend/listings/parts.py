"""A lot of which something is promised, in words and shares: what is given, held and free."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.components import figures
from listings.balances.free import goods_standing
from listings.enums import ListingKind
from listings.models import Listing


@dataclass(frozen=True)
class Part:
    """A part of a lot. `name`: given, held or free; `share`: 0..1 of the whole."""

    name: str
    words: str
    share: float


@dataclass(frozen=True)
class Parts:
    """`total` is `parts` together."""

    total: str
    parts: list[Part]


def parts_of(listing: Listing) -> Parts | None:
    """The parts of a lot, or of a stream in the period that runs; None where nothing of it is promised.

    One query where something is.
    """
    standing = goods_standing(listing, timezone.localdate()) if listing.taken_quantity else None
    if standing is None:
        return None
    demand = listing.kind == ListingKind.DEMAND
    said = {
        "given": (standing.given, _("%(n)s gekregen") if demand else _("%(n)s gegeven")),
        "held": (standing.held, _("%(n)s toegezegd") if demand else _("%(n)s gereserveerd")),
        "free": (standing.free, _("%(n)s nog gezocht") if demand else _("%(n)s vrij")),
    }
    return Parts(
        figures.stored_amount(standing.quantity, listing.unit),
        [
            Part(name, words % {"n": figures.number(amount, 3)}, float(amount / standing.quantity))
            for name, (amount, words) in said.items()
        ],
    )

"""What a listing says in figures: how much, for how much, from when.

`materials.figures` writes the figures themselves; pages import those functions from here too.
"""

import math

from django.utils import timezone
from django.utils.translation import gettext as _

from listings.enums import ListingKind, PriceBasis, PriceKind, Recurrence
from listings.models import Listing
from materials.enums import Unit
from materials.figures import amount as amount
from materials.figures import day_and_month as day_and_month
from materials.figures import distance as distance
from materials.figures import euro as euro
from materials.figures import in_euro as in_euro
from materials.figures import long_day as long_day
from materials.figures import mass as mass
from materials.figures import number as number
from materials.figures import percent as percent
from materials.figures import short_day as short_day
from materials.figures import stored_amount as stored_amount
from materials.figures import time_of_day as time_of_day
from materials.figures import until as until
from materials.figures import weekday_and_day as weekday_and_day
from materials.units import unit_words


def listing_amount(listing: Listing) -> str:
    """How much a listing offers or asks, or a service takes per week; empty where a draft doesn't say.

    Of a lot of which a part is held or given, what is free comes first; of a stream that of the period that runs.
    """
    if listing.kind == ListingKind.SERVICE:
        if listing.capacity_per_week is None or not listing.capacity_unit:
            return ""
        return _("%(amount)s per week") % {"amount": amount(listing.capacity_per_week, listing.capacity_unit)}
    if listing.quantity is None or not listing.unit:
        return ""
    if 0 < listing.taken_quantity < listing.quantity:
        free = number(listing.quantity - listing.taken_quantity, 3)
        words = {"free": free, "amount": amount(listing.quantity, listing.unit)}
        return _("nog %(free)s van %(amount)s") % words + {
            Recurrence.WEEKLY: _(" deze week"),
            Recurrence.MONTHLY: _(" deze maand"),
            Recurrence.QUARTERLY: _(" dit kwartaal"),
        }.get(Recurrence(listing.recurrence), "")
    return amount(listing.quantity, listing.unit) + {
        Recurrence.WEEKLY: _(" per week"),
        Recurrence.MONTHLY: _(" per maand"),
        Recurrence.QUARTERLY: _(" per kwartaal"),
    }.get(Recurrence(listing.recurrence), "")


def approximate_mass(listing: Listing) -> str:
    """ "ongeveer 880 kg" where the amount isn't given as a mass but its mass is known; else empty. Of all of it."""
    if listing.mass_kg is None or not listing.unit or Unit(listing.unit).dimension == "mass":
        return ""
    return _("ongeveer %(mass)s") % {"mass": mass(listing.mass_kg)}


def price(listing: Listing) -> str:
    """The price in a few words: what is asked for a supply or service, offered for a demand."""
    kind, demand = PriceKind(listing.price_kind), listing.kind == ListingKind.DEMAND
    if kind == PriceKind.FREE:
        return _("zoekt gratis") if demand else _("gratis")
    if kind == PriceKind.ON_REQUEST or listing.price_eur is None:
        return _("prijs op aanvraag")
    if kind == PriceKind.REMOVAL_FEE:
        return _("%(euro)s toe voor wie het ophaalt") % {"euro": euro(listing.price_eur)}
    asked = euro(listing.price_eur)
    if listing.price_basis == PriceBasis.UNIT and (listing.unit or listing.capacity_unit):
        asked = price_each(asked, unit_words(listing.unit or listing.capacity_unit, 1))
    elif listing.kind != ListingKind.SERVICE:
        asked = _("%(euro)s voor alles") % {"euro": asked}
    return _("tot %(price)s") % {"price": asked} if demand else asked


def price_each(euro: str, unit: str) -> str:
    """ "€ 3 per stuk"."""
    return _("%(euro)s per %(unit)s") % {"euro": euro, "unit": unit}


def detour(metres: float) -> str:
    """ "+850 m om", "+3 km om"; "op de weg" where it is next to none."""
    return _("op de weg") if metres < 95 else _("+%(distance)s om") % {"distance": distance(metres)}


def window(listing: Listing) -> str:
    """When a listing is available: "vanaf nu", "nu – 30 jan", "3 dec – 30 jan 2027"."""
    today = timezone.localdate()
    starts, ends = listing.available_from, listing.available_until
    if starts is None:
        return ""
    now = starts <= today
    if ends is None:
        return _("vanaf nu") if now else _("vanaf %(day)s") % {"day": short_day(starts, today)}
    first = _("nu") if now else short_day(starts, today)
    return f"{first} \N{EN DASH} {short_day(ends, today)}"


def apportion(shares: list[float]) -> list[int]:
    """Whole numbers near these, which add up to their rounded sum: by largest remainders."""
    whole = [math.floor(round(share, 9)) for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda place: whole[place] - shares[place])
    for place in by_rest[: round(sum(shares)) - sum(whole)]:
        whole[place] += 1
    return whole

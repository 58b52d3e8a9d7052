"""A match in words: what speaks for it, and what is missing."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.enums import PriceBasis, PriceKind, Recurrence
from listings.models import Listing, Match
from materials.enums import Unit

Number = Fraction | Decimal | int


@dataclass(frozen=True)
class Explanation:
    """Sentences without a full stop, strongest first: `reasons` for the pair, `lacks` against it."""

    reasons: list[str]
    lacks: list[str]

    @property
    def line(self) -> str:
        return " · ".join(self.reasons)


def explain(match: Match) -> Explanation:
    """Words for each part of a match. Needs match.supply and match.demand with their materials."""
    reasons, lacks = [_distance(match)], list[str]()
    _quantity(match, reasons, lacks)
    _timing(match, reasons, lacks)
    _material(match, reasons, lacks)
    _price(match, reasons, lacks)
    if match.demand.condition is None:
        reasons.append(_("staat: %(condition)s") % {"condition": match.supply.get_condition_display()})
    else:
        reasons.append(_("staat zoals gevraagd"))
    return Explanation(reasons=reasons, lacks=lacks)


def _distance(match: Match) -> str:
    km = match.distance_m / 1000
    return _("%(km)s km") % {"km": number_format(km, 1 if km < 10 else 0)}


def _quantity(match: Match, reasons: list[str], lacks: list[str]) -> None:
    share = round((match.coverage or 0) * 100)
    if share >= 100:
        reasons.append(_("de hele gevraagde hoeveelheid"))
    else:
        reasons.append(_("%(share)s %% van de gevraagde hoeveelheid") % {"share": max(share, 1)})
        lacks.append(_("nog %(share)s %% te vinden") % {"share": 100 - max(share, 1)})
    if match.demand.recurrence != Recurrence.ONE_OFF and match.supply.recurrence == Recurrence.ONE_OFF:
        lacks.append(_("één partij, terwijl de vraag terugkeert"))
    if match.quantity_part < (match.coverage or 0):
        lacks.append(_("de partij is groter dan gevraagd en gaat niet in delen weg"))


def _timing(match: Match, reasons: list[str], lacks: list[str]) -> None:
    days = match.overlap_days
    if days >= 365:
        reasons.append(_("tijd genoeg"))
    elif days >= 14:
        weeks = days // 7
        reasons.append(ngettext("%(count)s week overlap", "%(count)s weken overlap", weeks) % {"count": weeks})
    else:
        words = ngettext("%(count)s dag overlap", "%(count)s dagen overlap", days) % {"count": days}
        reasons.append(words)
        lacks.append(_("weinig tijd om af te spreken"))


def _material(match: Match, reasons: list[str], lacks: list[str]) -> None:
    supply, demand = match.supply.material, match.demand.material
    assert supply is not None  # pairs are between complete goods
    assert demand is not None
    if supply.pk == demand.pk:
        reasons.append(_("materiaal exact"))
    elif supply.depth > demand.depth:
        reasons.append(
            _("%(supply)s is een soort %(demand)s") % {"supply": supply.name, "demand": demand.name.lower()}
        )
    else:
        lacks.append(_("ruimer materiaal: %(supply)s") % {"supply": supply.name.lower()})


def _price(match: Match, reasons: list[str], lacks: list[str]) -> None:
    """From what both sides say, not from the score: a part of one half may be a price twice as high, or no price."""
    supply, demand = match.supply, match.demand
    kinds = (supply.price_kind, demand.price_kind)
    asked, offered = _comparable_prices(supply, demand)
    if kinds == (PriceKind.REMOVAL_FEE, PriceKind.REMOVAL_FEE):
        # Here the supply pays, and the demand asks.
        _say_price(offered, asked, _("vergoeding voor het ophalen ligt lager dan gevraagd"), reasons, lacks)
    elif demand.price_kind == PriceKind.REMOVAL_FEE and supply.price_kind != PriceKind.ON_REQUEST:
        lacks.append(_("de vraag rekent een vergoeding om het op te halen"))
    elif supply.price_kind in (PriceKind.FREE, PriceKind.REMOVAL_FEE):
        reasons.append(_("prijs past"))
    elif kinds == (PriceKind.FIXED, PriceKind.FREE):
        _say_price(supply.price_eur, 0, _("vraagprijs ligt hoger dan geboden"), reasons, lacks)
    elif kinds == (PriceKind.FIXED, PriceKind.FIXED):
        _say_price(asked, offered, _("vraagprijs ligt hoger dan geboden"), reasons, lacks)
    else:
        lacks.append(_("prijs nog af te spreken"))


def _say_price(
    asked: Number | None, offered: Number | None, too_high: str, reasons: list[str], lacks: list[str]
) -> None:
    if asked is None or offered is None:
        lacks.append(_("prijs nog af te spreken"))
    elif asked <= offered:
        reasons.append(_("prijs past"))
    else:
        lacks.append(too_high)


def _comparable_prices(supply: Listing, demand: Listing) -> tuple[Fraction | None, Fraction | None]:
    """What each side names per base unit; nothing where the units measure different things."""
    if Unit(supply.unit).dimension != Unit(demand.unit).dimension:
        return None, None
    return _price_per_base_unit(supply), _price_per_base_unit(demand)


def _price_per_base_unit(listing: Listing) -> Fraction | None:
    if listing.price_eur is None or listing.quantity is None:
        return None
    amount = Fraction(Unit(listing.unit).factor)
    if listing.price_basis == PriceBasis.LOT:
        amount *= Fraction(listing.quantity)
    return Fraction(listing.price_eur) / amount

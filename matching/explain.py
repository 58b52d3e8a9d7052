"""Says in words what speaks for a match or a chain, and what speaks against it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.enums import PriceBasis, PriceKind, Recurrence
from listings.models import Listing
from matching.chains.find import Chain
from matching.models import Match
from matching.rules import AMPLE_OVERLAP_DAYS, OPEN_WINDOW_DAYS, STREAM_WEEKS, WEEKS_PER_DELIVERY
from materials import figures
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


class Joined(Protocol):
    """What a match and a chain have in common: a supply for a demand."""

    @property
    def supply(self) -> Listing: ...
    @property
    def demand(self) -> Listing: ...
    @property
    def coverage(self) -> float | None: ...
    @property
    def quantity_part(self) -> float: ...
    @property
    def overlap_days(self) -> int: ...


def explain(match: Match) -> Explanation:
    """Words for each part of a match's score. Needs for_reasons()."""
    reasons, lacks = [figures.distance(match.distance_m)], list[str]()
    _quantity(match, reasons, lacks)
    _timing(match, reasons, lacks)
    _material(match, reasons, lacks)
    _price(match, reasons, lacks)
    if match.demand.condition is None:
        reasons.append(_("staat: %(condition)s") % {"condition": match.supply.get_condition_display()})
    else:
        reasons.append(_("staat zoals gevraagd"))
    return Explanation(reasons=reasons, lacks=lacks)


def explain_chain(chain: Chain) -> Explanation:
    """Words for each part of a chain's score, the length of the whole way first."""
    reasons, lacks = [_("%(distance)s in totaal") % {"distance": figures.distance(chain.distance_m)}], list[str]()
    _capacity(chain, reasons, lacks)
    _quantity(chain, reasons, lacks)
    _material(chain, reasons, lacks)
    _price(chain, reasons, lacks)
    if chain.condition_after != chain.supply.condition:
        reasons.append(_("daarna: %(condition)s") % {"condition": chain.condition_after.label})
    elif chain.demand.condition is not None:
        reasons.append(_("staat zoals gevraagd"))
    return Explanation(reasons=reasons, lacks=lacks)


def _capacity(chain: Chain, reasons: list[str], lacks: list[str]) -> None:
    first, count = figures.day_and_month(chain.weeks[0].start), len(chain.weeks)
    if not chain.capacity_known:
        lacks.append(_("niet bekend of deze partij in die weken past: vraag het na"))
        return
    words = ngettext(
        "plaats in de week van %(day)s", "plaats in %(count)s weken, vanaf die van %(day)s", count
    )  # fmt: skip
    reasons.append(words % {"day": first, "count": count})
    if chain.parts["capacity"] < 1:
        lacks.append(_("te veel voor één week: te spreiden over weken"))


def _quantity(match: Joined, reasons: list[str], lacks: list[str]) -> None:
    share = round((match.coverage or 0) * 100)
    streams = [side.recurrence != Recurrence.ONE_OFF for side in (match.supply, match.demand)]
    shared = {"share": max(share, 1), "weeks": max(1, round(min(match.overlap_days / 7, STREAM_WEEKS)))}
    if all(streams):
        _rates(match, share, reasons)
    elif any(streams):
        whole = ngettext(
            "over %(weeks)s week de hele gevraagde hoeveelheid", "over %(weeks)s weken de hele gevraagde hoeveelheid",
            shared["weeks"],
        )  # fmt: skip
        part = ngettext(
            "over %(weeks)s week %(share)s %% van de gevraagde hoeveelheid",
            "over %(weeks)s weken %(share)s %% van de gevraagde hoeveelheid", shared["weeks"],
        )  # fmt: skip
        reasons.append((whole if share >= 100 else part) % shared)
    elif share >= 100:
        reasons.append(_("de hele gevraagde hoeveelheid"))
    else:
        reasons.append(_("%(share)s %% van de gevraagde hoeveelheid") % shared)
    if share < 100:
        lacks.append(_("nog %(share)s %% te vinden") % {"share": 100 - max(share, 1)})
    if streams == [False, True]:
        lacks.append(_("één partij, terwijl de vraag terugkeert"))
    if Unit(match.supply.unit).dimension != Unit(match.demand.unit).dimension:
        lacks.append(_("hoeveelheden vergeleken op geschat gewicht"))
    if match.quantity_part < (match.coverage or 0):
        lacks.append(_("de partij is groter dan gevraagd en gaat niet in delen weg"))


def _rates(match: Joined, share: int, reasons: list[str]) -> None:
    """What two streams bring and ask in a week: in the demand's unit, or as a share if the supply's can't compare."""
    offered, asked = per_week(match.supply, match.demand.unit), per_week(match.demand, match.demand.unit)
    if offered is None or asked is None:
        whole, part = (
            _("de hele gevraagde hoeveelheid per week"),
            _("%(share)s %% van de gevraagde hoeveelheid per week"),
        )
        reasons.append(whole if share >= 100 else part % {"share": max(share, 1)})
        return
    unit = Unit(match.demand.unit).label
    words = {"offered": figures.number(offered, 1), "asked": figures.number(asked, 1), "unit": unit}
    reasons.append(_("per week %(offered)s van de gevraagde %(asked)s %(unit)s") % words)


def per_week(stream: Listing, unit: str) -> float | None:
    """What a stream brings or asks in a week, in a unit; None where the stream's own unit can't compare with it."""
    own = Unit(stream.unit)
    if stream.quantity is None or own.dimension != Unit(unit).dimension:
        return None
    return float(stream.quantity * own.factor / Unit(unit).factor) / WEEKS_PER_DELIVERY[stream.recurrence]


def _timing(match: Match, reasons: list[str], lacks: list[str]) -> None:
    days = match.overlap_days
    if days >= OPEN_WINDOW_DAYS:
        reasons.append(_("tijd genoeg"))
    elif days >= AMPLE_OVERLAP_DAYS:
        weeks = days // 7
        reasons.append(ngettext("%(count)s week overlap", "%(count)s weken overlap", weeks) % {"count": weeks})
    else:
        words = ngettext("%(count)s dag overlap", "%(count)s dagen overlap", days) % {"count": days}
        reasons.append(words)
        lacks.append(_("weinig tijd om af te spreken"))


def _material(match: Joined, reasons: list[str], lacks: list[str]) -> None:
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


def _price(match: Joined, reasons: list[str], lacks: list[str]) -> None:
    """Words for the price. They follow from both prices: a part of ½ may mean twice the price, or an unknown one."""
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
    """The price of each side per base unit; None where the units measure different things."""
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

"""Says in words what speaks for a match or a chain, and what speaks against it."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.enums import Condition, ListingKind, PriceBasis, PriceKind, Recurrence, ServiceKind
from listings.models import Listing
from matching.chains.find import Chain
from matching.chains.needs import needs_of
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
    def lot_share(self) -> float | None: ...
    @property
    def overlap_days(self) -> int: ...


def explain(match: Match, of: str = "") -> Explanation:
    """Words for each part of a match's score. Needs for_reasons().

    `of` says whose listing the reader's own is: "supply", "demand", or "" for neither.
    """
    reasons, lacks = [figures.distance(match.distance_m)], list[str]()
    _quantity(match, of, reasons, lacks)
    _timing(match, reasons, lacks)
    _material(match, reasons, lacks)
    _price(match.supply, match.demand, reasons, lacks)
    if match.demand.condition is None:
        reasons.append(_("staat: %(condition)s") % {"condition": match.supply.get_condition_display()})
    else:
        reasons.append(_("staat zoals gevraagd"))
    lacks += work_first(match.supply, match.demand)
    return Explanation(reasons=reasons, lacks=lacks)


def work_first(supply: Listing, demand: Listing) -> list[str]:
    """What has to be done before a demand can use a supply; for who asks for what is to repair, nothing.

    Of columns matching.pairs.score.needs_work_first() says the same.
    """
    if demand.condition is not None and demand.condition <= Condition.TO_REPAIR:
        return []
    words = {
        ServiceKind.REPAIR: _("moet eerst hersteld worden"),
        ServiceKind.MAINTENANCE: _("moet eerst onderhouden worden"),
        ServiceKind.SORTING: _("moet eerst gesorteerd worden"),
        ServiceKind.WASHING: _("moet eerst gewassen worden"),
        ServiceKind.TAKE_BACK: _("moet eerst teruggenomen worden"),
        ServiceKind.DISMANTLING: _("moet eerst gedemonteerd worden"),
        ServiceKind.STORAGE: _("moet eerst opgeslagen worden"),
    }
    return [words[ServiceKind(kind)] for kind in needs_of(supply)]


def explain_chain(chain: Chain) -> Explanation:
    """Words for each part of a chain's score, the length of the whole way first."""
    reasons, lacks = [figures.whole_way(chain.distance_m)], list[str]()
    _capacity(chain, reasons, lacks)
    _quantity(chain, "", reasons, lacks)
    _material(chain, reasons, lacks)
    _price(chain.supply, chain.demand, reasons, lacks)
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


def _quantity(match: Joined, of: str, reasons: list[str], lacks: list[str]) -> None:
    """What share of the demand is met, and what share of the lot goes."""
    share = _percent(match.coverage or 0)
    streams = [side.recurrence != Recurrence.ONE_OFF for side in (match.supply, match.demand)]
    said = _rates(match, share, of) if all(streams) else _of_the_demand(share, of, match.demand)
    if _is_too_much(match):
        said = _("%(share)s · de hele partij, meer dan gevraagd") % {"share": said}
    elif match.lot_share is not None:
        lot = _percent(match.lot_share)
        said = f"{said} · {_of_what_comes(lot, of) if streams[0] else _of_the_lot(lot, of, match.supply)}"
    if any(streams) and not all(streams):
        weeks = max(1, round(min(match.overlap_days / 7, STREAM_WEEKS)))
        over = ngettext("over %(weeks)s week: %(amounts)s", "over %(weeks)s weken: %(amounts)s", weeks)
        said = over % {"weeks": weeks, "amounts": said}
    reasons.append(said)
    if share < 100:
        lacks.append(_("nog %(share)s %% te vinden") % {"share": 100 - share})
    if any(_is_partly_promised(side) for side in (match.supply, match.demand)):
        lacks.append(_("gerekend met wat nu nog vrij is: in een latere periode kan het meer of minder zijn"))
    if streams == [False, True]:
        lacks.append(_("één partij, terwijl de vraag terugkeert"))
    if Unit(match.supply.unit).dimension != Unit(match.demand.unit).dimension:
        lacks.append(_("hoeveelheden vergeleken op geschat gewicht"))
    if _is_too_much(match):
        lacks.append(_("de partij is groter dan gevraagd en gaat niet in delen weg"))


def _is_partly_promised(side: Listing) -> bool:
    """Of what comes back: then other periods than the one that runs may have more or less that is free."""
    return side.recurrence != Recurrence.ONE_OFF and side.taken_quantity > 0


def _is_too_much(match: Joined) -> bool:
    """Whether a lot that goes whole is more than what is asked: then a share of it says nothing."""
    return not match.supply.splittable and match.lot_share is not None and match.lot_share < 1


def _percent(share: float) -> int:
    """A share in whole percents; 1 for what is less."""
    return max(round(share * 100), 1)


def _of_the_demand(share: int, of: str, demand: Listing) -> str:
    if demand.taken_quantity:
        if share >= 100:
            return _("alles wat nog gezocht wordt")
        return _("%(share)s %% van wat nog gezocht wordt") % {"share": share}
    if of == ListingKind.DEMAND:
        return _("je hele vraag") if share >= 100 else _("%(share)s %% van je vraag") % {"share": share}
    return _("de hele vraag") if share >= 100 else _("%(share)s %% van de vraag") % {"share": share}


def _of_the_lot(share: int, of: str, supply: Listing) -> str:
    if supply.taken_quantity:
        return _("alles wat nog vrij is") if share >= 100 else _("%(share)s %% van wat nog vrij is") % {"share": share}
    if of == ListingKind.SUPPLY:
        return _("je hele partij") if share >= 100 else _("%(share)s %% van je partij") % {"share": share}
    return _("de hele partij") if share >= 100 else _("%(share)s %% van de partij") % {"share": share}


def _of_what_comes(share: int, of: str) -> str:
    """Of a supply that comes back."""
    if of == ListingKind.SUPPLY:
        return (
            _("alles wat bij jou vrijkomt")
            if share >= 100
            else _("%(share)s %% van wat bij jou vrijkomt") % {"share": share}
        )
    return _("alles wat vrijkomt") if share >= 100 else _("%(share)s %% van wat vrijkomt") % {"share": share}


def _rates(match: Joined, share: int, of: str) -> str:
    """What two streams bring and ask in a week: in the demand's unit, or as a share if the supply's can't compare."""
    offered, asked = per_week(match.supply, match.demand.unit), per_week(match.demand, match.demand.unit)
    if offered is None or asked is None:
        return _("per week %(amounts)s") % {"amounts": _of_the_demand(share, of, match.demand)}
    words = {
        "offered": figures.number(offered, 1),
        "asked": figures.number(asked, 1),
        "unit": Unit(match.demand.unit).label,
    }
    if offered > asked:
        return _("per week %(asked)s %(unit)s gevraagd, er komt %(offered)s vrij") % words
    return _("per week %(offered)s van de gevraagde %(asked)s %(unit)s") % words


def per_week(stream: Listing, unit: str) -> float | None:
    """What is free in a week of the period of a stream that runs, in a unit; None where the stream's own unit can't
    compare with it.
    """
    own = Unit(stream.unit)
    if stream.quantity is None or own.dimension != Unit(unit).dimension:
        return None
    free = stream.quantity - stream.taken_quantity
    return float(free * own.factor / Unit(unit).factor) / WEEKS_PER_DELIVERY[stream.recurrence]


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


def price_to_agree(supply: Listing, demand: Listing) -> list[str]:
    """What of the price both sides have yet to agree on."""
    lacks = list[str]()
    _price(supply, demand, [], lacks)
    return lacks


def _price(supply: Listing, demand: Listing, reasons: list[str], lacks: list[str]) -> None:
    """Words for the price. They follow from both prices: a part of ½ may mean twice the price, or an unknown one."""
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

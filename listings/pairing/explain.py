"""A match in words: what speaks for it, and what is missing."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from listings.enums import Recurrence
from listings.models import Match


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
    if match.price_part >= 1:
        reasons.append(_("prijs past"))
    elif match.price_part == 0.5:
        lacks.append(_("prijs nog af te spreken"))
    else:
        lacks.append(_("vraagprijs ligt hoger dan geboden"))

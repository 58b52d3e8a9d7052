"""A counter-offer beside what was asked: what changed and why, where whoever is to answer it reads it first."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from exchanges.enums import ExchangeState, Side
from exchanges.models import Exchange, ExchangeLeg, ExchangeStep
from exchanges.verbs import ExchangeVerb
from frontend.components import figures


@dataclass(frozen=True)
class CounterOffer:
    words: str
    #: Empty where none was given, or the reader may not know it.
    reason: str


def counter_offer_of(
    exchange: Exchange, leg: ExchangeLeg, sides: set[Side], steps: Iterable[tuple[ExchangeStep, str]]
) -> CounterOffer | None:
    """The one that waits for its answer; None where none does. `steps` are those of the exchange, each with its reason
    as far as the reader may know it.
    """
    if exchange.state != ExchangeState.COUNTERED:
        return None
    is_other_day = leg.wanted_on != leg.asked_on
    words = {
        "asked": _offer(leg, leg.asked_quantity, leg.asked_on if is_other_day else None),
        "offered": _offer(leg, leg.quantity, leg.wanted_on if is_other_day else None),
        "organisation": exchange.shown_of(Side.OWNER),
    }
    if Side.REQUESTER in sides:
        said = _("Je vroeg %(asked)s. %(organisation)s stelt voor: %(offered)s.") % words
    else:
        said = _("Gevraagd: %(asked)s. Tegenvoorstel: %(offered)s.") % words
    reasons = [reason for step, reason in steps if step.step == ExchangeVerb.COUNTERED]
    return CounterOffer(said, reasons[-1] if reasons else "")


def _offer(leg: ExchangeLeg, quantity: Decimal, day: dt.date | None) -> str:
    amount = figures.stored_amount(quantity, leg.unit)
    return _("%(amount)s op %(day)s") % {"amount": amount, "day": figures.long_day(day)} if day else amount

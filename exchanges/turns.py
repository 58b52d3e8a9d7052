"""Whose turn it is at a moment, as one rule for a row and for a query.

A row says so as of its last step or reminder. That is right until an appointment ends: from then on both sides are to
say what was handed over, whether or not anybody wrote that down yet.
"""

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from exchanges.enums import ExchangeState, Turn
from exchanges.steps import STATES

if TYPE_CHECKING:
    from exchanges.models import Exchange


def turn_at(exchange: "Exchange", at: dt.datetime) -> Turn:
    """Whose turn it is, for whatever shows one exchange."""
    stored = Turn(exchange.turn)
    if stored != Turn.NOBODY or exchange.state != ExchangeState.SCHEDULED or exchange.deadline_at is None:
        return stored
    return Turn.BOTH if exchange.deadline_at <= _deadline_of_what_ended(at) else Turn.NOBODY


def turn_is(turn: Turn, at: dt.datetime) -> Q:
    """The exchanges of which turn_at() says so."""
    ended = Q(
        turn=Turn.NOBODY, state=ExchangeState.SCHEDULED, deadline_at__isnull=False,
        deadline_at__lte=_deadline_of_what_ended(at),
    )  # fmt: skip
    if turn == Turn.BOTH:
        return Q(turn=turn) | ended
    return Q(turn=turn) & ~ended if turn == Turn.NOBODY else Q(turn=turn)


def _deadline_of_what_ended(at: dt.datetime) -> dt.datetime:
    """The deadline is reckoned from the appointment's end."""
    return at + STATES[ExchangeState.SCHEDULED].lasts

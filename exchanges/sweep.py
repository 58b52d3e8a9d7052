"""What time does: reminds before a time-out, and takes the step that a time-out is.

How long each state lasts stands in steps.py.
"""

import datetime as dt

from django.db import transaction

from exchanges.enums import ENDED, ExchangeState
from exchanges.letters import remind
from exchanges.models import Exchange
from exchanges.schedule import schedule_of, turn_of
from exchanges.services.weights import give_as_stated
from exchanges.steps import STATES
from exchanges.taking import begin, finish, record_of
from exchanges.verbs import ExchangeVerb
from journal.one_by_one import take_one_by_one


def sweep(*, at: dt.datetime) -> int:
    """Take up to AT_ONCE exchanges that are due at `at`, each in its own transaction; returns how many.

    The next run takes the rest.
    """
    return take_one_by_one(
        "exchanges", Exchange.objects.due(at), lambda found: take_due(exchange=found, at=at), at, "due_at"
    )


@transaction.atomic
def take_due(*, exchange: Exchange, at: dt.datetime) -> None:
    """Remind of an exchange or end its state, whichever is due. The exchange is locked, or nobody else knows it."""
    exchange.refresh_from_db()
    if exchange.state in ENDED or exchange.due_at is None or exchange.due_at > at:
        return
    assert exchange.deadline_at is not None
    if at >= exchange.deadline_at:
        _time_out(exchange, at)
    else:
        _remind(exchange, at)


def _time_out(exchange: Exchange, at: dt.datetime) -> None:
    """Take the step that ends this state.

    A hand-over or dispute with a stated weight is completed as last stated, as one-sided. Without any weight it is
    cancelled by "stop".
    """
    name = STATES[ExchangeState(exchange.state)].time_out
    has_weights = exchange.legs.filter(weights__isnull=False).exists()
    taking = begin("stop" if name == "complete" and not has_weights else name, exchange=exchange, by=None, at=at)
    if name == "complete" and has_weights:
        last = give_as_stated(taking)
        taking.exchange.one_sided, taking.exchange.no_show_by = True, ""
        finish(taking, quantity=last.quantity, kg=last.kg)
    else:
        finish(taking)


def _remind(exchange: Exchange, at: dt.datetime) -> None:
    """However many reminders were missed while no worker ran, one letter is enough."""
    (leg,) = exchange.legs.select_related("listing")
    leg.exchange = exchange
    schedule = schedule_of(exchange, leg)
    exchange.turn = turn_of(exchange, leg, at)
    exchange.due_at, exchange.due_number = schedule.after(at), schedule.number_at(at)
    exchange.save(update_fields=["turn", "due_at", "due_number"])
    remind(exchange, leg, exchange.due_number, at)
    record_of(exchange, ExchangeVerb.REMINDED, None, None, exchange.state, {})

"""Agreeing when something is handed over, calling it off, and saying that somebody wasn't there."""

import datetime as dt
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.checks import check_in_week, checked_times, given_of
from exchanges.enums import AppointmentState, ExchangeState, Side
from exchanges.food import check_food_date
from exchanges.models import Appointment, Exchange
from exchanges.schedule import confirmed
from exchanges.steps import CONTEST_WITHIN, LATE, Step
from exchanges.taking import ExchangeMoved, How, Taking, begin, change_calendar, drop_accusation, finish
from exchanges.words import moment_words
from listings.late import TooLate


@transaction.atomic
def propose_times(
    *, by: User, exchange: Exchange, times: list[tuple[dt.datetime, dt.datetime]], sure: bool = False,
    **how: Unpack[How],
) -> Exchange:  # fmt: skip
    """Propose times to hand over, in place of all that were proposed before. An appointment that stands holds until
    another is confirmed. A time after the best-before date of food is proposed by who is `sure`.
    """
    taking = begin("propose_times", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    periods = checked_times(times, taking.at)
    check_food_date(given_of(taking.exchange), periods, sure=sure)
    check_in_week(taking.exchange, periods, timezone.localdate(taking.at))
    _drop_proposed(taking)
    side = _side(taking)
    Appointment.objects.bulk_create(
        [Appointment(leg=taking.leg, period=period, proposed_by=side) for period in periods]
    )
    return finish(taking, period=periods[0])


@transaction.atomic
def confirm_time(
    *, by: User, exchange: Exchange, appointment: Appointment, sure: bool = False, **how: Unpack[How]
) -> Exchange:
    """Confirm one of the times that the other side proposed: that is the appointment then. One after the best-before
    date of food is confirmed by who is `sure`.
    """
    fresh = Appointment.objects.filter(pk=appointment.pk, leg__exchange=exchange).first()
    allowed = {Side(fresh.proposed_by).other} if fresh else set()
    taking = begin("confirm_time", exchange=exchange, by=by, allowed=allowed or None, **how)
    if taking.is_replay:
        return taking.exchange
    found = taking.leg.appointments.filter(pk=appointment.pk, state=AppointmentState.PROPOSED).first()
    if found is None or found.proposed_by == taking.actor.side:
        raise ExchangeMoved(_("Dit moment is intussen niet meer voorgesteld. Kies een ander."), code="moved")
    if found.period.lower <= taking.at:
        raise TooLate({"times": _("Dit moment is voorbij. Stel een nieuw moment voor.")})
    # Its date may have been given since.
    check_food_date(given_of(taking.exchange), [found.period], sure=sure)
    leg = taking.leg
    leg.appointments.filter(state=AppointmentState.CONFIRMED).update(state=AppointmentState.DROPPED)
    found.state = AppointmentState.CONFIRMED
    found.save(update_fields=["state"])
    _drop_proposed(taking)
    change_calendar(taking)
    taking.exchange.no_show_by = ""
    # An appointment that is moved begins its reminders anew.
    taking.exchange.state_since = taking.at
    return finish(taking, period=found.period)


@transaction.atomic
def cancel(
    *, by: User, exchange: Exchange, is_told: bool = False, step: str | Step = "cancel", **how: Unpack[How]
) -> Exchange:
    """Call it off, and why: what was held is free again. Less than a day before the appointment it is late. Of a no-
    show it says nothing any more, unless whoever it is said of takes it, or could have contested it. Where it
    `is_told` with what it belongs to, no letter says it again; `step` is that of a delivery where it is one.
    """
    taking = begin(step, exchange=exchange, by=by, **how)
    taking.is_told = is_told
    if taking.is_replay:
        return taking.exchange
    appointment = confirmed(taking.leg)
    if appointment is not None:
        taking.exchange.cancelled_late = (
            taking.exchange.state == ExchangeState.SCHEDULED and appointment.period.lower - taking.at < LATE
        )
    drop_accusation(taking)
    return finish(taking)


@transaction.atomic
def report_no_show(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Say that the other side didn't come, once the time that was agreed on is over. They may contest it or say what
    went along, or both agree on another time.
    """
    taking = begin("report_no_show", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    appointment = confirmed(taking.leg)
    assert appointment is not None, "a scheduled exchange has an appointment"
    if taking.at < appointment.period.upper:
        words = {"moment": moment_words(appointment.period)}
        raise ValidationError(_("De afspraak is nog niet voorbij (%(moment)s): de ander kan nog komen.") % words)
    taking.exchange.no_show_by = _side(taking).other
    _drop_proposed(taking)
    return finish(taking)


@transaction.atomic
def contest_no_show(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Say that one did come, and how: the hub decides. For whoever is said not to have been there."""
    exchange.refresh_from_db(fields=["no_show_by"])
    accused = {Side(exchange.no_show_by)} if exchange.no_show_by else None
    taking = begin("contest_no_show", exchange=exchange, by=by, allowed=accused, **how)
    if taking.is_replay:
        return taking.exchange
    if taking.at > taking.exchange.state_since + CONTEST_WITHIN:
        raise TooLate(_("Tegenspreken kan tot vijf dagen na de melding."))
    return finish(taking)


@transaction.atomic
def uphold_no_show(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Decide that a side, who contested it, didn't come indeed, and why: it counts, and what was held is free again.
    For staff of the hub who belong to neither side. `settle_cancelled` and `settle` decide otherwise.
    """
    taking = begin("uphold_no_show", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    if not taking.exchange.no_show_by:
        raise ValidationError(_("Dit meningsverschil gaat niet over iemand die niet kwam opdagen."))
    return finish(taking)


def _side(taking: Taking) -> Side:
    assert taking.actor.side is not None, "sides take these steps"
    return taking.actor.side


def _drop_proposed(taking: Taking) -> None:
    taking.leg.appointments.filter(state=AppointmentState.PROPOSED).update(state=AppointmentState.DROPPED)

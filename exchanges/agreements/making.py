"""A delivery of a standing agreement becomes an ordinary exchange: agreed on, reserved in its period, and where the
agreement says at what time, with its appointment.
"""

import datetime as dt
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from psycopg.types.range import TimestamptzRange

from exchanges.agreements.checks import check_still_recurs, check_unit_to_make
from exchanges.agreements.letters import tell_of_agreement
from exchanges.agreements.taking import record_of_agreement
from exchanges.beginning import complete, new_exchange
from exchanges.checks import check_day_of, check_quantity, check_still_safe, given_of, moment, why_not
from exchanges.enums import CALLED_OFF, AppointmentState, DeliveryState, ExchangeState, Role, StartedFrom
from exchanges.models import Appointment, Delivery, Exchange, ExchangeLeg, StandingAgreement
from exchanges.permissions import Actor
from exchanges.taking import hold_for, write_step
from exchanges.verbs import AgreementVerb, ExchangeVerb
from listings.balances.periods import period_of
from listings.late import TooLate

_BY_TIME = Actor(Role.TIME_OUT, None)


def make_or_tell(agreement: StandingAgreement, delivery: Delivery, at: dt.datetime) -> None:
    """Make the exchange of a delivery; where nothing can be reserved, both sides hear so, and why.

    Each reads why in their own language: a refusal has its words from where it is made, so it is asked for in each.
    """
    why: dict[str, str] = {}
    for language in dict(settings.LANGUAGES):
        with translation.override(language):
            try:
                with transaction.atomic():
                    make_delivery(agreement, delivery, at)
            except ValidationError as error:
                why[language] = " ".join(error.messages)
            else:
                return
    delivery.exchange, delivery.state = None, DeliveryState.UNABLE
    delivery.save()
    record_of_agreement(agreement, AgreementVerb.UNABLE, None, _BY_TIME, delivery)
    tell_of_agreement(
        agreement, AgreementVerb.UNABLE, by=None, actor=_BY_TIME, reason=why, day=delivery.on,
        quantity=delivery.quantity,
    )  # fmt: skip


def make_delivery(agreement: StandingAgreement, delivery: Delivery, at: dt.datetime) -> None:
    """Make the exchange of a delivery, in place of one that was called off. Nobody has to answer it, and it is told
    only when it comes near, as its exchange does.

    Raises NotEnoughFree, and ValidationError by field where the listing can't give it on that day.
    """
    _check_can_be_made(agreement, delivery, at)
    listing = agreement.listing
    exchange = new_exchange(
        by=agreement.asked_by, listing=listing, period=period_of(listing, delivery.on),
        requester=agreement.requester, matched=None, arrangement=None, started_from=StartedFrom.STREAM,
        key=uuid4().hex, at=at,
    )  # fmt: skip
    exchange.agreement = agreement
    exchange.save()
    taking = complete(
        exchange, by=None, role=Role.TIME_OUT, side=None, quantity=delivery.quantity, wanted_on=delivery.on, message=""
    )
    taking.leg.reservation = hold_for(exchange, delivery.quantity, agreement.asked_by)
    taking.leg.save(update_fields=["reservation"])
    exchange.state = set_appointment(delivery, taking.leg)
    taking.is_told = True
    write_step(taking, ExchangeVerb.DELIVERY, "", {"wanted_on": delivery.on})
    delivery.exchange, delivery.state = exchange, DeliveryState.MADE
    delivery.save()


def _check_can_be_made(agreement: StandingAgreement, delivery: Delivery, at: dt.datetime) -> None:
    listing, today = agreement.listing, timezone.localdate(at)
    if delivery.on <= today:
        raise ValidationError({"on": _("Deze dag is voorbij. Kies er een vanaf morgen.")})
    if obstacle := why_not(listing, today):
        raise TooLate({"listing": obstacle})
    check_still_recurs(listing)
    check_unit_to_make(agreement)
    check_day_of(listing, delivery.on, today)
    check_quantity(listing, delivery.quantity, period_of(listing, delivery.on))


def set_appointment(delivery: Delivery, leg: ExchangeLeg) -> ExchangeState:
    """Make an appointment on the day and at the clock times of a delivery, in place of all that are there; returns the
    state that follows. Without clock times both sides still agree on a moment.
    """
    leg.appointments.exclude(state=AppointmentState.DROPPED).update(state=AppointmentState.DROPPED)
    if delivery.from_time is None or delivery.to_time is None:
        return ExchangeState.ACCEPTED
    period = TimestamptzRange(moment(delivery.on, delivery.from_time), moment(delivery.on, delivery.to_time))
    check_still_safe(given_of(leg.exchange), [period])
    Appointment.objects.create(
        leg=leg, period=period, proposed_by=delivery.agreement.gives, state=AppointmentState.CONFIRMED
    )
    return ExchangeState.SCHEDULED


def is_off(delivery: Delivery) -> bool:
    """Whether nothing is reserved for it any more, and nothing was handed over: it may be made anew."""
    exchange: Exchange | None = delivery.exchange
    if exchange is None:
        return delivery.state != DeliveryState.PLANNED
    return exchange.state in CALLED_OFF

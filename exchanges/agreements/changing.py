"""Changing or calling off deliveries of a standing agreement that are reserved already, within a step of it."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError

from exchanges.agreements.making import is_off, set_appointment
from exchanges.agreements.rhythm import next_day
from exchanges.agreements.taking import AgreementTaking
from exchanges.checks import check_day_of, check_quantity
from exchanges.enums import DeliveryState, Side
from exchanges.models import Appointment, Delivery, Exchange, Hours, StandingAgreement
from exchanges.schedule import confirmed
from exchanges.services.appointments import cancel
from exchanges.steps import CALL_OFF_DELIVERY, CHANGE_DELIVERY
from exchanges.taking import begin, change_calendar, hold_for, let_go, write_step
from listings.balances.periods import period_of
from listings.models import Listing


def side_of(taking: AgreementTaking) -> Side:
    assert taking.actor.side is not None, "sides take these steps"
    return taking.actor.side


def check_delivery_day(listing: Listing, day: dt.date, today: dt.date) -> None:
    """Raise ValidationError, at "on", for a day on which the listing brings or takes nothing."""
    try:
        check_day_of(listing, day, today)
    except ValidationError as error:
        raise ValidationError({"on": error.messages}) from None


def change_made(
    taking: AgreementTaking, delivery: Delivery, *, quantity: Decimal, on: dt.date, hours: Hours | None = None
) -> None:
    """Reserve another quantity, or on another day, for a delivery that is reserved. Its appointment is made anew where
    the day or the `hours` are others; without those they stay.

    Raises NotEnoughFree; ExchangeMoved where it is handed over or called off; ValidationError by field.
    """
    assert delivery.exchange is not None, "what is made has an exchange"
    hours = delivery.hours if hours is None else hours
    moves = (on, hours) != (delivery.on, delivery.hours)
    one = begin(
        CHANGE_DELIVERY, exchange=delivery.exchange, by=taking.by, side=side_of(taking), at=taking.at,
        behalf_note=taking.behalf_note,
    )  # fmt: skip
    exchange, leg, before = one.exchange, one.leg, one.exchange.state
    check_delivery_day(exchange.listing, on, taking.today)
    let_go(leg)
    exchange.period = period_of(exchange.listing, on)
    check_quantity(exchange.listing, quantity, exchange.period)
    leg.reservation = hold_for(exchange, quantity, taking.by)
    leg.quantity, leg.wanted_on = quantity, on
    leg.save()
    delivery.exchange, delivery.quantity, delivery.on = exchange, quantity, on
    delivery.from_time, delivery.to_time = hours
    if moves:
        stood = confirmed(leg)
        exchange.state, exchange.state_since = set_appointment(delivery, leg), taking.at
        if stood is not None:
            change_calendar(one)
            stood.refresh_from_db(fields=["state"])
        _note_changed(taking, confirmed(leg) or stood)
    one.is_told = True
    write_step(one, CHANGE_DELIVERY.verb, before, {"wanted_on": on})
    delivery.save()


def _note_changed(taking: AgreementTaking, appointment: Appointment | None) -> None:
    """Have the letter of the agreement's step take along what calendars are to know."""
    if appointment is not None:
        taking.changed.append(appointment)


def call_off(taking: AgreementTaking, delivery: Delivery, after: DeliveryState = DeliveryState.SKIPPED) -> None:
    """Skip a delivery, or have it planned again: what is reserved for it is free. Raises ExchangeMoved where it is
    handed over already.
    """
    exchange: Exchange | None = delivery.exchange
    if exchange is not None and not is_off(delivery):
        assert taking.by is not None, "people take this step"
        off = cancel(
            by=taking.by, exchange=exchange, side=side_of(taking), reason=taking.reason, at=taking.at, is_told=True,
            step=CALL_OFF_DELIVERY, behalf_note=taking.behalf_note,
        )  # fmt: skip
        _note_changed(taking, confirmed(off.legs.get()))
    if after == DeliveryState.PLANNED:
        delivery.exchange = None
    delivery.state = after
    delivery.save()


def call_off_coming(taking: AgreementTaking, after: DeliveryState) -> None:
    """Skip all that is reserved for days that are still to come, or have it planned again."""
    for delivery in lock_coming(taking):
        call_off(taking, delivery, after)


def lock_coming(taking: AgreementTaking) -> list[Delivery]:
    """What is reserved for days to come. All their exchanges are locked before the first step of one locks the
    listing: who takes a step of a later one locks that one first as well.
    """
    coming = taking.agreement.deliveries.coming(taking.today)
    keys = list(coming.values_list("exchange", flat=True))
    list(Exchange.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    return list(coming.all())


def keep_dates(agreement: StandingAgreement, today: dt.date, until: dt.date) -> None:
    """Store the dates that still come before a day from which on other terms hold, with what was agreed for them."""
    if agreement.next_on is None:
        return
    day, kept = next_day(agreement, max(agreement.next_on, today + dt.timedelta(days=1))), []
    while day is not None and day < until:
        kept.append(agreement.date_on(day))
        day = next_day(agreement, day + dt.timedelta(days=1))
    # What was changed or skipped beforehand is stored already.
    Delivery.objects.bulk_create(kept, ignore_conflicts=True)

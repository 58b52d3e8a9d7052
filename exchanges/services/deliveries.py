"""One delivery of a standing agreement: skipping it, and giving it another day or quantity. The agreement goes on."""

import datetime as dt
from decimal import Decimal
from typing import NoReturn, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.agreements.changing import call_off, change_made, check_delivery_day
from exchanges.agreements.checks import check_unit_to_make
from exchanges.agreements.dates import date_of
from exchanges.agreements.differences import Differs, kept_delivery
from exchanges.agreements.making import is_off, make_delivery
from exchanges.agreements.rhythm import is_day_of, next_day
from exchanges.agreements.steps import AHEAD
from exchanges.agreements.taking import AgreementHow, AgreementTaking, begin_step, finish_step
from exchanges.checks import FURTHEST, check_amount, check_whole
from exchanges.enums import DeliveryState, ExchangeState
from exchanges.models import Delivery, StandingAgreement
from exchanges.taking import ExchangeMoved, moved_words
from listings.late import TooLate
from materials import figures


@transaction.atomic
def skip_delivery(
    *, by: User, agreement: StandingAgreement, due_on: dt.date, **how: Unpack[AgreementHow]
) -> StandingAgreement:
    """Skip the delivery of one date, and why; also long before it is reserved. One that is skipped already stays so,
    and nobody hears of it twice.
    """
    taking = begin_step("skip_delivery", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    delivery = _delivery_of(taking, due_on)
    if delivery.state == DeliveryState.SKIPPED:
        return taking.agreement
    if not date_of(delivery, taking.today, runs=True).may_skip:
        _refuse(taking, delivery)
    call_off(taking, delivery)
    finish_step(taking, delivery)
    return taking.agreement


@transaction.atomic
def change_delivery(
    *,
    by: User,
    agreement: StandingAgreement,
    due_on: dt.date,
    quantity: Decimal | None = None,
    on: dt.date | None = None,
    **how: Unpack[AgreementHow],
) -> StandingAgreement:
    """Give the delivery of one date another quantity or day; what is left out stays as it is. One that was skipped, or
    for which nothing could be reserved, takes place so after all.

    Raises NotEnoughFree, ValidationError by field, ExchangeMoved where it is handed over already.
    """
    taking = begin_step("change_delivery", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    delivery, listing = _delivery_of(taking, due_on), taking.agreement.listing
    if not date_of(delivery, taking.today, runs=True).may_change:
        _refuse(taking, delivery)
    check_unit_to_make(taking.agreement)
    quantity = delivery.quantity if quantity is None else quantity
    on = delivery.on if on is None else on
    check_amount(quantity)
    check_whole(listing, quantity)
    if on <= taking.today:
        raise ValidationError({"on": _("Deze dag is voorbij. Kies er een vanaf morgen.")})
    check_delivery_day(listing, on, taking.today)
    if (quantity, on) == (delivery.quantity, delivery.on) and not is_off(delivery):
        raise ValidationError({"quantity": _("Kies een andere hoeveelheid of een andere dag.")})
    was = kept_delivery(delivery, taking.agreement.unit)
    if delivery.exchange is not None and not is_off(delivery):
        change_made(taking, delivery, quantity=quantity, on=on)
    else:
        delivery.quantity, delivery.on = quantity, on
        delivery.exchange, delivery.state = None, DeliveryState.PLANNED
        delivery.save()
        if on - AHEAD <= taking.today:
            make_delivery(taking.agreement, delivery, taking.at)
    taking.differs = Differs(was, kept_delivery(delivery, taking.agreement.unit))
    finish_step(taking, delivery)
    return taking.agreement


def _refuse(taking: AgreementTaking, delivery: Delivery) -> NoReturn:
    """Say why it can't be skipped or changed any more: its exchange went on, or its day is past."""
    if delivery.exchange is not None and delivery.exchange.state not in (
        ExchangeState.ACCEPTED,
        ExchangeState.SCHEDULED,
    ):
        raise ExchangeMoved(moved_words(delivery.exchange, taking.by), code="moved")
    raise TooLate({"due_on": _("Deze dag is voorbij. Kies er een vanaf morgen.")})


def _delivery_of(taking: AgreementTaking, due_on: dt.date) -> Delivery:
    """The delivery of a date, stored or not. Raises ValidationError for a day that is none, is past, or far off."""
    agreement = taking.agreement
    found = agreement.deliveries.select_related("exchange").filter(due_on=due_on).first()
    if found is not None:
        return found
    # The range first: near the last year that there is, nobody can reckon a next date.
    if not taking.today < due_on <= taking.today + FURTHEST or not is_day_of(agreement, due_on):
        coming = next_day(agreement, taking.today + dt.timedelta(days=1))
        if coming is None:
            raise ValidationError({"due_on": _("Er komt geen levering meer.")})
        words = {"day": figures.long_day(coming)}
        raise ValidationError({"due_on": _("Op die dag is er geen levering. De volgende is op %(day)s.") % words})
    return agreement.date_on(due_on)

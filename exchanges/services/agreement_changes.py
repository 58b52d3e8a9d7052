"""Changing all that follows of a standing agreement. What asks more of the other side waits for its yes; anything else
counts at once, and the other hears of it.
"""

import datetime as dt
from dataclasses import replace
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.agreements.changing import call_off, change_made, keep_dates, lock_coming, side_of
from exchanges.agreements.checks import check_goes_on, check_terms, has_its_unit
from exchanges.agreements.differences import Differs, kept_terms
from exchanges.agreements.proposing import asks_more, drop_proposed, proposed_change, set_proposed
from exchanges.agreements.rhythm import is_day_of, next_day
from exchanges.agreements.steps import PROPOSE_CHANGE
from exchanges.agreements.sweep import first_day_after, make_all_due
from exchanges.agreements.taking import AgreementHow, AgreementTaking, begin_step, finish_step
from exchanges.agreements.terms import SomeTerms, Terms, set_terms, terms_of, wanted_terms
from exchanges.enums import DeliveryState
from exchanges.models import Delivery, StandingAgreement
from listings.balances.free import unit_of
from listings.late import TooLate
from materials import figures


@transaction.atomic
def change_agreement(
    *, by: User, agreement: StandingAgreement, terms: Terms | SomeTerms, **how: Unpack[AgreementHow]
) -> StandingAgreement:
    """Change all that follows from the `starts_on` of `terms` on; what they leave out stays as it is. What asks more
    of the other side waits for its yes, and until then all stays as it is; anything else counts at once. What is
    reserved from then on changes along; what is on none of its dates any more is called off. What comes before that
    stays as it was agreed on, and so does the quantity of a date that was given another one.

    Raises NotEnoughFree where one of those can't be reserved as it would be: then nothing changes.
    """
    taking = begin_step("change", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    locked = taking.agreement
    wanted = wanted_terms(locked, terms)
    wanted = replace(wanted, place=wanted.place.strip())
    unit = unit_of(locked.listing)
    _check_can_change(taking, wanted)
    if not asks_more(terms_of(locked), locked.unit, wanted, unit):
        return _change_to(taking, wanted)
    taking.step = PROPOSE_CHANGE
    set_proposed(locked, wanted, unit, by=side_of(taking), reason=taking.reason, at=taking.at)
    taking.differs = Differs(kept_terms(terms_of(locked), locked.unit), kept_terms(wanted, unit))
    finish_step(taking)
    return locked


@transaction.atomic
def agree_change(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Agree to the change that the other side proposed: it counts from now on.

    Raises NotEnoughFree where a date can't be reserved as it would be: then nothing changes.
    """
    taking = begin_step("agree_change", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    locked = taking.agreement
    wanted = proposed_change(locked)
    assert wanted is not None, "the step fits where a change waits"
    if wanted.terms.starts_on <= taking.today:
        raise TooLate(_("De eerste dag van deze wijziging is voorbij. Vraag om een nieuwe."))
    if wanted.unit != unit_of(locked.listing):
        raise TooLate(
            _("De eenheid van het zoekertje is intussen veranderd. Weiger de wijziging, en vraag een nieuwe.")
        )
    _check_can_change(taking, wanted.terms)
    drop_proposed(locked)
    return _change_to(taking, wanted.terms)


@transaction.atomic
def decline_change(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Say no to the change that the other side proposed, and why: all stays as it was."""
    return _without_change("decline_change", by, agreement, how)


@transaction.atomic
def take_back_change(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Take back the change that one proposed."""
    return _without_change("take_back_change", by, agreement, how)


def _without_change(name: str, by: User, agreement: StandingAgreement, how: AgreementHow) -> StandingAgreement:
    taking = begin_step(name, agreement=agreement, by=by, **how)
    if not taking.is_replay:
        drop_proposed(taking.agreement)
        finish_step(taking)
    return taking.agreement


def _check_can_change(taking: AgreementTaking, terms: Terms) -> None:
    """Raise where what follows can't be as these terms say, leaving aside what else is reserved."""
    locked = taking.agreement
    check_goes_on(locked, taking.today)
    check_terms(locked.listing, terms, taking.today)
    if not has_its_unit(locked):
        _check_keeps_none(locked, taking.today, terms.starts_on)


def _change_to(taking: AgreementTaking, terms: Terms) -> StandingAgreement:
    locked = taking.agreement
    before = terms_of(locked)
    was, new_unit = kept_terms(before, locked.unit), not has_its_unit(locked)
    locked.unit = unit_of(locked.listing)
    keep_dates(locked, taking.today, terms.starts_on)
    set_terms(locked, terms)
    coming = [delivery for delivery in lock_coming(taking) if delivery.due_on >= terms.starts_on]
    # What one lets go of, another may need.
    for delivery in coming:
        if not is_day_of(terms, delivery.due_on):
            call_off(taking, delivery)
    for delivery in coming:
        if is_day_of(terms, delivery.due_on):
            _change_coming(taking, delivery, before)
    _change_unmade(locked, before, new_unit=new_unit)
    locked.next_on = first_day_after(locked, taking.at)
    taking.differs = Differs(was, kept_terms(terms_of(locked), locked.unit))
    finish_step(taking)
    make_all_due(locked, taking.at)
    return locked


def _check_keeps_none(agreement: StandingAgreement, today: dt.date, first: dt.date) -> None:
    """Raise ValidationError where dates would be kept in a unit that the listing doesn't count in any more."""
    tomorrow = today + dt.timedelta(days=1)
    planned = agreement.deliveries.planned().filter(due_on__gte=tomorrow).order_by("due_on").first()
    days = [planned.due_on if planned is not None else None, next_day(agreement, tomorrow)]
    coming = min((day for day in days if day is not None), default=first)
    if coming < first:
        words = _("De eenheid van het zoekertje is veranderd: laat dit ingaan op %(day)s, de eerstvolgende levering.")
        raise ValidationError({"starts_on": words % {"day": figures.long_day(coming)}})


def _change_coming(taking: AgreementTaking, delivery: Delivery, before: Terms) -> None:
    """Let what is reserved follow the new terms. What it was given for itself, its quantity, stays."""
    agreement = taking.agreement
    quantity = agreement.quantity if delivery.quantity == before.quantity else delivery.quantity
    hours = (agreement.from_time, agreement.to_time)
    delivery.place = agreement.place
    if (quantity, hours) == (delivery.quantity, delivery.hours):
        delivery.save(update_fields=["place"])
    else:
        change_made(taking, delivery, quantity=quantity, on=delivery.on, hours=hours)


def _change_unmade(agreement: StandingAgreement, before: Terms, *, new_unit: bool) -> None:
    """What isn't reserved from the new first day on, also where it was skipped or called off, since it may take place
    after all: what is planned on other dates goes, and the others follow the new terms. A quantity of its own stays,
    but in a unit that counts no more it says nothing, whatever its day.
    """
    unmade = agreement.deliveries.unmade()
    rest = list(unmade.filter(due_on__gte=agreement.starts_on))
    gone = [row.pk for row in rest if not is_day_of(agreement, row.due_on) and row.state == DeliveryState.PLANNED]
    agreement.deliveries.filter(pk__in=gone).delete()
    following = agreement.deliveries.filter(pk__in=[row.pk for row in rest if is_day_of(agreement, row.due_on)])
    as_before = unmade if new_unit else following.filter(quantity=before.quantity)
    as_before.update(quantity=agreement.quantity)
    following.update(from_time=agreement.from_time, to_time=agreement.to_time, place=agreement.place)

"""Standing agreements: asking for one, answering, changing all that follows, pausing, and ending.

What both agreed on once, each may change: the other hears of it, and may set it right, skip a date, or end it.
"""

import datetime as dt
from dataclasses import replace
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.texts import check_text
from exchanges.agreements.changing import call_off, call_off_coming, change_made, keep_dates, lock_coming, side_of
from exchanges.agreements.checks import check_recurs, check_same_unit, check_still_recurs, check_terms, check_there_is
from exchanges.agreements.rhythm import is_day_of, next_day
from exchanges.agreements.steps import ASK
from exchanges.agreements.sweep import first_day_after, make_all_due, skip_planned
from exchanges.agreements.taking import (
    AgreementHow,
    AgreementTaking,
    begin_step,
    finish_step,
    set_due,
    tell_step,
)
from exchanges.agreements.terms import SomeTerms, Terms, asked_terms, set_terms, terms_of, wanted_terms, written
from exchanges.arrangements import OtherRequest, checked_key
from exchanges.checks import check_can_be_asked
from exchanges.enums import DeliveryState, Side
from exchanges.models import LONGEST_REMARK, Delivery, StandingAgreement
from exchanges.permissions import Actor, requesting_role
from exchanges.talk import said_along
from exchanges.texts import check_behalf_note
from exchanges.writing import begin_conversation
from listings.balances.free import unit_of
from listings.late import TooLate
from listings.models import Listing
from materials import figures


@transaction.atomic
def ask_agreement(
    *,
    by: User,
    organisation: Organisation,
    listing: Listing,
    terms: Terms,
    remark: str = "",
    behalf_note: str = "",
    idempotency_key: str = "",
    at: dt.datetime | None = None,
) -> StandingAgreement:
    """Ask for so much of a stream, or of the weeks of a service, in a rhythm. Nothing is held until it is agreed on.
    The same key again gives the agreement that it made before. `behalf_note` is as of request_exchange().

    Raises PermissionDenied, ValidationError by field, NotEnoughFree for more than a period brings.
    """
    at = at or timezone.now()
    listing = Listing.objects.select_related("organisation", "material").get(pk=listing.pk)
    role = requesting_role(by, organisation, listing)
    note = check_behalf_note(role, behalf_note)
    key, today = checked_key(idempotency_key), timezone.localdate(at)
    made = _made_before(key, listing, organisation, terms, (remark.strip(), note))
    if made is not None:
        return made
    check_can_be_asked(listing, organisation, today)
    check_recurs(listing)
    check_terms(listing, terms, today)
    check_text("remark", remark, LONGEST_REMARK)
    _check_none_open(listing, organisation)
    agreement = StandingAgreement(
        listing=listing, requester=organisation, owner=listing.organisation, hub_ids=sorted(listing.hub_ids),
        unit=unit_of(listing), behalf_note=note, asked_by=by, created_at=at,
        state_since=at, idempotency_key=key, version=1,
    )  # fmt: skip
    set_terms(agreement, terms)
    set_due(agreement, at)
    twin = _store_once(agreement, terms, remark.strip())
    if twin is not None:
        return twin
    begin_conversation(agreement, by=by, role=role, side=Side.REQUESTER, text=remark)
    tell_step(AgreementTaking(ASK, agreement, by, Actor(role, Side.REQUESTER), at, remark.strip(), behalf_note=note))
    return agreement


def _made_before(
    key: str, listing: Listing, requester: Organisation, terms: Terms, words: tuple[str, str]
) -> StandingAgreement | None:
    """What this key made. `words` are the remark and the behalf_note. Raises OtherRequest where something else was
    asked by it.
    """
    made = StandingAgreement.objects.filter(requester=requester, idempotency_key=key).first()
    if made is None:
        return None
    # Once others were agreed on, what was asked at first isn't known any more.
    is_as_asked = made.version == 1
    differs = is_as_asked and terms_of(made) != replace(terms, place=terms.place.strip())
    remark = said_along([made.conversation]).get(made.conversation.pk, "")
    if (made.listing_id, remark, made.behalf_note) != (listing.pk, *words) or differs:
        raise OtherRequest
    return made


def _check_none_open(listing: Listing, requester: Organisation) -> None:
    if StandingAgreement.objects.open().filter(listing=listing, requester=requester).exists():
        raise TooLate({"listing": _("Je organisatie heeft hiervoor al een vaste afspraak: bekijk die.")})


def _store_once(agreement: StandingAgreement, terms: Terms, remark: str) -> StandingAgreement | None:
    """Store it; or give the one that somebody of the organisation made by the same key at the same moment, with the
    same `remark`.
    """
    try:
        with transaction.atomic():
            agreement.save()
    except IntegrityError:
        key, listing, requester = agreement.idempotency_key, agreement.listing, agreement.requester
        twin = _made_before(key, listing, requester, terms, (remark, agreement.behalf_note))
        if twin is not None:
            return twin
        _check_none_open(agreement.listing, agreement.requester)
        raise
    return None


@transaction.atomic
def accept_agreement(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Agree. What its first dates bring is reserved at once; of what can't be, both hear."""
    taking = begin_step("accept", agreement=agreement, by=by, **how)
    return taking.agreement if taking.is_replay else _let_run(taking)


@transaction.atomic
def counter_agreement(
    *, by: User, agreement: StandingAgreement, terms: Terms | SomeTerms, **how: Unpack[AgreementHow]
) -> StandingAgreement:
    """Offer other terms than were asked: they hold once the requester agrees. What `terms` leave out stays as it was
    asked. Nothing is held until then.

    Raises ValidationError by field, NotEnoughFree for more than a period brings.
    """
    taking = begin_step("counter", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    locked = taking.agreement
    _check_still_recurs(locked, taking)
    check_same_unit(locked, side_of(taking))
    asked, offered = terms_of(locked), wanted_terms(locked, terms)
    check_terms(locked.listing, offered, taking.today)
    locked.asked_terms = written(asked)
    set_terms(locked, offered)
    if terms_of(locked) == asked:
        raise ValidationError({"quantity": _("Stel iets anders voor dan wat gevraagd is, of aanvaard.")})
    finish_step(taking)
    return locked


@transaction.atomic
def agree_agreement(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Take the counter-offer: it runs as the owner offered it."""
    taking = begin_step("agree", agreement=agreement, by=by, **how)
    return taking.agreement if taking.is_replay else _let_run(taking)


@transaction.atomic
def take_back_agreement(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Take the counter-offer back: it stands again as it was asked, and waits for its answer."""
    taking = begin_step("take_back", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    locked, asked = taking.agreement, asked_terms(taking.agreement)
    assert asked is not None, "a counter-offer keeps what was asked"
    set_terms(locked, asked)
    locked.asked_terms = {}
    finish_step(taking)
    return locked


def _let_run(taking: AgreementTaking) -> StandingAgreement:
    """From now on both have agreed. Raises NotEnoughFree where its owner has less by now, and of what goes whole also
    where it is more: no date could be made.
    """
    locked = taking.agreement
    _check_still_recurs(locked, taking)
    check_same_unit(locked, side_of(taking))
    check_there_is(locked.listing, locked.quantity)
    locked.agreed_at = taking.at
    locked.next_on = first_day_after(locked, taking.at)
    if locked.next_on is None:
        raise TooLate(_("Alle dagen van deze vaste afspraak zijn voorbij. Vraag een nieuwe."))
    if locked.listing.is_over(locked.next_on):
        assert locked.listing.available_until is not None
        words = {"day": figures.long_day(locked.listing.available_until)}
        raise TooLate({"starts_on": _("Dit kan tot en met %(day)s.") % words})
    finish_step(taking)
    make_all_due(locked, taking.at)
    return locked


def _check_still_recurs(agreement: StandingAgreement, taking: AgreementTaking) -> None:
    """Its owner may have changed the listing since it was asked for."""
    check_can_be_asked(agreement.listing, agreement.requester, taking.today)
    check_still_recurs(agreement.listing)


@transaction.atomic
def decline_agreement(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Say no, and why."""
    return _just_taken("decline", by, agreement, how)


@transaction.atomic
def withdraw_agreement(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Take one's question back."""
    return _just_taken("withdraw", by, agreement, how)


def _just_taken(name: str, by: User, agreement: StandingAgreement, how: AgreementHow) -> StandingAgreement:
    taking = begin_step(name, agreement=agreement, by=by, **how)
    if not taking.is_replay:
        finish_step(taking)
    return taking.agreement


@transaction.atomic
def change_agreement(
    *, by: User, agreement: StandingAgreement, terms: Terms | SomeTerms, **how: Unpack[AgreementHow]
) -> StandingAgreement:
    """Change all that follows from the `starts_on` of `terms` on; what they leave out stays as it is. What is reserved
    from then on changes along; what is on none of its dates any more is called off. What comes before that stays as it
    was agreed on, and so does the quantity of a date that was given another one.

    Raises NotEnoughFree where one of those can't be reserved as it would be: then nothing changes.
    """
    taking = begin_step("change", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    locked = taking.agreement
    before, terms = terms_of(locked), wanted_terms(locked, terms)
    _check_still_recurs(locked, taking)
    check_terms(locked.listing, terms, taking.today)
    new_unit = locked.unit != unit_of(locked.listing)
    if new_unit:
        _check_keeps_none(locked, taking.today, terms.starts_on)
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


@transaction.atomic
def pause_agreement(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Have no deliveries until it is resumed: what is reserved for days to come is called off until then."""
    taking = begin_step("pause", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    call_off_coming(taking, DeliveryState.PLANNED)
    taking.agreement.next_on = None
    finish_step(taking)
    return taking.agreement


@transaction.atomic
def resume_agreement(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Go on with its next date that wasn't skipped. What was planned for a day that is past by now is skipped."""
    taking = begin_step("resume", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    locked = taking.agreement
    locked.deliveries.planned().filter(on__lte=taking.today).update(state=DeliveryState.SKIPPED)
    locked.next_on = first_day_after(locked, taking.at)
    if locked.next_on is None and not locked.deliveries.planned().exists():
        raise TooLate(_("Alle dagen van deze vaste afspraak zijn voorbij. Stop ze, en vraag een nieuwe."))
    finish_step(taking)
    make_all_due(locked, taking.at)
    return locked


@transaction.atomic
def end_agreement(*, by: User, agreement: StandingAgreement, **how: Unpack[AgreementHow]) -> StandingAgreement:
    """Stop it, and why: what is reserved for days to come is called off."""
    taking = begin_step("end", agreement=agreement, by=by, **how)
    if taking.is_replay:
        return taking.agreement
    call_off_coming(taking, DeliveryState.SKIPPED)
    skip_planned(taking.agreement)
    taking.agreement.next_on = None
    finish_step(taking)
    return taking.agreement

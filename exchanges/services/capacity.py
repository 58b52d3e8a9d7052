"""Weeks of a service, asked for or reserved for somebody: each is an exchange, with its own day and weights."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import can_write_for
from accounts.texts import check_text
from exchanges.arrangements import OtherRequest, begin_arrangement, checked_key, legs_of
from exchanges.beginning import asked_with, check_not_running, complete, new_exchange, store_once
from exchanges.checks import check_amount, check_can_be_asked, check_period, check_quantity
from exchanges.enums import ArrangementKind, ExchangeState, Role, Side, StartedFrom
from exchanges.letters import tell_of_weeks
from exchanges.models import LONGEST_MESSAGE, Exchange
from exchanges.permissions import requesting_role
from exchanges.services.requests import request_exchange
from exchanges.taking import hold_for, write_step
from exchanges.texts import check_behalf_note
from exchanges.verbs import ExchangeVerb
from listings.capacity.services import lock_to_book, spread
from listings.enums import ListingKind
from listings.models import Listing


@transaction.atomic
def request_weeks(
    *,
    by: User,
    organisation: Organisation,
    service: Listing,
    weeks: Collection[dt.date],
    quantity: Decimal,
    message: str = "",
    matched: Listing | None = None,
    behalf_note: str = "",
    idempotency_key: str = "",
    at: dt.datetime | None = None,
) -> list[Exchange]:
    """Ask a service for an amount, in its capacity_unit, over weeks that are named by their Mondays: the first is
    filled first. All of it or nothing. `matched` is the supply of one's own that it is for;
    `behalf_note` is as of request_exchange().

    Raises PermissionDenied, NotEnoughFree, ValidationError by field. The same key again gives what it began before.
    """
    at = at or timezone.now()
    note = check_behalf_note(requesting_role(by, organisation, service), behalf_note)
    if service.kind != ListingKind.SERVICE:
        raise ValidationError({"listing": _("Alleen van een dienst vraag je weken.")})
    if not weeks:
        raise ValidationError({"weeks": _("Kies minstens één week.")})
    check_amount(quantity)
    arrangement = None
    if len(set(weeks)) > 1:
        arrangement, is_new = begin_arrangement(
            ArrangementKind.WEEKS, by=by, requester=organisation, about=[service], key=idempotency_key, at=at
        )
        if not is_new:
            made = list(arrangement.exchanges.order_by("period"))
            asked = sum(leg.asked_quantity for leg in legs_of(arrangement))
            # The first weeks are filled first: a later one may have got nothing.
            before = (asked, asked_with(made[0]), made[0].behalf_note)
            if before != (quantity, message.strip(), note) or not {one.period for one in made} <= set(weeks):
                raise OtherRequest
            return made
        idempotency_key = ""
    check_can_be_asked(service, organisation, timezone.localdate(at))
    made = [
        request_exchange(
            by=by, organisation=organisation, listing=service, quantity=part, period=monday, message=message,
            matched=matched, arrangement=arrangement, behalf_note=note, idempotency_key=idempotency_key, at=at,
        )
        for monday, part in spread(service, weeks, quantity)
    ]  # fmt: skip
    if arrangement is not None:
        tell_of_weeks(made)
    return made


@transaction.atomic
def book_weeks_for(
    *,
    by: User,
    service: Listing,
    supply: Listing,
    weeks: Collection[dt.date],
    quantity: Decimal,
    note: str = "",
    at: dt.datetime | None = None,
) -> list[Exchange]:
    """Reserve weeks of a service for a supply of another organisation: an exchange for each week, accepted at once.
    All of it or nothing. What they hear of it, they can call off.

    For members of the service's organisation and staff of its hubs. Raises PermissionDenied, NotEnoughFree,
    ValidationError by field.
    """
    at = at or timezone.now()
    locked, seen = lock_to_book(by, service, supply)
    assert seen is not None, "a supply was given"
    today = timezone.localdate(at)
    if not weeks:
        raise ValidationError({"weeks": _("Kies minstens één week.")})
    check_amount(quantity)
    check_text("note", note, LONGEST_MESSAGE)
    check_can_be_asked(locked, seen.organisation, today)
    _check_agrees(seen, locked, by)
    shares = spread(locked, weeks, quantity)
    arrangement = None
    if len(shares) > 1:
        arrangement, _is_new = begin_arrangement(
            ArrangementKind.WEEKS, by=by, requester=seen.organisation, about=[locked], key="", at=at
        )
    role = Role.OWNER if can_write_for(by, locked.organisation) else Role.HUB
    made = []
    for monday, part in shares:
        check_period(locked, monday, today)
        check_quantity(locked, part, monday)
        check_not_running(locked, monday, seen.organisation)
        exchange = new_exchange(
            by=by, listing=locked, period=monday, requester=seen.organisation, matched=seen, arrangement=arrangement,
            started_from=StartedFrom.MATCH, key=checked_key(""), at=at,
        )  # fmt: skip
        store_once(exchange)
        taking = complete(exchange, by=by, role=role, side=Side.OWNER, quantity=part, wanted_on=None, message=note)
        taking.leg.reservation = hold_for(exchange, part, by)
        taking.leg.save(update_fields=["reservation"])
        exchange.state = ExchangeState.ACCEPTED
        write_step(taking, ExchangeVerb.BOOKED, "", {})
        made.append(exchange)
    if arrangement is not None:
        tell_of_weeks(made)
    return made


def _check_agrees(supply: Listing, service: Listing, by: User) -> None:
    """Raise ValidationError where booking would tell the service whose a hub-only supply is before that agrees."""
    told = supply.disclosures.filter(organisation=service.organisation_id)
    if supply.hub_only and not can_write_for(by, supply.organisation) and not told.exists():
        words = _("Alleen de hub kent deze organisatie. Stel een keten voor: dan zegt ze zelf ja.")
        raise ValidationError({"supply": words})

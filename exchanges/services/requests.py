"""Asking for a part of a listing, and what its owner answers."""

import datetime as dt
from decimal import Decimal
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import check_is_hub_staff
from accounts.texts import check_text
from exchanges.arrangements import checked_key
from exchanges.beginning import Asked, check_not_running, complete, made_before, new_exchange, store_once
from exchanges.checks import (
    asked_period,
    check_can_be_asked,
    check_day,
    check_in_period,
    check_period,
    check_quantity,
)
from exchanges.enums import ArrangementKind, Role, Side, StartedFrom
from exchanges.models import LONGEST_MESSAGE, Arrangement, Exchange
from exchanges.obstacles import why_not_held
from exchanges.permissions import Actor, requesting_role
from exchanges.portions import planned_kg
from exchanges.proposals import Voice
from exchanges.taking import How, Taking, begin, finish, hold_for, let_go, write_step
from exchanges.texts import check_behalf_note
from exchanges.verbs import ExchangeVerb
from listings.enums import ListingKind
from listings.late import TooLate
from listings.models import WHOLE_LOT, Listing
from matching.models import HubPlan


@transaction.atomic
def request_exchange(
    *,
    by: User,
    organisation: Organisation,
    listing: Listing,
    quantity: Decimal,
    period: dt.date = WHOLE_LOT,
    wanted_on: dt.date | None = None,
    message: str = "",
    matched: Listing | None = None,
    plan: HubPlan | None = None,
    arrangement: Arrangement | None = None,
    behalf_note: str = "",
    idempotency_key: str = "",
    at: dt.datetime | None = None,
) -> Exchange:
    """Ask for a part of a supply or of a service's week, or offer a part of what a demand asks. Nothing is held until
    its owner answers.

    Of a service, `period` is the Monday of the week; of a stream, `wanted_on` says which period. `matched` is a
    listing of one's own that it pairs with; `plan` the hub's plan that brings the two together; `arrangement` what
    it is begun along with. Of staff of a hub, `behalf_note` says who of its partner asked them to, and how. The same
    key again gives the exchange that it made before. Raises PermissionDenied, ValidationError by field, NotEnoughFree.
    """
    at = at or timezone.now()
    listing = Listing.objects.select_related("organisation", "material").get(pk=listing.pk)
    role = requesting_role(by, organisation, listing)
    note, key = check_behalf_note(role, behalf_note), checked_key(idempotency_key)
    period = asked_period(listing, period, wanted_on)
    asked = Asked(listing, period, quantity, wanted_on, message, note)
    made = made_before(key, asked, organisation)
    if made is not None:
        return made
    _check_planned(plan, by, listing, matched)
    return _ask(
        asked, by=by, role=role, organisation=organisation, matched=matched, arrangement=arrangement,
        started_from=_began_from(matched, plan, arrangement), key=key, at=at,
    )  # fmt: skip


@transaction.atomic
def begin_agreed(
    *, asker: Voice, owner: Voice, listing: Listing, matched: Listing, quantity: Decimal, at: dt.datetime,
    period: dt.date = WHOLE_LOT,
) -> Exchange:  # fmt: skip
    """Reserve what the organisations of both listings said yes to: so much of a supply for the demand that it matches,
    or of a service's week, in its `period`, for a supply. That holds for the organisation: `asker` and `owner` said so
    for them, or on their behalf, and may have left since.

    Needs a transaction. Raises ValidationError by field and NotEnoughFree, as request_exchange() and accept().
    """
    listing = Listing.objects.select_related("organisation", "material").get(pk=listing.pk)
    asked = Asked(listing, asked_period(listing, period, None), quantity, None, "", asker.behalf_note)
    made = _ask(
        asked, by=asker.user, role=asker.role, organisation=matched.organisation, matched=matched, arrangement=None,
        started_from=StartedFrom.MATCH, key=checked_key(""), at=at,
    )  # fmt: skip
    taking = begin(
        "accept",
        exchange=made,
        by=owner.user,
        said=Actor(owner.role, Side.OWNER),
        behalf_note=owner.behalf_note,
        at=at,
    )
    _hold(taking)
    return finish(taking)


def _ask(
    asked: Asked, *, by: User | None, role: Role, organisation: Organisation, matched: Listing | None,
    arrangement: Arrangement | None, started_from: StartedFrom, key: str, at: dt.datetime,
) -> Exchange:  # fmt: skip
    """Check what is asked, and store it."""
    listing, period, quantity, wanted_on = asked.listing, asked.period, asked.quantity, asked.wanted_on
    today = timezone.localdate(at)
    check_can_be_asked(listing, organisation, today)
    check_period(listing, period, today)
    check_not_running(listing, period, organisation)
    _check_matched(matched, listing, organisation, role)
    check_quantity(listing, quantity, period)
    check_day(listing, wanted_on, today)
    check_in_period(listing, period, wanted_on)
    check_text("message", asked.message, LONGEST_MESSAGE)
    exchange = new_exchange(
        by=by, listing=listing, period=period, requester=organisation, matched=matched, arrangement=arrangement,
        started_from=started_from, key=key, at=at, behalf_note=asked.behalf_note,
    )  # fmt: skip
    twin = store_once(exchange, asked)
    if twin is not None:
        return twin
    taking = complete(
        exchange, by=by, role=role, side=Side.REQUESTER, quantity=quantity, wanted_on=wanted_on, message=asked.message
    )
    verb = ExchangeVerb.OFFERED if listing.kind == ListingKind.DEMAND else ExchangeVerb.REQUESTED
    write_step(taking, verb, "", {"wanted_on": wanted_on})
    return exchange


def _began_from(matched: Listing | None, plan: HubPlan | None, arrangement: Arrangement | None) -> StartedFrom:
    if arrangement is not None and arrangement.kind == ArrangementKind.BUNDLE:
        return StartedFrom.BUNDLE
    if plan is not None:
        return StartedFrom.PLAN
    return StartedFrom.MATCH if matched else StartedFrom.LISTING


def _check_matched(matched: Listing | None, listing: Listing, organisation: Organisation, role: Role) -> None:
    if matched is None:
        return
    if matched.organisation_id != organisation.pk:
        raise ValidationError({"matched": _("Kies een zoekertje van je eigen organisatie.")})
    if role == Role.HUB and matched.hub_only:
        words = _("Alleen de hub kent deze organisatie. Stel de match aan beide voor: dan zegt ze zelf ja.")
        raise ValidationError({"matched": words})
    if listing.kind == ListingKind.SERVICE:
        if matched.kind != ListingKind.SUPPLY:
            raise ValidationError({"matched": _("Een dienst werkt aan aanbod: kies een van je aanbod.")})
    elif {matched.kind, listing.kind} != {ListingKind.SUPPLY, ListingKind.DEMAND}:
        raise ValidationError({"matched": _("Een aanbod past bij een vraag, en omgekeerd.")})


def _check_planned(plan: HubPlan | None, by: User, listing: Listing, matched: Listing | None) -> None:
    """A plan is its hub's: others don't see that there is one."""
    if plan is None:
        return
    check_is_hub_staff(by, plan.hub)
    if planned_kg(plan, listing, matched) is None:
        raise ValidationError({"plan": _("Het plan brengt deze twee niet samen. Bekijk het plan opnieuw.")})


@transaction.atomic
def accept(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Reserve what was asked. Raises NotEnoughFree where others took it meanwhile."""
    taking = begin("accept", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    _hold(taking)
    return finish(taking)


@transaction.atomic
def counter(
    *, by: User, exchange: Exchange, quantity: Decimal | None = None, wanted_on: dt.date | None = None,
    **how: Unpack[How],
) -> Exchange:  # fmt: skip
    """Offer another quantity or day, which is held for as long as the requester may think it over."""
    taking = begin("counter", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    leg = taking.leg
    offered = (leg.quantity if quantity is None else quantity, leg.wanted_on if wanted_on is None else wanted_on)
    if offered == (leg.quantity, leg.wanted_on):
        raise ValidationError({"quantity": _("Stel een andere hoeveelheid of een andere dag voor, of aanvaard.")})
    check_quantity(taking.exchange.listing, offered[0], taking.exchange.period)
    if wanted_on is not None:
        check_day(taking.exchange.listing, wanted_on, timezone.localdate(taking.at))
        check_in_period(taking.exchange.listing, taking.exchange.period, wanted_on)
    leg.quantity, leg.wanted_on = offered
    _hold(taking)
    return finish(taking, wanted_on=leg.wanted_on)


def _hold(taking: Taking) -> None:
    """Hold the leg's quantity for the requester."""
    exchange, leg = taking.exchange, taking.leg
    if obstacle := why_not_held(exchange.listing, leg.unit, exchange.period):
        raise TooLate({obstacle.field: obstacle.to_owner})
    leg.reservation = hold_for(exchange, leg.quantity, taking.by)
    leg.save()


@transaction.atomic
def agree(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Take the counter-offer: what is held for it stays held."""
    taking = begin("agree", exchange=exchange, by=by, **how)
    return taking.exchange if taking.is_replay else finish(taking)


@transaction.atomic
def take_back(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Take the counter-offer back: the request stands again as it was asked, and waits for its answer."""
    taking = begin("take_back", exchange=exchange, by=by, **how)
    if taking.is_replay:
        return taking.exchange
    taking.leg.quantity, taking.leg.wanted_on = taking.leg.asked_quantity, taking.leg.asked_on
    let_go(taking.leg)
    taking.leg.save()
    return finish(taking)


@transaction.atomic
def decline(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Say no, and why."""
    taking = begin("decline", exchange=exchange, by=by, **how)
    return taking.exchange if taking.is_replay else finish(taking)


@transaction.atomic
def withdraw(*, by: User, exchange: Exchange, **how: Unpack[How]) -> Exchange:
    """Take one's request back, before or after a counter-offer."""
    taking = begin("withdraw", exchange=exchange, by=by, **how)
    return taking.exchange if taking.is_replay else finish(taking)

"""Asking for a part of a listing, and what its owner answers."""

import datetime as dt
from decimal import Decimal
from typing import Unpack
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.checks import check_can_be_asked, check_day, check_quantity
from exchanges.enums import ExchangeState, Role, Side, StartedFrom, Turn
from exchanges.models import LONGEST_MESSAGE, Conversation, Exchange, ExchangeLeg, Message
from exchanges.models.exchange import LONGEST_KEY
from exchanges.permissions import Actor, requesting_role
from exchanges.steps import STATES, STEPS
from exchanges.taking import How, Taking, begin, check_text, finish, let_go, move
from exchanges.verbs import ExchangeVerb
from listings.balances.services import hold
from listings.enums import ListingKind, ListingStatus
from listings.models import Listing


@transaction.atomic
def request_exchange(
    *,
    by: User,
    organisation: Organisation,
    listing: Listing,
    quantity: Decimal,
    wanted_on: dt.date | None = None,
    message: str = "",
    matched: Listing | None = None,
    idempotency_key: str = "",
    at: dt.datetime | None = None,
) -> Exchange:
    """Ask for a part of a supply, or offer a part of what a demand asks. Nothing is held until its owner answers.

    `matched` is a listing of one's own that it pairs with. The same key again gives the exchange that it made before.
    Raises PermissionDenied, ValidationError by field, NotEnoughFree.
    """
    at = at or timezone.now()
    listing = Listing.objects.select_related("organisation", "material").get(pk=listing.pk)
    role = requesting_role(by, organisation, listing)
    key = _checked_key(idempotency_key)
    made = Exchange.objects.filter(requester=organisation, idempotency_key=key).first()
    if made is not None:
        return _same(made, listing)
    today = timezone.localdate(at)
    check_can_be_asked(listing, organisation, today)
    _check_not_asked(listing, organisation)
    _check_matched(matched, listing, organisation)
    check_quantity(listing, quantity)
    check_day(listing, wanted_on, today)
    check_text("message", message, LONGEST_MESSAGE)
    hubs = sorted({*listing.hub_ids, *(matched.hub_ids if matched else ())})
    exchange = Exchange(
        listing=listing, matched=matched, requester=organisation, owner=listing.organisation, hub_ids=hubs,
        started_from=StartedFrom.MATCH if matched else StartedFrom.LISTING, asked_by=by, idempotency_key=key,
        created_at=at, state_since=at, turn=Turn.OWNER,
        due_at=at + STATES[ExchangeState.REQUESTED].reminders[0],
        deadline_at=at + STATES[ExchangeState.REQUESTED].lasts,
    )  # fmt: skip
    try:
        with transaction.atomic():
            exchange.save()
    except IntegrityError:
        # Somebody of the organisation asked at the same moment.
        twin = Exchange.objects.filter(requester=organisation, idempotency_key=key).first()
        if twin is not None:
            return _same(twin, listing)
        _check_not_asked(listing, organisation)
        raise
    sides = {"giver": listing.organisation, "receiver": organisation}
    if listing.kind == ListingKind.DEMAND:
        sides = {"giver": organisation, "receiver": listing.organisation}
    leg = ExchangeLeg.objects.create(
        exchange=exchange, listing=listing, quantity=quantity, asked_quantity=quantity, unit=listing.unit,
        wanted_on=wanted_on, asked_on=wanted_on, **sides,
    )  # fmt: skip
    conversation = Conversation.objects.create(
        # Who asks on behalf of a side reads the answers.
        exchange=exchange,
        hub_since=at if role == Role.HUB else None,
    )
    if message.strip():
        Message.objects.create(
            conversation=conversation, author=by, role=role, side=Side.REQUESTER, text=message.strip(), sent_at=at
        )
    taking = Taking(STEPS["accept"], exchange, leg, by, Actor(role, Side.REQUESTER), at)
    verb = ExchangeVerb.OFFERED if listing.kind == ListingKind.DEMAND else ExchangeVerb.REQUESTED
    move(taking, verb, "", {"wanted_on": wanted_on})
    return exchange


def _checked_key(key: str) -> str:
    if len(key) > LONGEST_KEY or "\0" in key:
        raise ValidationError({"idempotency_key": _("Een sleutel heeft hoogstens 64 tekens.")})
    return key or uuid4().hex


def _same(made: Exchange, listing: Listing) -> Exchange:
    if made.listing_id != listing.pk:
        raise ValidationError({"idempotency_key": _("Deze sleutel hoort bij een andere aanvraag. Neem een nieuwe.")})
    return made


def _check_not_asked(listing: Listing, organisation: Organisation) -> None:
    if Exchange.objects.open().filter(listing=listing, requester=organisation).exists():
        raise ValidationError({"listing": _("Je organisatie vroeg dit al aan: bekijk die uitwisseling.")})


def _check_matched(matched: Listing | None, listing: Listing, organisation: Organisation) -> None:
    if matched is None:
        return
    if matched.organisation_id != organisation.pk:
        raise ValidationError({"matched": _("Kies een zoekertje van je eigen organisatie.")})
    if {matched.kind, listing.kind} != {ListingKind.SUPPLY, ListingKind.DEMAND}:
        raise ValidationError({"matched": _("Een aanbod past bij een vraag, en omgekeerd.")})


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
    check_quantity(taking.exchange.listing, offered[0])
    if wanted_on is not None:
        check_day(taking.exchange.listing, wanted_on, timezone.localdate(taking.at))
    leg.quantity, leg.wanted_on = offered
    _hold(taking)
    return finish(taking, wanted_on=leg.wanted_on)


def _hold(taking: Taking) -> None:
    """Hold the leg's quantity for the requester."""
    listing, leg = taking.exchange.listing, taking.leg
    if listing.status == ListingStatus.EXPIRED:
        raise ValidationError({"listing": _("Dit zoekertje is verlopen. Publiceer het opnieuw, en aanvaard dan.")})
    if listing.unit != leg.unit:
        raise ValidationError(
            {
                "quantity": _(
                    "De eenheid van het zoekertje is intussen veranderd. Weiger, en vraag een nieuwe aanvraag."
                )
            }
        )
    leg.reservation = hold(
        by=taking.by, listing=listing, quantity=leg.quantity, organisation=taking.exchange.requester
    )
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

"""Storing a new exchange: once for each key, and once at a time between a listing's period and a requester."""

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.arrangements import other_request_words
from exchanges.enums import ExchangeState, Role, Side, Turn
from exchanges.models import Arrangement, Conversation, Exchange, ExchangeLeg, Message
from exchanges.models.sides import giving_side
from exchanges.permissions import Actor
from exchanges.steps import STATES, STEPS
from exchanges.taking import Taking
from listings.balances.free import unit_of
from listings.late import TooLate
from listings.models import Listing


def new_exchange(
    *, by: User | None, listing: Listing, period: dt.date, requester: Organisation, matched: Listing | None,
    arrangement: Arrangement | None, started_from: str, key: str, at: dt.datetime,
) -> Exchange:  # fmt: skip
    """An exchange that isn't stored yet."""
    requested = STATES[ExchangeState.REQUESTED]
    return Exchange(
        listing=listing, period=period, matched=matched, requester=requester, owner=listing.organisation,
        hub_ids=sorted({*listing.hub_ids, *(matched.hub_ids if matched else ())}), arrangement=arrangement,
        started_from=started_from, asked_by=by, idempotency_key=key, created_at=at, state_since=at, turn=Turn.OWNER,
        due_at=at + requested.reminders[0], deadline_at=at + requested.lasts,
    )  # fmt: skip


def made_before(key: str, listing: Listing, period: dt.date, requester: Organisation) -> Exchange | None:
    """What this key made. Raises ValidationError where that was something else."""
    made = Exchange.objects.filter(requester=requester, idempotency_key=key).first()
    if made is not None and (made.listing_id, made.period) != (listing.pk, period):
        raise ValidationError({"idempotency_key": other_request_words()})
    return made


def check_not_running(listing: Listing, period: dt.date, requester: Organisation) -> None:
    """Raise TooLate where the same is asked for already; deliveries of a standing agreement don't count."""
    if Exchange.objects.running(listing, period, requester).exists():
        raise TooLate({"listing": _("Je organisatie vroeg dit al aan: bekijk die uitwisseling.")})


def store_once(exchange: Exchange) -> Exchange | None:
    """Store it; or give the one that somebody of the organisation made by the same key at the same moment."""
    try:
        with transaction.atomic():
            exchange.save()
    except IntegrityError:
        key, listing, period = exchange.idempotency_key, exchange.listing, exchange.period
        twin = made_before(key, listing, period, exchange.requester)
        if twin is not None:
            return twin
        check_not_running(listing, period, exchange.requester)
        raise
    return None


def complete(
    exchange: Exchange, *, by: User | None, role: Role, side: Side | None, quantity: Decimal,
    wanted_on: dt.date | None, message: str,
) -> Taking:  # fmt: skip
    """Give a stored exchange its leg, its conversation and what was written along: its first step is still to come."""
    listing = exchange.listing
    gives = giving_side(listing)
    giver, receiver = exchange.organisation_of(gives), exchange.organisation_of(gives.other)
    leg = ExchangeLeg.objects.create(
        exchange=exchange, listing=listing, giver=giver, receiver=receiver, quantity=quantity,
        asked_quantity=quantity, unit=unit_of(listing), wanted_on=wanted_on, asked_on=wanted_on,
    )  # fmt: skip
    conversation = Conversation.objects.create(
        # Who asks on behalf of a side reads the answers.
        exchange=exchange,
        hub_since=exchange.created_at if role == Role.HUB else None,
    )
    if message.strip():
        Message.objects.create(
            conversation=conversation, author=by, role=role, side=side or "", text=message.strip(),
            sent_at=exchange.created_at,
        )  # fmt: skip
    return Taking(STEPS["accept"], exchange, leg, by, Actor(role, side), exchange.created_at)

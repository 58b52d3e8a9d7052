"""Storing a new exchange: once for each key, and once at a time between a listing's period and a requester."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from exchanges.arrangements import OtherRequest
from exchanges.enums import ExchangeState, Role, Side, Turn
from exchanges.models import Arrangement, Exchange, ExchangeLeg
from exchanges.models.sides import giving_side
from exchanges.permissions import Actor
from exchanges.steps import STATES, STEPS
from exchanges.taking import Taking
from exchanges.talk import said_along
from exchanges.writing import begin_conversation
from listings.balances.free import unit_of
from listings.late import TooLate
from listings.models import Listing


def new_exchange(
    *, by: User | None, listing: Listing, period: dt.date, requester: Organisation, matched: Listing | None,
    arrangement: Arrangement | None, started_from: str, key: str, at: dt.datetime, behalf_note: str = "",
) -> Exchange:  # fmt: skip
    """An exchange that isn't stored yet."""
    requested = STATES[ExchangeState.REQUESTED]
    return Exchange(
        listing=listing, period=period, matched=matched, requester=requester, owner=listing.organisation,
        hub_ids=sorted({*listing.hub_ids, *(matched.hub_ids if matched else ())}), arrangement=arrangement,
        started_from=started_from, asked_by=by, behalf_note=behalf_note, idempotency_key=key, created_at=at,
        state_since=at, turn=Turn.OWNER,
        due_at=at + requested.reminders[0], deadline_at=at + requested.lasts,
    )  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is asked of a listing: `quantity` in its unit_of(). The same key with anything else is another request."""

    listing: Listing
    period: dt.date
    quantity: Decimal
    wanted_on: dt.date | None
    message: str
    behalf_note: str = ""


def made_before(key: str, asked: Asked, requester: Organisation) -> Exchange | None:
    """What this key made. Raises OtherRequest where something else was asked by it."""
    made = Exchange.objects.filter(requester=requester, idempotency_key=key).first()
    if made is None:
        return None
    # What was asked stays as it was, whatever became of it since.
    (leg,) = made.legs.all()
    before = (made.listing_id, made.period, leg.asked_quantity, leg.asked_on, asked_with(made), made.behalf_note)
    wanted = (asked.listing.pk, asked.period, asked.quantity, asked.wanted_on, asked.message.strip())
    if before != (*wanted, asked.behalf_note):
        raise OtherRequest
    return made


def asked_with(exchange: Exchange) -> str:
    """What was written along with a request; empty where nothing was."""
    return said_along([exchange.conversation]).get(exchange.conversation.pk, "")


def check_not_running(listing: Listing, period: dt.date, requester: Organisation) -> None:
    """Raise TooLate where the same is asked for already; deliveries of a standing agreement don't count."""
    if Exchange.objects.running(listing, period, requester).exists():
        raise TooLate({"listing": _("Je organisatie vroeg dit al aan: bekijk die uitwisseling.")})


def store_once(exchange: Exchange, asked: Asked | None = None) -> Exchange | None:
    """Store it; or give the one that somebody of the organisation made by the same key at the same moment, for what is
    `asked` by a key of theirs.
    """
    try:
        with transaction.atomic():
            exchange.save()
    except IntegrityError:
        twin = made_before(exchange.idempotency_key, asked, exchange.requester) if asked is not None else None
        if twin is not None:
            return twin
        check_not_running(exchange.listing, exchange.period, exchange.requester)
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
    begin_conversation(exchange, by=by, role=role, side=side, text=message)
    return Taking(STEPS["accept"], exchange, leg, by, Actor(role, side), exchange.created_at)

"""Exchanges as the API writes them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import Organisation, User
from exchanges.api.slips import slips_of
from exchanges.chain_parts import unseen_parts
from exchanges.enums import AppointmentState
from exchanges.food import food_date_words
from exchanges.models import Arrangement, Carrier, Exchange, ExchangeLeg
from exchanges.obstacles import obstacle_of
from exchanges.open_steps import open_steps
from exchanges.parties import know_parties, place_of
from exchanges.permissions import sides_of
from exchanges.reading import behalf_notes_of, reads, reasons_for
from exchanges.turns import turn_at
from exchanges.words import sentences_of
from listings.balances.periods import is_stream
from listings.enums import ListingKind


def exchange_rows(exchanges: Iterable[Exchange], reader: User, at: dt.datetime) -> list[dict[str, Any]]:
    """As this reader may see them at that moment."""
    found = list(exchanges)
    know_parties(found, reader)
    return [_exchange_row(exchange, at) for exchange in found]


def _exchange_row(exchange: Exchange, at: dt.datetime) -> dict[str, Any]:
    (leg,) = exchange.legs.all()
    return {
        "id": exchange.pk,
        "state": exchange.state,
        "version": exchange.version,
        "turn": turn_at(exchange, at),
        "listing": exchange.listing_id,
        "started_from": exchange.started_from,
        "behalf_note": exchange.behalf_note or None,
        "arrangement": exchange.arrangement_id,
        "agreement": exchange.agreement_id,
        "week_start": exchange.period if exchange.listing.kind == ListingKind.SERVICE else None,
        "period_start": exchange.period if is_stream(exchange.listing) else None,
        "requester": party_row(exchange.requester),
        "owner": party_row(exchange.shown_owner),
        "created_at": exchange.created_at,
        "state_since": exchange.state_since,
        "deadline_at": exchange.deadline_at,
        "cancelled_late": exchange.cancelled_late,
        "one_sided": exchange.one_sided,
        "quantity": float(leg.quantity),
        "unit": leg.unit,
    }


def exchange_detail(exchange: Exchange, user: User, at: dt.datetime) -> dict[str, Any]:
    """With its legs, the steps that the reader can take now, and what stands in the way of others."""
    leg = exchange.legs.all()[0]
    steps = [{"step": one.name, "side": one.side} for one in open_steps(exchange, leg, user, at)]
    obstacle = obstacle_of(exchange, leg)
    words = obstacle.words(sides_of(user, exchange)) if obstacle else None
    (row,) = exchange_rows([exchange], user, at)
    return (
        row
        | _legs_of(exchange, slips_of([exchange]))
        | {
            "place": place_of(exchange) or None,
            "obstacle": words,
            "late_food": food_date_words(exchange, leg) or None,
            "open_steps": steps,
        }
    )


def arrangement_row(arrangement: Arrangement, reader: User, at: dt.datetime) -> dict[str, Any]:
    """With what the reader sees of all that was begun along with each other, how many that are, and of a chain how far
    the others are.
    """
    found = list(Exchange.objects.visible_to(reader).filter(arrangement=arrangement).with_legs().order_by("pk"))
    rows, slips = exchange_rows(found, reader, at), slips_of(found)
    parts = list(arrangement.exchanges.order_by("pk"))
    return {
        "id": arrangement.pk,
        "kind": arrangement.kind,
        "parts": len(parts),
        "fell_at": arrangement.fell_at,
        "exchanges": [row | _legs_of(one, slips) for row, one in zip(rows, found, strict=True)],
        "unseen": [
            {"part": "from_service" if one.is_last else "to_service", "state": one.state, "state_since": one.since}
            for one in unseen_parts(arrangement, parts, {one.pk for one in found})
        ],
    }


def step_rows(exchange: Exchange, reader: User) -> list[dict[str, Any]]:
    know_parties([exchange], reader)
    steps = list(exchange.steps.all())
    reasons = reasons_for(reader, steps, may_read=reads(reader, exchange.conversation))
    return [
        {
            "number": step.number,
            "step": step.step,
            "state_before": step.state_before or None,
            "state_after": step.state_after,
            "role": step.role,
            "side": step.side or None,
            "cause": step.cause,
            "reason": reason,
            "behalf_note": note or None,
            "quantity": _number(step.quantity),
            "unit": step.unit or None,
            "kg": _number(step.kg),
            "at": step.at,
            "words": words,
        }
        for step, words, reason, note in zip(
            steps, sentences_of(exchange, steps), reasons, behalf_notes_of(exchange, steps), strict=True
        )
    ]


def _legs_of(exchange: Exchange, slips: Mapping[int, str]) -> dict[str, Any]:
    """`slips` are the addresses of weighing slips, by the statement that each is of."""
    return {"legs": [_leg_row(leg, slips) for leg in exchange.legs.all()]}


def _leg_row(leg: ExchangeLeg, slips: Mapping[int, str]) -> dict[str, Any]:
    appointments = [row for row in leg.appointments.all() if row.state != AppointmentState.DROPPED]
    return {
        "giver": party_row(leg.shown_giver),
        "receiver": party_row(leg.shown_receiver),
        "listing": leg.listing_id,
        "quantity": float(leg.quantity),
        "given_quantity": _number(leg.reservation.given_quantity) if leg.reservation is not None else None,
        "unit": leg.unit,
        "wanted_on": leg.wanted_on,
        "carrier": _carrier_row(leg),
        "appointments": [
            {"id": row.pk, "start": row.period.lower, "end": row.period.upper, "state": row.state,
             "proposed_by": row.proposed_by}
            for row in appointments
        ],
        "weights": [
            {"side": row.side, "revision": row.revision, "method": row.method, "quantity": float(row.quantity),
             "kg": _number(row.kg), "vehicle": row.vehicle or None, "by_hub": row.by_hub,
             "slip": slips.get(row.pk), "at": row.at}
            for row in leg.weights.all()
        ],
    }  # fmt: skip


def _carrier_row(leg: ExchangeLeg) -> dict[str, Any] | None:
    carrier: Carrier | None = getattr(leg, "carrier", None)
    if carrier is None:
        return None
    return {"name": carrier.name, "registration": carrier.registration or None,
            "exemption": carrier.exemption or None, "side": carrier.stated_by}  # fmt: skip


def party_row(organisation: Organisation) -> dict[str, str] | None:
    """None where the reader may not know it yet."""
    return {"name": organisation.name, "slug": organisation.slug} if organisation.slug else None


def _number(value: Any) -> float | None:
    return None if value is None else float(value)

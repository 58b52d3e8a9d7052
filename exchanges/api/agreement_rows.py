"""Standing agreements as the API writes them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.models import User
from exchanges.agreements.dates import Date, dates_of
from exchanges.agreements.history import Happened, history_of
from exchanges.agreements.open_steps import open_agreement_steps
from exchanges.agreements.proposing import proposed_change
from exchanges.agreements.steps import turn_of
from exchanges.agreements.terms import Terms, asked_terms, terms_of
from exchanges.api.rows import party_row
from exchanges.models import StandingAgreement
from exchanges.parties import know_parties
from exchanges.reading import agreements_read_by
from exchanges.talk import said_along


def agreement_rows(agreements: Iterable[StandingAgreement], reader: User) -> list[dict[str, Any]]:
    """As this reader may see them."""
    found = list(agreements)
    know_parties(found, reader)
    read = agreements_read_by(reader, found)
    remarks = said_along([agreement.conversation for agreement in found])
    return [
        _agreement_row(agreement, remarks.get(agreement.conversation.pk, ""), reads_words=agreement.pk in read)
        for agreement in found
    ]


def _agreement_row(agreement: StandingAgreement, remark: str, *, reads_words: bool) -> dict[str, Any]:
    asked = asked_terms(agreement)
    return {
        "id": agreement.pk,
        "state": agreement.state,
        "version": agreement.version,
        "turn": turn_of(agreement),
        "listing": agreement.listing_id,
        "requester": party_row(agreement.requester),
        "owner": party_row(agreement.shown_owner),
        **_terms_row(terms_of(agreement)),
        "unit": agreement.unit,
        "asked": _terms_row(asked) if asked is not None else None,
        "proposed": _proposed_row(agreement),
        "behalf_note": agreement.behalf_note or None,
        "remark": remark if reads_words else "",
        "reason": agreement.reason if reads_words else "",
        "created_at": agreement.created_at,
        "state_since": agreement.state_since,
        "deadline_at": agreement.deadline_at,
        "next_on": agreement.next_on,
    }


def _proposed_row(agreement: StandingAgreement) -> dict[str, Any] | None:
    wanted = proposed_change(agreement)
    return _terms_row(wanted.terms) | {"unit": wanted.unit, "by": wanted.by} if wanted is not None else None


def _terms_row(terms: Terms) -> dict[str, Any]:
    return {
        "quantity": float(terms.quantity),
        "rhythm": terms.rhythm,
        "every": terms.every,
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
        "from_time": _clock(terms.from_time),
        "to_time": _clock(terms.to_time),
        "place": terms.place,
    }


def agreement_detail(agreement: StandingAgreement, reader: User, at: dt.datetime) -> dict[str, Any]:
    """With its dates, the first first, what happened, and the steps that the reader can take now."""
    coming, past = dates_of(agreement, timezone.localdate(at))
    steps = [{"step": one.name, "side": one.side} for one in open_agreement_steps(agreement, reader)]
    know_parties([agreement], reader)
    may_read = agreement.pk in agreements_read_by(reader, [agreement])
    remark = said_along([agreement.conversation]).get(agreement.conversation.pk, "")
    return _agreement_row(agreement, remark, reads_words=may_read) | {
        "deliveries": [_date_row(date) for date in [*reversed(past), *coming]],
        "steps": [_step_row(one) for one in history_of(agreement, reader, may_read=may_read)],
        "open_steps": steps,
    }


def _step_row(happened: Happened) -> dict[str, Any]:
    return {
        "step": happened.verb,
        "side": happened.side,
        "behalf_note": happened.behalf_note or None,
        "reason": happened.reason,
        "due_on": happened.due_on,
        "at": happened.at,
        "words": happened.words,
    }


def _date_row(date: Date) -> dict[str, Any]:
    exchange = date.delivery.exchange if date.delivery is not None else None
    return {
        "due_on": date.due_on,
        "on": date.on,
        "quantity": float(date.quantity),
        "from_time": _clock(date.hours[0]),
        "to_time": _clock(date.hours[1]),
        "place": date.place,
        "state": date.state,
        "exchange": exchange.pk if exchange is not None else None,
        "exchange_state": exchange.state if exchange is not None else None,
    }


def _clock(time: dt.time | None) -> str | None:
    return f"{time:%H:%M}" if time is not None else None

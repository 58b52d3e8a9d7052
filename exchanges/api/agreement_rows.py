"""Standing agreements as the API writes them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.models import User
from exchanges.agreements.dates import Date, dates_of
from exchanges.agreements.open_steps import open_agreement_steps
from exchanges.api.rows import party_row
from exchanges.models import StandingAgreement
from exchanges.parties import know_parties
from exchanges.permissions import remarks_read_by


def agreement_rows(agreements: Iterable[StandingAgreement], reader: User) -> list[dict[str, Any]]:
    """As this reader may see them."""
    found = list(agreements)
    know_parties(found, reader)
    read = remarks_read_by(reader, found)
    return [_agreement_row(agreement, reads_remark=agreement.pk in read) for agreement in found]


def _agreement_row(agreement: StandingAgreement, *, reads_remark: bool) -> dict[str, Any]:
    return {
        "id": agreement.pk,
        "state": agreement.state,
        "version": agreement.version,
        "listing": agreement.listing_id,
        "requester": party_row(agreement.requester),
        "owner": party_row(agreement.shown_owner),
        "quantity": float(agreement.quantity),
        "unit": agreement.unit,
        "rhythm": agreement.rhythm,
        "every": agreement.every,
        "starts_on": agreement.starts_on,
        "ends_on": agreement.ends_on,
        "from_time": _clock(agreement.from_time),
        "to_time": _clock(agreement.to_time),
        "place": agreement.place,
        "remark": agreement.remark if reads_remark else "",
        "reason": agreement.reason,
        "created_at": agreement.created_at,
        "state_since": agreement.state_since,
        "deadline_at": agreement.deadline_at,
        "next_on": agreement.next_on,
    }


def agreement_detail(agreement: StandingAgreement, reader: User, at: dt.datetime) -> dict[str, Any]:
    """With its dates, the first first, and the steps that the reader can take now."""
    coming, past = dates_of(agreement, timezone.localdate(at))
    steps = [{"step": one.name, "side": one.side} for one in open_agreement_steps(agreement, reader)]
    (row,) = agreement_rows([agreement], reader)
    return row | {"deliveries": [_date_row(date) for date in [*reversed(past), *coming]], "open_steps": steps}


def _date_row(date: Date) -> dict[str, Any]:
    exchange = date.delivery.exchange if date.delivery is not None else None
    return {
        "due_on": date.due_on,
        "on": date.on,
        "quantity": float(date.quantity),
        "state": date.state,
        "exchange": exchange.pk if exchange is not None else None,
        "exchange_state": exchange.state if exchange is not None else None,
    }


def _clock(time: dt.time | None) -> str | None:
    return f"{time:%H:%M}" if time is not None else None

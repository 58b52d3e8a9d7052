"""The dates of a standing agreement as people see them: what was, what is reserved, and what comes after that."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from exchanges.agreements.making import is_off
from exchanges.agreements.rhythm import days_from
from exchanges.enums import AgreementState, DeliveryState, ExchangeState
from exchanges.models import Delivery, Hours, StandingAgreement

#: Dates that aren't reserved yet, and deliveries that were, that are shown at most.
MOST_COMING, MOST_PAST = 6, 24
#: So long after its date somebody may still have what was called off take place on another day.
_LATE = dt.timedelta(days=14)


@dataclass(frozen=True)
class Date:
    """One date. `may_change` and `may_skip` say what still fits it, whoever may take it."""

    due_on: dt.date
    on: dt.date
    quantity: Decimal
    delivery: Delivery | None
    may_change: bool
    may_skip: bool
    hours: Hours
    place: str

    @property
    def state(self) -> DeliveryState:
        return DeliveryState(self.delivery.state) if self.delivery is not None else DeliveryState.PLANNED


def dates_of(agreement: StandingAgreement, today: dt.date) -> tuple[list[Date], list[Date]]:
    """What comes, the first first, and what was, the last first. One query."""
    stored = list(agreement.deliveries.select_related("exchange").order_by("-due_on")[: MOST_PAST + MOST_COMING * 10])
    runs = agreement.state == AgreementState.AGREED
    # What is planned of one that is paused waits until it is resumed.
    rows = [date_of(delivery, today, runs) for delivery in stored if runs or delivery.state != DeliveryState.PLANNED]
    if runs and agreement.next_on is not None:
        known = {delivery.due_on for delivery in stored}
        days = [day for day in days_from(agreement, agreement.next_on, MOST_COMING) if day not in known]
        rows += [date_of(agreement.date_on(day), today, runs) for day in days]
    coming = sorted((row for row in rows if row.on >= today), key=lambda row: (row.on, row.due_on))
    past = sorted((row for row in rows if row.on < today), key=lambda row: row.on, reverse=True)
    return coming, past[:MOST_PAST]


def date_of(delivery: Delivery, today: dt.date, runs: bool) -> Date:
    """A delivery, stored or not, of an agreement that runs or doesn't."""
    exchange = delivery.exchange
    agreed = exchange is not None and exchange.state in (ExchangeState.ACCEPTED, ExchangeState.SCHEDULED)
    waits = delivery.state in (DeliveryState.PLANNED, DeliveryState.UNABLE)
    may_change = runs and (agreed or waits or is_off(delivery)) and delivery.due_on > today - _LATE
    may_skip = runs and (agreed or waits) and delivery.on >= today
    stored = delivery if delivery.pk is not None else None
    return Date(
        delivery.due_on, delivery.on, delivery.quantity, stored, may_change, may_skip, delivery.hours, delivery.place
    )

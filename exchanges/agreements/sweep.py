"""What time does to standing agreements: makes the next deliveries, reminds of what waits, and ends what is over."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from exchanges.agreements.letters import remind_of_agreement
from exchanges.agreements.making import make_or_tell
from exchanges.agreements.proposing import answer_by, drop_proposed, reminders_of_proposed
from exchanges.agreements.rhythm import next_day
from exchanges.agreements.steps import WAITS
from exchanges.agreements.taking import finish_step, lock, record_of_agreement, set_due, taking_of_time, write
from exchanges.enums import AgreementState, DeliveryState, Role
from exchanges.models import StandingAgreement
from exchanges.permissions import Actor
from exchanges.verbs import AgreementVerb
from journal.one_by_one import take_one_by_one
from listings.balances.periods import recurs
from listings.enums import ListingStatus

#: What is closed, withdrawn or past its end brings no more.
_GONE = (ListingStatus.CLOSED, ListingStatus.WITHDRAWN, ListingStatus.EXPIRED)


def sweep_agreements(*, at: dt.datetime) -> int:
    """Take up to AT_ONCE agreements that are due at `at`, each in its own transaction; returns how many. The next run
    takes the rest.
    """
    due = StandingAgreement.objects.due(at)
    return take_one_by_one(
        "agreements", due, lambda found: take_due_agreement(agreement=found, at=at), at, "due_at", no_key=True
    )


@transaction.atomic
def take_due_agreement(*, agreement: StandingAgreement, at: dt.datetime) -> None:
    """Make its next delivery, remind of it, or end it or a change of it that waits, whichever is due. The agreement is
    locked, or nobody else knows it.
    """
    locked = lock(agreement.pk)
    if locked.due_at is None or locked.due_at > at:
        return
    if locked.proposed_by and answer_by(locked) <= at:
        drop_proposed(locked)
        finish_step(taking_of_time("lapse_change", locked, at))
    elif locked.state == AgreementState.AGREED and not _reminds(locked):
        go_on(locked, at)
    elif locked.state != AgreementState.AGREED and locked.deadline_at is not None and locked.deadline_at <= at:
        skip_planned(locked)
        finish_step(taking_of_time(WAITS[AgreementState(locked.state)].time_out, locked, at))
    else:
        remind_of_agreement(locked)
        record_of_agreement(locked, AgreementVerb.REMINDED, None, Actor(Role.TIME_OUT, None))
        set_due(locked, at)
        locked.save(update_fields=["due_at", "deadline_at"])


def _reminds(agreement: StandingAgreement) -> bool:
    """Whether what is due of one that runs is a reminder of a change that waits."""
    return bool(agreement.proposed_by) and agreement.due_at in reminders_of_proposed(agreement)


def go_on(agreement: StandingAgreement, at: dt.datetime) -> None:
    """Make the next delivery of a locked agreement that runs; or end it after its last one, and where its listing is
    gone or doesn't come back any more. Where the listing ends first, its last day is the agreement's.
    """
    day, listing = agreement.next_on, agreement.listing
    planned = agreement.deliveries.planned().first()
    if (day is None and planned is None) or listing.status in _GONE or not recurs(listing):
        skip_planned(agreement)
        finish_step(taking_of_time("run_out", agreement, at))
        return
    if planned is not None and (day is None or planned.on <= day):
        make_or_tell(agreement, planned, at)
        set_due(agreement, at)
        agreement.save(update_fields=["due_at"])
        return
    assert day is not None, "what has nothing planned has a next date"
    if listing.is_over(day):
        agreement.next_on, agreement.ends_on = None, listing.available_until
        write(agreement, at)
        return
    delivery = agreement.deliveries.filter(due_on=day).first() or agreement.date_on(day)
    if delivery.state == DeliveryState.PLANNED:
        make_or_tell(agreement, delivery, at)
    agreement.next_on = next_day(agreement, day + dt.timedelta(days=1))
    set_due(agreement, at)
    agreement.save(update_fields=["next_on", "due_at"])


def make_all_due(agreement: StandingAgreement, at: dt.datetime) -> None:
    """Make what is due of a locked agreement at once, as when it is agreed on: both see the first deliveries then."""
    while agreement.state == AgreementState.AGREED and agreement.due_at is not None and agreement.due_at <= at:
        if agreement.next_on is None and not agreement.deliveries.planned().exists():
            # Its last delivery is still to take place.
            return
        go_on(agreement, at)


def skip_planned(agreement: StandingAgreement) -> None:
    """What was planned for an agreement that ends doesn't take place."""
    agreement.deliveries.planned().update(state=DeliveryState.SKIPPED)


def first_day_after(agreement: StandingAgreement, at: dt.datetime) -> dt.date | None:
    """The first of its dates that is still to come."""
    return next_day(agreement, max(agreement.starts_on, timezone.localdate(at) + dt.timedelta(days=1)))

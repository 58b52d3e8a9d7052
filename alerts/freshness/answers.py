"""What owners answer, by the link of a letter: each answer is a step of the listing as on its page."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from alerts.enums import Answer
from alerts.freshness.rounds import end
from alerts.models import FreshnessRound
from alerts.verbs import AlertVerb
from journal.events import record
from listings.enums import ListingStatus
from listings.permissions import check_may_change
from listings.services import close_listing, publish_listing, reserve_listing

#: What can be answered while it is asked.
ANSWERS = (Answer.STILL_THERE, Answer.RESERVED, Answer.GONE)


@transaction.atomic
def answer_round(*, by: User, asked: FreshnessRound, answer: str, at: dt.datetime) -> bool:
    """Say what became of a listing. False where it was answered before, or has ended: then nothing changes.

    Raises ValidationError where the listing can't take that step, as while something of it is held.
    """
    locked = FreshnessRound.objects.select_for_update(of=("self",), no_key=True).select_related(
        "listing__organisation"
    )
    asked = locked.get(pk=asked.pk)
    check_may_change(by, asked.listing)
    if asked.ended_at is not None or answer not in ANSWERS:
        return False
    if asked.listing.status == ListingStatus.PUBLISHED:
        if answer == Answer.RESERVED:
            reserve_listing(by=by, listing=asked.listing)
        elif answer == Answer.GONE:
            close_listing(by=by, listing=asked.listing, at=at)
        else:
            record(
                AlertVerb.FRESHNESS_CONFIRMED, asked.listing, by=by, organisation_id=asked.listing.organisation_id,
                hub_ids=asked.listing.hub_ids,
            )  # fmt: skip
    end(asked, Answer(answer), at)
    asked.save(update_fields=["answer", "ended_at", "due_at"])
    return True


@transaction.atomic
def relist(*, by: User, asked: FreshnessRound, at: dt.datetime) -> bool:
    """Publish a listing again that expired without an answer; False where it isn't expired any more.

    Raises ValidationError where it can't be, as when its last day is over.
    """
    if asked.answer != Answer.LAPSED or asked.listing.status != ListingStatus.EXPIRED:
        return False
    publish_listing(by=by, listing=asked.listing, at=at)
    return True

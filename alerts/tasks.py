"""What the worker does for alerts. Each task takes primary keys, and does no harm when it runs twice."""

import time

from celery import shared_task
from django.utils import timezone

from alerts.digests import send_due
from alerts.enums import Topic
from alerts.freshness.rounds import begin_rounds, take_due
from alerts.models import WaitingListing
from alerts.telling import nobody_listens, tell_of
from journal.one_by_one import forget_settled, not_set_aside, set_aside, take_back
from journal.queueing import enqueue

#: Seconds for which one task goes on. The next takes the rest.
LONGEST_S = 20.0
#: Listings that are read at a time.
_AT_ONCE = 500
#: How operators read of listings that could not be told of.
_TELLING = "what is new"


@shared_task(time_limit=120)
def tell_of_listing(listing_id: int) -> int:
    """Find who is to be told of a listing that was just published or changed; returns how many."""
    told = tell_of(listing_id=listing_id, topic=Topic.SEARCHES, at=timezone.now())
    if told:
        enqueue(send_alerts.s())
    return told


@shared_task(time_limit=120)
def tell_of_waiting() -> int:
    """The same for listings that still wait, as after an import or when the broker was away, and for new matches.

    Returns of how many listings.
    """
    end, done = time.monotonic() + LONGEST_S, 0
    forget_settled(_TELLING, timezone.now())
    for topic in Topic:
        if nobody_listens(topic):
            WaitingListing.objects.of_topic(topic).delete()
            continue
        last = 0
        ready = not_set_aside(_TELLING, WaitingListing.objects.ready(topic), timezone.now())
        while rows := list(ready.after(last)[:_AT_ONCE]):
            for row in rows:
                if time.monotonic() > end:
                    return done
                done += _is_told(row, topic)
            last = rows[-1].pk
    return done


def _is_told(row: WaitingListing, topic: Topic) -> bool:
    """Tell of one; False where that fails: it is set aside, and stops none of the others."""
    at = timezone.now()
    try:
        tell_of(listing_id=row.listing_id, topic=topic, at=at)
    except Exception as error:
        set_aside(_TELLING, row, error, at)
        return False
    take_back(_TELLING, [row])
    return True


@shared_task(time_limit=120)
def send_alerts() -> int:
    """Deal with the alerts that are due, with a letter or without; returns for how many people. At night, none."""
    end, done = time.monotonic() + LONGEST_S, 0
    while people := send_due(at=timezone.now()):
        done += people
        if time.monotonic() > end:
            enqueue(send_alerts.s())
            break
    return done


@shared_task(time_limit=1800)
def ask_whether_fresh() -> int:
    """Ask whether what stands long is still there, and let expire what nobody answers for; returns how many."""
    begin_rounds(at=timezone.now())
    done = 0
    while taken := take_due(at=timezone.now()):
        done += taken
    return done

"""What the worker does for maps. Each task does no harm when it runs twice."""

from celery import shared_task
from django.utils import timezone

from maps.reviewing import waiting
from maps.verification.rounds import begin_rounds, take_due


@shared_task(time_limit=1800)
def ask_sources() -> int:
    """Ask the sources of what is overdue for verification whether it is still so; returns of how many elements."""
    begin_rounds(at=timezone.now())
    done = 0
    while taken := take_due(at=timezone.now()):
        done += taken
    return done


@shared_task(time_limit=1800)
def tell_reviewers() -> int:
    """Tell those who publish on maps what waits for them; returns how many letters that took."""
    return waiting.tell_reviewers(at=timezone.now())

"""What the worker does for exchanges. It does no harm when it runs twice."""

from celery import shared_task
from django.utils import timezone

from exchanges.sweep import sweep


@shared_task(time_limit=60)
def sweep_exchanges() -> int:
    """Remind of what falls due, and end what waited too long; returns how many."""
    return sweep(at=timezone.now())

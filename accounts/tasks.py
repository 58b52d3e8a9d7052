"""What the worker does for organisations. It does no harm when it runs twice."""

from celery import shared_task
from django.utils import timezone

from accounts.services import end_expired_verifications


@shared_task(time_limit=300)
def end_verifications() -> int:
    """End the verifications whose last day has gone by, and tell their organisations; returns how many."""
    return end_expired_verifications(at=timezone.now())

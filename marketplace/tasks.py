"""What the site does for itself, and for no room in particular."""

from celery import shared_task
from django.utils import timezone

from marketplace.leftovers import sweep_files


@shared_task
def sweep_leftover_files() -> int:
    """Destroy files of uploads that nothing names any more; returns how many."""
    return sweep_files(at=timezone.now())

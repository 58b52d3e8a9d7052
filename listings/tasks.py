"""What the worker does for listings. Each task takes primary keys, and does no harm when it runs twice."""

from celery import shared_task
from django.utils import timezone

from listings.rederive import place_listings_anew
from listings.services import expire_listings as expire_until


@shared_task(time_limit=1800)
def place_anew(_changed_id: int | None = None) -> int:
    """Find anew where every listing shows, its municipality and hubs; returns how many moved.

    Runs after a change to a hub's regions or border policy (with its id, which doesn't matter here), and each night:
    a change that didn't reach the worker, because the broker was away, is made up for then.
    """
    return place_listings_anew()


@shared_task(time_limit=600)
def expire_listings() -> int:
    """Mark the listings that ended before today as expired; returns how many."""
    return expire_until(today=timezone.localdate())

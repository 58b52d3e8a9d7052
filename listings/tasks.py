"""What the worker does for listings. Each task takes primary keys, and does no harm when it runs twice."""

from celery import shared_task
from django.utils import timezone, translation

from listings.balances.follow_periods import follow_periods
from listings.balances.recount import recount_balances as find_differences
from listings.expiry import expire_listings as expire_until
from listings.import_photos import run_photos
from listings.imports.tasks import language_of
from listings.models import ListingImport
from listings.models.leased import TASK_LIMIT
from listings.rederive import place_listings_anew


@shared_task(time_limit=1800)
def place_anew(_changed_id: int | None = None) -> int:
    """Find anew where every listing shows, its municipality and hubs; returns how many moved.

    Runs after a change to a hub's regions or border policy (with its id, which doesn't matter here), and each night:
    a change that didn't reach the worker, because the broker was away, is made up for then.
    """
    return place_listings_anew()


@shared_task(time_limit=600)
def expire_listings() -> int:
    """Mark the listings that ended before today as expired; returns how many. Streams go on to their next period."""
    try:
        follow_periods()
    finally:
        # What goes wrong there is told, and stops nothing here.
        expired = expire_until(today=timezone.localdate())
    return expired


@shared_task(time_limit=600)
def recount_balances() -> int:
    """Log each balance that says something else than its reservations; returns how many."""
    follow_periods()
    return len(find_differences())


@shared_task(time_limit=TASK_LIMIT.seconds)
def add_import_photos(import_id: int) -> None:
    """Add the photos that came with a list, once its listings are stored."""
    listing_import = ListingImport.objects.exclude(photos_left=[]).filter(pk=import_id).first()
    if listing_import is not None:
        with translation.override(language_of(listing_import.created_by)):
            run_photos(listing_import, at=timezone.now())


@shared_task(time_limit=60)
def resume_import_photos() -> int:
    """Go on with photos that no worker is at; returns of how many lists."""
    lost = ListingImport.objects.photos_to_resume(at=timezone.now())
    for import_id in lost:
        add_import_photos.delay(import_id)
    return len(lost)

"""Work outside the request. Each task takes primary keys and may run twice without harm."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from accounts.models import User


@shared_task(time_limit=120)
def pair_listing(listing_id: int) -> int:
    """Bring the matches of one listing up to date; returns how many it has."""
    from listings.pairing.incremental import pair

    return pair(listing_id=listing_id, at=timezone.now())


@shared_task(time_limit=600)
def pair_waiting() -> int:
    """Pair what still waits, for example because the broker was away when it was published; returns how many."""
    from listings.models import Listing
    from listings.pairing.incremental import pair

    waiting = list(Listing.objects.waiting_for_pairing().values_list("pk", flat=True)[:500])
    for listing_id in waiting:
        pair(listing_id=listing_id, at=timezone.now())
    return len(waiting)


@shared_task(time_limit=1800)
def place_anew() -> int:
    """Find every listing's municipality and hubs anew, and pair all where any moved; returns how many moved.

    Runs when regions or border policies change, and each night: what a broker that was away missed is done then.
    """
    from listings.bulk import relocate_listings
    from listings.pairing.batch import pair_all

    moved = relocate_listings()
    if moved:
        pair_all(at=timezone.now())
    return moved


@shared_task(time_limit=1800)
def check_import(import_id: int) -> None:
    """The dry run of a file."""
    from listings.imports.run import run_check
    from listings.models import ListingImport

    listing_import = ListingImport.objects.filter(pk=import_id, state__in=["waiting", "checking"]).first()
    if listing_import is not None:
        with translation.override(_language_of(listing_import.created_by)):
            run_check(listing_import)


@shared_task(time_limit=1800)
def store_import(import_id: int) -> None:
    """Store a checked file; its listings are paired by the minute's task."""
    from listings.imports.run import run_store
    from listings.models import ListingImport

    listing_import = ListingImport.objects.filter(pk=import_id, state="storing").first()
    if listing_import is not None:
        with translation.override(_language_of(listing_import.created_by)):
            run_store(listing_import)


@shared_task(time_limit=60)
def resume_imports() -> int:
    """Start again what the broker lost or a worker left in the middle; returns how many. Twice does no harm."""
    from listings.models import ListingImport

    checks, stores = ListingImport.objects.to_resume(at=timezone.now())
    for import_id in checks:
        check_import.delay(import_id)
    for import_id in stores:
        store_import.delay(import_id)
    return len(checks) + len(stores)


@shared_task(time_limit=600)
def expire_listings() -> int:
    """Mark what ended before today."""
    from listings import services

    return services.expire_listings(today=timezone.localdate())


def _language_of(user: User | None) -> str:
    """A task speaks the language of who waits for it."""
    return user.language if user else settings.LANGUAGE_CODE

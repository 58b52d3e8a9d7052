"""What the worker does with imports. Each task takes primary keys, and does no harm when it runs twice."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from accounts.models import User
from listings.imports.services import run_check, run_store
from listings.models import ListingImport
from listings.models.leased import TASK_LIMIT


@shared_task(time_limit=TASK_LIMIT.seconds)
def check_import(import_id: int) -> None:
    """Check a file; nothing is stored of it yet."""
    listing_import = ListingImport.objects.filter(pk=import_id, state__in=["waiting", "checking"]).first()
    if listing_import is not None:
        with translation.override(language_of(listing_import.created_by)):
            run_check(listing_import)


@shared_task(time_limit=TASK_LIMIT.seconds)
def store_import(import_id: int) -> None:
    """Store the listings of a checked file. The task that runs every minute then pairs them."""
    listing_import = ListingImport.objects.filter(pk=import_id, state="storing").first()
    if listing_import is not None:
        with translation.override(language_of(listing_import.created_by)):
            run_store(listing_import)


@shared_task(time_limit=60)
def resume_imports() -> int:
    """Start again the imports that never reached a worker, or that a worker left unfinished; returns how many."""
    checks, stores = ListingImport.objects.to_resume(at=timezone.now())
    for import_id in checks:
        check_import.delay(import_id)
    for import_id in stores:
        store_import.delay(import_id)
    return len(checks) + len(stores)


def language_of(user: User | None) -> str:
    """The language of the messages of an import: that of the user who started it."""
    return user.language if user else settings.LANGUAGE_CODE

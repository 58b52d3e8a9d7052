"""Checking and storing files outside the request. Each task takes primary keys and may run twice without harm."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from accounts.models import User
from listings.imports.services import run_check, run_store
from listings.models import ListingImport
from listings.models.listing_import import TASK_LIMIT


@shared_task(time_limit=TASK_LIMIT.seconds)
def check_import(import_id: int) -> None:
    """The dry run of a file."""
    listing_import = ListingImport.objects.filter(pk=import_id, state__in=["waiting", "checking"]).first()
    if listing_import is not None:
        with translation.override(_language_of(listing_import.created_by)):
            run_check(listing_import)


@shared_task(time_limit=TASK_LIMIT.seconds)
def store_import(import_id: int) -> None:
    """Store a checked file; its listings are paired by the minute's task, and its words gathered."""
    listing_import = ListingImport.objects.filter(pk=import_id, state="storing").first()
    if listing_import is not None:
        with translation.override(_language_of(listing_import.created_by)):
            run_store(listing_import)


@shared_task(time_limit=60)
def resume_imports() -> int:
    """Start again what the broker lost or a worker left in the middle; returns how many. Twice does no harm."""
    checks, stores = ListingImport.objects.to_resume(at=timezone.now())
    for import_id in checks:
        check_import.delay(import_id)
    for import_id in stores:
        store_import.delay(import_id)
    return len(checks) + len(stores)


def _language_of(user: User | None) -> str:
    """A task speaks the language of who waits for it."""
    return user.language if user else settings.LANGUAGE_CODE

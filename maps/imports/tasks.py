"""What the worker does with files for layers. Each task takes primary keys, and does no harm when it runs twice."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone, translation

from accounts.models import User
from listings.models.leased import TASK_LIMIT
from maps.imports.reading import run_read
from maps.imports.taking import run_take
from maps.models import MapImport


@shared_task(time_limit=TASK_LIMIT.seconds)
def read_map_import(import_id: int) -> None:
    """Read a file and compare it with its layer; nothing of it is taken yet."""
    found = MapImport.objects.filter(pk=import_id, state__in=["waiting", "reading"]).first()
    if found is not None:
        with translation.override(_language_of(found.created_by)):
            run_read(found)


@shared_task(time_limit=TASK_LIMIT.seconds)
def take_map_import(import_id: int) -> None:
    """Take what somebody chose of a file."""
    found = MapImport.objects.filter(pk=import_id, state="taking").first()
    if found is not None:
        with translation.override(_language_of(found.taken_by)):
            run_take(found)


@shared_task(time_limit=60)
def resume_map_imports() -> int:
    """Begin again with files that never reached a worker, or that one left unfinished; returns how many."""
    reads, takes = MapImport.objects.to_resume(at=timezone.now())
    for import_id in reads:
        read_map_import.delay(import_id)
    for import_id in takes:
        take_map_import.delay(import_id)
    return len(reads) + len(takes)


def _language_of(user: User | None) -> str:
    """The language of what is kept in words: that of the user who asked for it."""
    return user.language if user else settings.LANGUAGE_CODE

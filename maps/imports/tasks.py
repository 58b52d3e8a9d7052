"""What the worker does with files for layers. Each task takes primary keys, and does no harm when it runs twice."""

from celery import shared_task
from django.utils import timezone

from listings.models.leased import TASK_LIMIT
from maps.imports.clearing import clear_map_import
from maps.imports.reading import run_read
from maps.imports.taking import run_take
from maps.imports.undoing import run_undo
from maps.models import MapImport


@shared_task(time_limit=TASK_LIMIT.seconds)
def read_map_import(import_id: int) -> None:
    """Read a file and compare it with its layer; nothing of it is taken yet."""
    found = MapImport.objects.filter(pk=import_id, state__in=["waiting", "reading"]).first()
    if found is not None:
        run_read(found)


@shared_task(time_limit=TASK_LIMIT.seconds)
def take_map_import(import_id: int) -> None:
    """Take what somebody chose of a file."""
    found = MapImport.objects.filter(pk=import_id, state="taking").first()
    if found is not None:
        run_take(found)


@shared_task(time_limit=TASK_LIMIT.seconds)
def undo_map_import(import_id: int) -> None:
    """Bring a layer back to before a file was taken."""
    found = MapImport.objects.filter(pk=import_id, state="undoing").first()
    if found is not None:
        run_undo(found)


@shared_task(time_limit=60)
def resume_map_imports() -> int:
    """Begin again with files that never reached a worker, or that one left unfinished; returns how many."""
    reads, takes, undos = MapImport.objects.to_resume(at=timezone.now())
    for import_id in reads:
        read_map_import.delay(import_id)
    for import_id in takes:
        take_map_import.delay(import_id)
    for import_id in undos:
        undo_map_import.delay(import_id)
    return len(reads) + len(takes) + len(undos)


@shared_task
def clear_map_imports() -> int:
    """Clear away files with which nobody did anything for a long time, and their rows; returns how many."""
    at = timezone.now()
    due = MapImport.objects.to_clear(at=at).order_by("pk").values_list("pk", flat=True)
    return sum(clear_map_import(import_id=import_id, at=at) for import_id in list(due))

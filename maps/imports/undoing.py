"""Brings a layer back to before a file was taken, in a worker and in one transaction."""

from django.db import transaction
from django.utils import timezone

from listings.imports.lease import begin
from listings.imports.progress import reporter
from maps.enums import MapImportState
from maps.imports.step import check_attempts, step
from maps.models import MapImport
from maps.services.map_imports import undo_taken


def run_undo(map_import: MapImport) -> None:
    """Undo what was taken: all that nobody changed since or, where somebody stops it, nothing. It may run twice."""
    undoing, done = MapImportState.UNDOING, MapImportState.DONE
    if not begin(map_import, states=[undoing], state=undoing, at=timezone.now()):
        return
    with step(map_import, ends_as=done):
        check_attempts(map_import)
        with transaction.atomic():
            undo_taken(map_import, map_import.undone_by, reporter(map_import, stopped=done))

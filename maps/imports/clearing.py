"""Clears away what is left of files for layers: what was taken of one stays, and can be undone all the same."""

import datetime as dt

from django.db import transaction

from journal.events import record
from maps.imports.step import stop
from maps.models import MapImport
from maps.verbs import MapVerb


@transaction.atomic
def clear_map_import(*, import_id: int, at: dt.datetime) -> bool:
    """Destroy the file and the rows of an import that is due; one that was left lying is stopped. Says whether it was.

    How it was read and counted stays, and the number of its change.
    """
    due = MapImport.objects.to_clear(at=at).select_for_update(no_key=True, of=("self",), skip_locked=True)
    found = due.select_related("layer__map").filter(pk=import_id).first()
    if found is None:
        return False
    if found.is_open:
        stop(found, at)
    # Before the row forgets its name: what goes wrong after this is done again, and destroys what is gone already.
    if found.file:
        found.file.delete(save=False)
    found.file, found.cleared_at = "", at
    found.save(update_fields=["state", "counts", "finished_at", "file", "cleared_at"])
    found.rows.all()._raw_delete("default")
    record(
        MapVerb.FILE_CLEARED, found, by=None, hub_ids=[found.layer.map.hub_id], changes={"name": found.name}
    )  # fmt: skip
    return True

"""Takes the rows of a file that somebody chose: all of them or none, as one change that is undone as one."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from geo.locks import Lock, wait_for_part
from journal.events import record
from listings.imports.lease import begin
from listings.imports.progress import Progress, reporter
from maps.enums import TAKEABLE, Fate, MapImportState
from maps.history import begin_change
from maps.imports.adding import ADDED_AT_ONCE, Adder
from maps.imports.comparing import kept_counts, mark_moved
from maps.imports.merging import Merger, rows_with_elements
from maps.imports.step import check_attempts, finish, layer_now, mark_wrong, refusal_of, step, still_may
from maps.mistakes import Mistake, mistakes_of
from maps.models import MapFeature, MapImport, MapImportRow, MapLayer
from maps.services.bulk import BulkWriter, Prepared
from maps.validators import check_fits_layer
from maps.verbs import MapVerb

Mistakes = list[Mistake]


class RowsRefused(Exception):
    """Rows that were to be taken, and can't be any more, each with why."""

    def __init__(self, mistakes: dict[int, Mistakes]) -> None:
        super().__init__(len(mistakes))
        self.mistakes = mistakes


def run_take(map_import: MapImport) -> None:
    """Take the rows that were chosen: all of them or, where one can't be, none. It may run twice.

    Where somebody changed elements since they were compared, nothing is taken: these rows are compared anew first.
    """
    taking = MapImportState.TAKING
    if not begin(map_import, states=[taking], state=taking, at=timezone.now()):
        return
    with step(map_import):
        check_attempts(map_import)
        try:
            with transaction.atomic():
                take(map_import, still_may(map_import.taken_by, layer_now(map_import)), reporter(map_import))
        except RowsRefused as refused:
            with transaction.atomic():
                _keep_refused(map_import, refused)


def take(map_import: MapImport, by: User | None, progress: Progress) -> None:
    """Store what is chosen of a compared file in its layer, for somebody; None is an operator.

    The import is done then or, where elements were changed since it was compared, to be looked at again (`moved`).
    Raises RowsRefused for rows that can't be stored. Runs in a transaction.
    """
    wait_for_part(Lock.MAP_IMPORTS, map_import.layer_id)
    layer = layer_now(map_import)
    refused: dict[int, Mistakes] = {}
    writer = BulkWriter(by, layer, lambda pk, words: refused.update({pk: list(words)}))
    writer.hold()
    moved, counts = mark_moved(map_import, map_import.reading["compared"])
    if moved:
        finish(map_import, MapImportState.COMPARED, counts=counts, moved=moved)
        return
    change = begin_change(by=by, verb=MapVerb.LAYER_IMPORTED)
    taken, done = _chosen_by_fate(map_import), 0
    total = sum(taken.values())
    for ids in _store(map_import, Merger(map_import, writer), writer, refused):
        done += ids
        progress(done, total)
    if refused:
        raise RowsRefused(refused)
    counts |= {f"taken_{fate}": count for fate, count in taken.items()}
    finish(map_import, MapImportState.DONE, change=change, counts=counts, moved=0)
    # What was taken stands in the history of the elements.
    map_import.rows.exclude(fate=Fate.WRONG)._raw_delete("default")
    _tell(map_import, layer, taken)


def _chosen_by_fate(map_import: MapImport) -> dict[str, int]:
    chosen = map_import.rows.filter(chosen=True).order_by("fate")
    return {fate.value: 0 for fate in TAKEABLE} | dict(chosen.values_list("fate").annotate(Count("pk")))


def _store(map_import: MapImport, merger: Merger, writer: BulkWriter, refused: dict[int, Mistakes]) -> Iterator[int]:
    """Store what is chosen; yields how many rows each batch had. New elements are added by the database alone."""
    chosen = map_import.rows.filter(chosen=True)
    new = chosen.filter(fate=Fate.ADDED, feature=None).order_by("number", "pk").values_list("pk", flat=True)
    adder, one_by_one, ids = Adder(map_import, merger, writer.layer), list[int](), list(new)
    for start in range(0, len(ids), ADDED_AT_ONCE):
        some = ids[start : start + ADDED_AT_ONCE]
        if adder.add(some):
            yield len(some)
        else:
            one_by_one += some
    there = chosen.exclude(feature=None).order_by("fate", "number", "pk").values_list("pk", flat=True)
    for batch in rows_with_elements([*one_by_one, *there]):
        prepared = (_prepared(merger, writer, row, before, refused) for row, before in batch)
        writer.write([one for one in prepared if one is not None])
        yield len(batch)


def _prepared(
    merger: Merger, writer: BulkWriter, row: MapImportRow, before: MapFeature | None, refused: dict[int, Mistakes]
) -> Prepared | None:
    """The element that a row makes. What it says was checked when it was compared; the layer may be another since."""
    try:
        after = merger.merged(row, before)
        check_fits_layer(after.geometry, writer.layer)
        writer.check_step(before, after, "withdraw" if row.fate == Fate.GONE else "change")
    except (ValidationError, PermissionDenied) as error:
        refused[row.pk] = mistakes_of(error)
        return None
    return Prepared(row.pk, after, before)


def _tell(map_import: MapImport, layer: MapLayer, taken: dict[str, int]) -> None:
    counts = {
        "elements_added": taken[Fate.ADDED], "elements_changed": taken[Fate.CHANGED],
        "elements_taken_out": taken[Fate.GONE], "elements_same": map_import.counts[Fate.SAME],
        "rows_wrong": map_import.counts[Fate.WRONG],
    }  # fmt: skip
    record(
        MapVerb.LAYER_IMPORTED, layer, by=map_import.taken_by, hub_ids=[layer.map.hub_id],
        changes={"file": map_import.name} | {name: count for name, count in counts.items() if count},
    )  # fmt: skip


def _keep_refused(map_import: MapImport, refused: RowsRefused) -> None:
    rows = MapImportRow.objects.in_bulk(list(refused.mistakes))
    mark_wrong([(rows[pk], words) for pk, words in refused.mistakes.items()])
    counts = map_import.counts | kept_counts(map_import)
    counts[Fate.WRONG] = map_import.counts[Fate.WRONG] + len(rows)
    words = _("Er is niets overgenomen. Rijen die niet meer kunnen: %(count)s. Kijk ze na bij de fouten.")
    refusal = refusal_of(ValidationError(words, params={"count": len(rows)}))
    finish(map_import, MapImportState.COMPARED, counts=counts, refusal=refusal, moved=0)

"""Takes the rows of a file that somebody chose: all of them or none, as one change that is undone as one."""

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import ngettext

from geo.locks import Lock, wait_for_part
from journal.events import record
from listings.imports.lease import begin, held
from listings.imports.progress import Progress, reporter
from maps.enums import TAKEABLE, Fate, MapImportState
from maps.history import begin_change
from maps.imports.adding import Adder
from maps.imports.comparing import kept_counts, mark_moved
from maps.imports.merging import Merger, rows_with_elements
from maps.imports.step import check_attempts, fail_on_error, finish, layer_now, mark_wrong, still_may
from maps.models import MapFeature, MapImport, MapImportRow, MapLayer
from maps.services.bulk import ROWS_AT_ONCE, BulkWriter, Prepared, mistakes_of
from maps.validators import check_fits_layer
from maps.verbs import MapVerb

Mistakes = list[tuple[str, str]]


class _RowsRefused(Exception):
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
    with fail_on_error(map_import), held(map_import):
        check_attempts(map_import)
        try:
            with transaction.atomic():
                _take(map_import, reporter(map_import))
        except _RowsRefused as refused:
            with transaction.atomic():
                _keep_refused(map_import, refused)


def _take(map_import: MapImport, progress: Progress) -> None:
    wait_for_part(Lock.MAP_IMPORTS, map_import.layer_id)
    layer = layer_now(map_import)
    by = still_may(map_import.taken_by, layer)
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
        raise _RowsRefused(refused)
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
    for start in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[start : start + ROWS_AT_ONCE]
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
    except ValidationError as error:
        refused[row.pk] = mistakes_of(error)
        return None
    except PermissionDenied as error:
        refused[row.pk] = [("", str(error))]
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


def _keep_refused(map_import: MapImport, refused: _RowsRefused) -> None:
    rows = MapImportRow.objects.in_bulk(list(refused.mistakes))
    mark_wrong([(rows[pk], words) for pk, words in refused.mistakes.items()])
    counts = map_import.counts | kept_counts(map_import)
    counts[Fate.WRONG] = map_import.counts[Fate.WRONG] + len(rows)
    words = ngettext(
        "%(count)d rij kan niet meer: er is niets overgenomen. Kijk ze na bij de fouten.",
        "%(count)d rijen kunnen niet meer: er is niets overgenomen. Kijk ze na bij de fouten.",
        len(rows),
    )
    refusal = {"words": words % {"count": len(rows)}}
    finish(map_import, MapImportState.COMPARED, counts=counts, refusal=refusal, moved=0)

"""Takes the rows of a file that somebody chose, some at a time, as one change that is undone as one.

While one transaction takes some, who saves an element that is among them, or counts in the same layer, waits for its
end. So each takes few; between two of them everybody else comes in.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.db.models import BigIntegerField, Count, F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from geo.locks import Lock, wait_for_part
from listings.imports.lease import begin
from listings.imports.progress import Cancelled, Progress, reporter
from listings.querysets import is_among
from maps.derived import Weigh
from maps.enums import TAKEABLE, Fate, MapImportState
from maps.history import begin_change
from maps.imports.adding import Adder
from maps.imports.comparing import kept_counts, offered, with_settled
from maps.imports.merging import Merger, rows_with_elements
from maps.imports.since import mark_moved
from maps.imports.step import check_attempts, finish, layer_now, mark_wrong, refusal_of, step, still_may, tell_taken
from maps.mistakes import Mistake, mistakes_of
from maps.models import MapFeature, MapImport, MapImportRow
from maps.models.imported import MapImportRowQuerySet
from maps.services.bulk import BulkWriter, Prepared
from maps.services.storing import hold
from maps.validators import check_fits_layer
from maps.verbs import MapVerb
from materials.units import unit_mass_kg

Mistakes = list[Mistake]
#: Rows that one transaction takes: new elements, which are added by one statement, and elements that are changed.
ADDED_AT_ONCE, CHANGED_AT_ONCE = 4_000, 500


class RowsRefused(Exception):
    """Rows that were to be taken, and can't be any more, each with why."""

    def __init__(self, mistakes: dict[int, Mistakes]) -> None:
        super().__init__(len(mistakes))
        self.mistakes = mistakes


def run_take(map_import: MapImport) -> None:
    """Take the rows that were chosen, some at a time. It may run twice: another worker goes on with what is left.

    Where somebody changed elements since they were compared, nothing is taken: these rows are compared anew first.
    """
    taking = MapImportState.TAKING
    if not begin(map_import, states=[taking], state=taking, at=timezone.now()):
        return
    with step(map_import):
        check_attempts(map_import)
        try:
            take(map_import, lambda: still_may(map_import.taken_by, layer_now(map_import)), reporter(map_import))
        except RowsRefused as refused:
            with transaction.atomic():
                _keep_refused(map_import, refused)


def take(map_import: MapImport, who: Callable[[], User | None], progress: Progress) -> None:
    """Store what is chosen of a compared file in its layer, for `who` may do so at that moment; None is an operator.

    Each transaction takes some rows, so that whoever saves an element of the layer waits for no more than those; all
    of it is one change of the history. The import is done then or, where elements were changed since they were
    compared, to be looked at again (`moved`): none of it is taken where that shows before the first row, and else all
    but those. Raises RowsRefused for rows that can't be stored, while none of the file is; later ones become wrong.
    """
    if map_import.change is None and _is_moved(map_import):
        return
    done, left = map_import.taken, _chosen(map_import).count()
    total = done + left
    known, weigh = done, cache(unit_mass_kg)
    while ids := _next_rows(map_import):
        try:
            with transaction.atomic():
                _take_some(map_import, who(), ids, weigh)
        except RowsRefused as refused:
            if map_import.change is None:
                raise
            with transaction.atomic():
                _set_aside(map_import, refused)
        taken = total - _chosen(map_import).count()
        if taken >= max(2 * known, ADDED_AT_ONCE):
            # The database plans by how many elements it believes there are, and keeps its plans: of an empty table it
            # would read every element for every row.
            known = taken
            _count_elements()
        progress(taken, total)
    with transaction.atomic():
        _finish_taking(map_import)


def _count_elements() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE maps_mapfeature")


def _chosen(map_import: MapImport) -> MapImportRowQuerySet:
    rows: MapImportRowQuerySet = MapImportRow.objects.filter(map_import=map_import, chosen=True)
    return rows


@transaction.atomic
def _is_moved(map_import: MapImport) -> bool:
    """Whether somebody changed elements of chosen rows since they were compared; then these are to be looked at."""
    wait_for_part(Lock.MAP_IMPORTS, map_import.layer_id)
    settled = mark_moved(map_import, map_import.reading["compared"])
    counts = with_settled(map_import.counts, settled)
    moved = map_import.rows.filter(moved=True).count()
    if moved:
        finish(map_import, MapImportState.COMPARED, counts=counts | kept_counts(map_import), moved=moved)
    else:
        _keep(map_import, counts=counts)
    return bool(moved)


def _next_rows(map_import: MapImport) -> list[int]:
    """Ids of the rows that one transaction takes: new elements, which the database adds alone, and then the others."""
    new = _chosen(map_import).filter(fate=Fate.ADDED, feature=None).order_by("number", "pk")
    if ids := list(new.values_list("pk", flat=True)[:ADDED_AT_ONCE]):
        return ids
    there = _chosen(map_import).order_by("fate", "number", "pk")
    return list(there.values_list("pk", flat=True)[:CHANGED_AT_ONCE])


def _take_some(map_import: MapImport, by: User | None, ids: Sequence[int], weigh: Weigh) -> None:
    """Take some rows in one transaction, but for those whose elements somebody changed since they were compared.

    Raises RowsRefused where one can't be stored, and Cancelled where somebody stopped meanwhile; then none is.
    """
    wait_for_part(Lock.MAP_IMPORTS, map_import.layer_id)
    layer = layer_now(map_import)
    refused: dict[int, Mistakes] = {}
    writer = BulkWriter(by, layer, lambda pk, words: refused.update({pk: list(words)}))
    some = map_import.rows.filter(is_among(F("pk"), ids, BigIntegerField()))
    about = some.exclude(feature=None)
    hold(pk for pk in about.values_list("feature_id", flat=True) if pk is not None)
    settled = mark_moved(map_import, map_import.reading["compared"], ids)
    rows = some.filter(chosen=True)
    taken = dict(rows.order_by("fate").values_list("fate").annotate(Count("pk")))
    change = begin_change(by=by, verb=MapVerb.LAYER_IMPORTED, change=map_import.change)
    _store(rows, Merger(map_import, writer), writer, weigh, refused)
    if refused:
        raise RowsRefused(refused)
    rows._raw_delete("default")
    counts = with_settled(map_import.counts, settled)
    counts |= {f"taken_{fate}": counts.get(f"taken_{fate}", 0) + taken.get(fate, 0) for fate in TAKEABLE}
    # A worker that ends after this has done some of its work: another begins with the rest as with something new.
    _keep(map_import, counts=counts, attempts=1, **({"change": change} if taken else {}))


def _store(
    rows: MapImportRowQuerySet, merger: Merger, writer: BulkWriter, weigh: Weigh, refused: dict[int, Mistakes]
) -> None:
    """Store some rows. New elements are added by the database alone, where they fit."""
    new = list(rows.filter(fate=Fate.ADDED, feature=None).order_by("number", "pk").values_list("pk", flat=True))
    one_by_one = [] if not new or Adder(merger, writer.layer, weigh).add(new) else new
    there = rows.exclude(feature=None).order_by("fate", "number", "pk").values_list("pk", flat=True)
    for batch in rows_with_elements([*one_by_one, *there]):
        prepared = (_prepared(merger, writer, row, before, refused) for row, before in batch)
        writer.write([one for one in prepared if one is not None])


def _keep(map_import: MapImport, **outcome: Any) -> None:
    """Store how far it is. Raises Cancelled where somebody stopped it meanwhile."""
    if not MapImport.objects.filter(pk=map_import.pk, state=map_import.state).update(**outcome):
        raise Cancelled
    # A transaction that is rolled back after this leaves it as it was: then the import is no longer used.
    for name, value in outcome.items():
        setattr(map_import, name, value)


def _finish_taking(map_import: MapImport) -> None:
    """All that was chosen is taken, or to be looked at once more. What was taken stands in the history of elements."""
    moved = map_import.rows.filter(moved=True).count()
    if moved:
        finish(map_import, MapImportState.COMPARED, counts=map_import.counts | kept_counts(map_import), moved=moved)
        return
    # Also where nothing differed any more: then it is a change of nothing.
    change = map_import.change or begin_change(by=map_import.taken_by, verb=MapVerb.LAYER_IMPORTED)
    finish(map_import, MapImportState.DONE, change=change, counts=offered(map_import), moved=0)
    map_import.rows.exclude(fate=Fate.WRONG)._raw_delete("default")
    tell_taken(map_import)


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


def _set_aside(map_import: MapImport, refused: RowsRefused) -> None:
    """Keep why rows can't be taken; they are wrong from now on, and the others go on without them."""
    rows = MapImportRow.objects.in_bulk(list(refused.mistakes))
    mark_wrong([(rows[pk], words) for pk, words in refused.mistakes.items()])
    _keep(map_import, counts=map_import.counts | {Fate.WRONG.value: map_import.counts[Fate.WRONG] + len(rows)})


def _keep_refused(map_import: MapImport, refused: RowsRefused) -> None:
    _set_aside(map_import, refused)
    words = _("Er is niets overgenomen. Rijen die niet meer kunnen: %(count)s. Kijk ze na bij de fouten.")
    refusal = refusal_of(ValidationError(words, params={"count": len(refused.mistakes)}))
    counts = map_import.counts | kept_counts(map_import)
    finish(map_import, MapImportState.COMPARED, counts=counts, refusal=refusal, moved=0)

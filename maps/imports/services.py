"""A file read in a layer at once, as an operator does: compared and taken as on the page, all of it or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from geo.locks import Lock, wait_for_part
from listings.imports.progress import Progress
from maps.enums import Fate, MapImportState
from maps.files.reading import Reading
from maps.imports.choice import Decided
from maps.imports.files import Plan
from maps.imports.reading import compare
from maps.imports.taking import RowsRefused, take
from maps.mistakes import Mistake, told
from maps.models import MapImport, MapImportRow, MapLayer
from maps.models.imported import LONGEST_FILE_NAME
from maps.permissions import check_can_import

#: Rows with mistakes of which a refusal has the words; of the others it has the number.
MOST_MISTAKES = 200


class RowMistake(NamedTuple):
    """What is wrong in a row of a file; `field` is empty where it is the row as a whole."""

    row: int
    field: str
    words: str


@dataclass(frozen=True)
class Imported:
    """How many elements an import added, changed and found as they were already.

    `gone` came from a file before and aren't in this one; they stay. `withdrawn` are in it, and stay withdrawn.
    `change` is the number of the change in the history of elements; the page of the import undoes it.
    """

    change: UUID
    added: int
    changed: int
    same: int
    gone: int
    withdrawn: int
    wrong: int
    mistakes: tuple[RowMistake, ...] = ()


class ImportRefused(ValidationError):
    """A file of which rows are wrong, so that nothing of it is stored."""

    def __init__(self, mistakes: Sequence[RowMistake], wrong: int) -> None:
        words = ngettext(
            "%(count)d rij heeft fouten: er is niets bewaard.",
            "%(count)d rijen hebben fouten: er is niets bewaard.",
            wrong,
        )
        super().__init__(words % {"count": wrong})
        self.mistakes, self.wrong = tuple(mistakes), wrong


@transaction.atomic
def import_file(
    *,
    by: User | None,
    layer: MapLayer,
    reading: Reading,
    choice: Decided,
    plan: Plan,
    file_name: str,
    skip_wrong: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> Imported:
    """Compare a file with a layer, and take all that is new or changed. `by` None is an operator.

    It stays as an import of the layer, without its file. Raises ImportRefused where a row is wrong, unless
    `skip_wrong`, and PermissionDenied.
    """
    wait_for_part(Lock.MAP_IMPORTS, layer.pk)
    layer = MapLayer.objects.select_related("map__hub").get(pk=layer.pk)
    if by is not None:
        check_can_import(by, layer)
    elif layer.deleted_at is not None or layer.map.deleted_at is not None:
        raise ValidationError(_("Deze laag is weggehaald. Zet ze eerst terug."))
    made = MapImport.objects.create(
        layer=layer, created_by=by, read_by=by, taken_by=by, name=file_name[-LONGEST_FILE_NAME:],
        state=MapImportState.TAKING, choice=choice.as_json(), reading=_reading(reading, plan),
    )  # fmt: skip
    # What is wrong is kept without a language, and said in the one of who reads.
    with translation.override(None):
        compare(made, by, reading, choice, plan, progress)
    counts = {name: made.counts[name] for name in ("added", "changed", "same", "gone", "withdrawn", "wrong")}
    wrong = made.rows.filter(fate=Fate.WRONG).in_order()[:MOST_MISTAKES]
    mistakes = _said([(row.number, row.mistakes) for row in wrong])
    if counts["wrong"] and not skip_wrong:
        raise ImportRefused(mistakes, counts["wrong"])
    try:
        with translation.override(None):
            take(made, lambda: by, progress)
    except RowsRefused as refused:
        rows = MapImportRow.objects.in_bulk(list(refused.mistakes))
        found = [(rows[pk].number, said) for pk, said in refused.mistakes.items()]
        raise ImportRefused(_said(found[:MOST_MISTAKES]), len(found)) from None
    if made.change is None or made.state != MapImportState.DONE:
        raise ValidationError(_("Iemand wijzigde de laag intussen. Er is niets bewaard; probeer het opnieuw."))
    return Imported(change=made.change, **counts, mistakes=tuple(mistakes))


def _reading(reading: Reading, plan: Plan) -> dict[str, Any]:
    """How the file is read, as the page keeps it; without samples of what columns hold."""
    columns = [
        {"name": column, "samples": [], "field": field, "guessed": column in plan.guessed}
        for field, column in plan.columns.items()
    ]
    return {
        "format": reading.format, "layer": reading.layer, "id_column": plan.id_column, "columns": columns, "notes": [],
    }  # fmt: skip


def _said(rows: Sequence[tuple[int, Sequence[Mistake]]]) -> list[RowMistake]:
    said = told([mistakes for _row, mistakes in rows])
    return [
        RowMistake(row, field, words)
        for (row, _mistakes), found in zip(rows, said, strict=True)
        for field, words in found
    ]

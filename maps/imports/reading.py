"""Reads a file and compares it with its layer: in one transaction, so that a worker that is killed leaves nothing.

The file is read in a child process (maps.files); its rows are compared by the database (maps.imports.comparing), and
only what is new or differs is looked at one by one.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from listings.imports.lease import begin
from listings.imports.progress import Progress, reporter
from maps.enums import Fate, FeatureState, MapImportState, Visibility
from maps.files.reading import Choice, Described, LayerDescribed, Reading, describe, read
from maps.files.refusals import FileRefused, Said
from maps.imports.checking import Checker
from maps.imports.choice import Decided, decided, file_choice, given_values, kept_fields
from maps.imports.comparing import compare_staged
from maps.imports.files import Plan, plan_for, value_reader
from maps.imports.merging import Merger, rows_with_elements
from maps.imports.placing import address_columns, place_by_address
from maps.imports.staging import stage
from maps.imports.step import (
    check_attempts,
    finish,
    language_of,
    layer_now,
    mark_wrong,
    part,
    said,
    step,
    still_may,
)
from maps.imports.values import empty_values
from maps.mistakes import mistakes_of
from maps.models import MapImport, MapLayer
from maps.services.bulk import BulkWriter
from maps.sight import Sight, sight_of
from maps.standing import standing_of

#: What somebody can decide, so that the file is read after all.
_ASKED = {"which-layer", "no-crs", "unknown-crs", "other-system", "always-degrees", "no-degrees"}
#: Of a hundred parts of the work: reading the file, putting its rows beside the layer, looking at what differs.
_READ, _STAGED, _CHECKED = 40, 75, 100


def run_read(map_import: MapImport) -> None:
    """Read a file and compare it with its layer. It may run twice."""
    waiting = [MapImportState.WAITING, MapImportState.READING]
    if not begin(map_import, states=waiting, state=MapImportState.READING, at=timezone.now()):
        return
    with step(map_import):
        check_attempts(map_import)
        try:
            _read(map_import, reporter(map_import))
        except FileRefused as refused:
            if refused.proposals or refused.code in _ASKED:
                question = said(refused.said) | {"proposals": [vars(one) for one in refused.proposals]}
                finish(map_import, MapImportState.ASKED, question=question)
            else:
                finish(map_import, MapImportState.FAILED, refusal=said(refused.said))


def _read(map_import: MapImport, progress: Progress) -> None:
    # Before anything is told of the file; and once more below, as reading it may take minutes.
    still_may(map_import.read_by, layer_now(map_import))
    path, choice = Path(map_import.file.path), decided(map_import.choice)
    looked = Choice(srid=choice.srid, encoding=choice.encoding, placeless=choice.pasted)
    described = describe(path, looked, meanwhile=lambda: progress(0, 100))
    # Which layers there are, a page also shows where one has to be chosen first.
    map_import.reading = {"format": described.format, "layers": [one.name for one in described.layers]}
    found = _layer(described, choice.layer)
    plan = plan_for(found, _columns_there(choice, found), _id_column(choice, found))
    map_import.reading |= _described(described, found, plan, pasted=choice.pasted)
    file_progress = part(progress, 0, _READ, max(found.count, 1))
    with (
        read(path, file_choice(choice, found, plan), progress=file_progress) as reading,
        transaction.atomic(),
    ):
        by = still_may(map_import.read_by, layer_now(map_import))
        map_import.rows.all()._raw_delete("default")
        compare(map_import, by, reading, choice, plan, progress)
        finish(map_import, MapImportState.COMPARED, counts=map_import.counts, moved=0)


def compare(
    map_import: MapImport, by: User | None, reading: Reading, choice: Decided, plan: Plan, progress: Progress
) -> None:
    """Keep what each row of a file would do in the layer of an import, for somebody; None is an operator.

    It says in `counts` how many rows there are of each Fate, and in `reading` how they were read. Runs in a
    transaction.
    """
    layer = layer_now(map_import)
    given, kept = given_values(choice, plan, layer), kept_fields(choice)
    of_columns = {name: value for name, value in given.items() if name in plan.columns and name not in kept}
    reader = value_reader(plan, of_columns, reading, language_of(map_import.created_by), kept)
    staged = stage(
        reading.rows(), reader, empty_values(reader.names, layer), part(progress, _READ, _STAGED, reading.read)
    )
    notes = [*map_import.reading["notes"], *([one.code, one.values] for one in reading.notes)]
    # "5 kg" in a column of quantities names a unit too.
    names = sorted({*reader.names, *(["unit"] if "quantity" in reader.names else [])})
    map_import.reading |= {
        "srid": reading.srid, "total": staged.total, "mendable": staged.mendable, "unnamed": staged.unnamed,
        "compared": names, "given": given,
        "for_new": {name: value for name, value in given.items() if name not in of_columns},
        "notes": list({code: [code, values] for code, values in notes}.values()),
    }  # fmt: skip
    counts = compare_staged(map_import, names, _sight(by, layer), whole=not choice.pasted)
    nowhere = place_by_address(map_import, staged.placeless, plan)
    wrong = _check_rows(map_import, BulkWriter(by, layer, _unheard), part(progress, _STAGED, _CHECKED, staged.total))
    for fate, count in wrong.items():
        counts[fate] -= count
    counts[Fate.ADDED] -= nowhere
    counts[Fate.WRONG] = staged.wrong + nowhere + sum(wrong.values())
    map_import.counts = counts


def _sight(by: User | None, layer: MapLayer) -> Sight:
    """What of the layer somebody sees; an operator sees all."""
    if by is None:
        return Sight(list(FeatureState.values), int(Visibility.OWNER), None, [])
    return sight_of(standing_of(by), layer)


def _check_rows(map_import: MapImport, writer: BulkWriter, progress: Callable[[int], None]) -> dict[str, int]:
    """Look whether what is new or changed would be right; returns how many of each fate are wrong after all."""
    merger, wrong = Merger(map_import, writer), dict[str, int]()
    checker = Checker(merger, writer)
    doubtful = checker.doubtful(map_import, progress)
    of_what_is_there = map_import.rows.filter(fate__in=[Fate.ADDED, Fate.CHANGED]).exclude(feature=None)
    for some in rows_with_elements([*doubtful, *of_what_is_there.order_by("pk").values_list("pk", flat=True)]):
        refused = []
        for row, before in some:
            try:
                after = merger.merged(row, before)
                checker.check(after)
                writer.check_step(before, after)
            except (ValidationError, PermissionDenied) as error:
                refused.append((row, mistakes_of(error)))
        for row, _mistakes in refused:
            wrong[row.fate] = wrong.get(row.fate, 0) + 1
        mark_wrong(refused)
        progress(map_import.reading["total"])
    return wrong


def _layer(described: Described, name: str | None) -> LayerDescribed:
    """The layer of the file that is meant. Raises FileRefused where there are several, and none is chosen."""
    names = [one.name for one in described.layers]
    found = [one for one in described.layers if name in (None, one.name)]
    if len(found) != 1:
        raise FileRefused(Said("which-layer", {"names": names}))
    return found[0]


def _columns_there(choice: Decided, found: LayerDescribed) -> dict[str, str]:
    """What was decided about columns that this layer of the file has."""
    names = {column.name for column in found.columns}
    return {name: field for name, field in choice.columns.items() if name in names}


def _id_column(choice: Decided, found: LayerDescribed) -> str | None:
    names = {column.name for column in found.columns}
    return choice.id_column if choice.id_column == "" or choice.id_column in names else None


def _described(described: Described, found: LayerDescribed, plan: Plan, *, pasted: bool) -> dict[str, Any]:
    """What a page says of how the file is read, as JSON."""
    fields = {column: field for field, column in plan.columns.items()}
    return {
        "layer": found.name,
        "id_column": plan.id_column,
        "own_ids": found.own_ids,
        "address": address_columns(plan) if pasted else [],
        "declared": found.srid,
        "system": found.system,
        "columns": [
            {
                "name": column.name, "samples": column.samples, "field": fields.get(column.name, ""),
                "guessed": column.name in plan.guessed,
            }
            for column in found.columns
        ],
        "proposals": [vars(one) for one in found.proposals],
        "notes": [[one.code, one.values] for one in (*described.notes, *found.notes)],
    }  # fmt: skip


def _unheard(_row: int, _words: object) -> None:
    """While a file is compared nothing is stored, and so nothing refused by the database."""

"""Elements of a layer from rows of a file: all of them or none, each known again by its source's own id."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.validators import one_line
from geo.locks import Lock, wait_for_part
from geo.points import WGS84_SRID
from journal.events import record
from maps.enums import FeatureState
from maps.fields import column
from maps.files.reading import Feature
from maps.files.refusals import RowRefused, Said
from maps.history import begin_change
from maps.imports.values import ValueReader
from maps.models import MapFeature, MapFeatureVersion, MapLayer
from maps.permissions import check_can_add
from maps.services.bulk import ROWS_AT_ONCE, BulkWriter, Prepared, mistakes_of
from maps.services.features import fill
from maps.verbs import MapVerb

#: Mistakes of which a refusal has the words; of the others it has the number.
MOST_MISTAKES = 200
#: How exports name an element that has no number of its source: by its own.
OWN_REFERENCE = "werkstof:"


class RowMistake(NamedTuple):
    """What is wrong in a row of a file; `field` is empty where it is the row as a whole."""

    row: int
    field: str
    words: str


@dataclass(frozen=True)
class Imported:
    """How many elements an import added, changed and found as they were already.

    `gone` came from a file before and aren't in this one; they stay. `withdrawn` are in it, and stay withdrawn.
    `change` is the number by which `undo_batch` undoes it.
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
def import_features(
    *,
    by: User | None,
    layer: MapLayer,
    rows: Iterable[Feature | RowRefused],
    reader: ValueReader,
    file_name: str,
    skip_wrong: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Add the rows of a file to a layer, and change the elements that came of it before. `by` None is an operator.

    Fields that no column holds stay as they are. What is new waits for review, or is a draft where who imports may
    only propose. Raises ImportRefused where a row is wrong, unless `skip_wrong`, and PermissionDenied.
    """
    wait_for_part(Lock.MAP_IMPORTS, layer.pk)
    layer = MapLayer.objects.select_related("map__hub").get(pk=layer.pk)
    if by is not None:
        check_can_add(by, layer)
    elif layer.deleted_at is not None or layer.map.deleted_at is not None:
        raise ValidationError(_("Deze laag is weggehaald. Zet ze eerst terug."))
    run = _Run(by, layer, reader)
    change = begin_change(by=by, verb=MapVerb.LAYER_IMPORTED)
    done = 0
    for some in _batches(rows):
        run.take(some)
        done += len(some)
        if progress is not None:
            progress(done)
    if run.wrong and not skip_wrong:
        raise ImportRefused(run.mistakes, run.wrong)
    imported = run.imported(change)
    counts = {name: value for name, value in asdict(imported).items() if isinstance(value, int) and name != "wrong"}
    told = {f"elements_{name}": value for name, value in counts.items()} | {"rows_wrong": imported.wrong}
    record(
        MapVerb.LAYER_IMPORTED, layer, by=by, hub_ids=[layer.map.hub_id],
        changes={"file": file_name} | {name: value for name, value in told.items() if value},
    )  # fmt: skip
    return imported


def reference_of(feature: MapFeature) -> str:
    """By what an export names an element, and an import knows it again."""
    return feature.source_reference or f"{OWN_REFERENCE}{feature.pk}"


class _Run:
    """One import, batch by batch, with what its rows have in common."""

    def __init__(self, by: User | None, layer: MapLayer, reader: ValueReader) -> None:
        self.layer, self.reader = layer, reader
        self.empty = empty_values(reader.names, layer)
        self.mistakes: list[RowMistake] = []
        self.added = self.changed = self.same = self.withdrawn = self.wrong = 0
        self._seen: dict[str, int] = {}
        self._writer = BulkWriter(by, layer, self._refuse)
        self._writer.hold()
        self._left = (
            MapFeature.objects.filter(layer=layer)
            .exclude(source_reference="").exclude(state=FeatureState.WITHDRAWN).count()
        )  # fmt: skip

    def take(self, rows: Sequence[Feature | RowRefused]) -> None:
        """Store what differs of some rows, and note what is wrong in the others."""
        taken: list[tuple[str, Feature]] = []
        for row in rows:
            if isinstance(row, RowRefused):
                self._refuse(row.row, [("", row.text)])
                continue
            reference = one_line(row.source_id)
            if (first := self._seen.setdefault(reference, row.row)) != row.row:
                self._refuse(row.row, [("", Said("same-id", {"id": reference, "row": first}).text)])
                continue
            taken.append((reference, row))
        stored, undone = self._found([reference for reference, _row in taken])
        prepared = [
            one
            for reference, row in taken
            if (one := self._prepared(row, reference, stored.get(reference), undone)) is not None
        ]
        stored_ones = self._writer.write(prepared)
        self.added += sum(1 for one in stored_ones if one.before is None)
        self.changed += sum(1 for one in stored_ones if one.before is not None)

    def imported(self, change: UUID) -> Imported:
        return Imported(
            change, self.added, self.changed, self.same, self._left, self.withdrawn, self.wrong, tuple(self.mistakes)
        )

    def _found(self, references: Sequence[str]) -> tuple[dict[str, MapFeature], set[int]]:
        """Elements of the layer by their reference; and which of them are withdrawn since an import was undone."""
        own = [int(one.removeprefix(OWN_REFERENCE)) for one in references if _is_own(one)]
        rows = MapFeature.objects.filter(layer=self.layer).filter(
            Q(source_reference__in=references) | Q(pk__in=own, source_reference="")
        )
        found = {reference_of(row): row for row in rows.select_related("material", "source_organisation", "site")}
        for row in found.values():
            row.layer = self.layer
        here = [row for row in found.values() if row.state != FeatureState.WITHDRAWN]
        self._left -= sum(1 for row in here if row.source_reference)
        withdrawn = [row.pk for row in found.values() if row.state == FeatureState.WITHDRAWN]
        return found, _undone_of(withdrawn) if withdrawn else set()

    def _prepared(self, row: Feature, reference: str, before: MapFeature | None, undone: set[int]) -> Prepared | None:
        """The element of a row; None where there is nothing to store."""
        if before is not None and before.state == FeatureState.WITHDRAWN and before.pk not in undone:
            self.withdrawn += 1
            return None
        try:
            after = self._writer.begun(reference) if before is None else self._writer.changing(before)
            after.geometry = _shape_of(row, before)
            fill(after, self.reader.read(row.attributes, self.empty))
            self._writer.check(after)
            if before is not None and not self._differs(before, after):
                self.same += 1
                return None
            self._writer.check_step(before, after)
        except ValidationError as error:
            self._refuse(row.row, mistakes_of(error))
            return None
        except PermissionDenied as error:
            self._refuse(row.row, [("", str(error))])
            return None
        return Prepared(row.row, after, before)

    def _differs(self, before: MapFeature, after: MapFeature) -> bool:
        names = ("geometry", "state", *self.reader.names)
        return any(getattr(before, column(name).attname) != getattr(after, column(name).attname) for name in names)

    def _refuse(self, row: int, said: Sequence[tuple[str, str]]) -> None:
        self.wrong += 1
        room = MOST_MISTAKES - len(self.mistakes)
        self.mistakes += [RowMistake(row, field, words) for field, words in said[:room]]


def empty_values(names: Iterable[str], layer: MapLayer) -> dict[str, Any]:
    """What stands in a field of which neither a row nor anybody says anything."""
    return {name: column(name).get_default() for name in names} | {"visibility": layer.visibility}


def _shape_of(row: Feature, before: MapFeature | None) -> GEOSGeometry:
    """The shape of a row; that of before where only the order of an area's corners differs, as formats write it."""
    shape = GEOSGeometry(memoryview(row.wkb), srid=WGS84_SRID)
    if before is None or shape.geom_type != before.geometry.geom_type or shape.dims < 2:
        return shape
    same = shape.normalize(clone=True) == before.geometry.normalize(clone=True)
    return before.geometry if same else shape


def _is_own(reference: str) -> bool:
    number = reference.removeprefix(OWN_REFERENCE)
    return number != reference and number.isascii() and number.isdecimal() and len(number) < 19


def _undone_of(ids: Sequence[int]) -> set[int]:
    """Which of these elements an undone import withdrew, and no person."""
    last = MapFeatureVersion.objects.filter(pgh_obj__in=ids).order_by("pgh_obj", "-pgh_id").distinct("pgh_obj")
    said: Iterable[tuple[int, Any]] = last.values_list("pgh_obj", "pgh_context__metadata")
    return {pk for pk, context in said if context and context.get("verb") == MapVerb.BATCH_UNDONE}


def _batches(rows: Iterable[Feature | RowRefused]) -> Iterator[list[Feature | RowRefused]]:
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield some

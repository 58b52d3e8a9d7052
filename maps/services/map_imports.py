"""A file for a layer: giving it, saying how it is read, choosing its rows, taking them, and undoing that."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.events import record
from listings.imports.progress import Progress
from maps.enums import TAKEABLE, Fate, MapImportState
from maps.imports.choice import Decided, check_decided, decided
from maps.imports.step import finish, layer_now, stop
from maps.models import MapImport, MapImportRow, MapLayer
from maps.models.imported import LONGEST_FILE_NAME
from maps.permissions import check_can_import, check_can_review
from maps.services.undo import undo_batch
from maps.verbs import MapVerb
from sandbox import sizes

#: So many elements are brought back while somebody waits for the page; more by a worker.
MOST_UNDONE_AT_ONCE = 1_000
#: Letters that are pasted at once: some thousand rows.
LONGEST_PASTE = 500_000
#: So many of a layer's last files are looked through for one that wasn't pasted.
_FILES_LOOKED_AT = 20


@transaction.atomic
def start_map_import(*, by: User, layer: MapLayer, upload: "File[bytes]") -> MapImport:
    """Keep a file for a layer, and have it read and compared; nothing of it is taken before take_map_import().

    What was decided about the last file with which the layer was filled counts for this one too, as far as it fits.
    """
    layer = _fillable(by, layer)
    if (upload.size or 0) > sizes.LARGEST_UPLOAD_BYTES:
        words = _("Het bestand is groter dan %(most)s MB. Knip het in stukken, of bewaar het als GeoPackage.")
        raise ValidationError(words % {"most": sizes.LARGEST_UPLOAD_BYTES // 10**6})
    name = (upload.name or _("bestand")).rsplit("/", 1)[-1][-LONGEST_FILE_NAME:]
    return _started(by, layer, upload, name, _as_before(layer))


@transaction.atomic
def paste_rows(*, by: User, layer: MapLayer, text: str) -> MapImport:
    """Keep rows of a spreadsheet that somebody pasted, names of columns first, and have them compared as a file is.

    Elements that aren't among them stay; what is there already needs no place.
    """
    layer = _fillable(by, layer)
    if len(text) > LONGEST_PASTE:
        words = _("Dat zijn meer dan %(most)s letters. Plak het in stukken, of lees het in als bestand.")
        raise ValidationError(words % {"most": LONGEST_PASTE})
    if len([line for line in text.splitlines() if line.strip()]) < 2:
        raise ValidationError(_("Plak minstens twee regels: de namen van de kolommen, en een rij."))
    before = _as_before(layer)
    choice = replace(before, id_column=before.id_column or None, pasted=True)
    return _started(by, layer, ContentFile(text.encode(), name="geplakt.txt"), _("geplakte rijen"), choice)


@transaction.atomic
def reread_map_import(*, by: User, map_import: MapImport, **choices: Any) -> MapImport:
    """Say how a file is to be read, and have it read anew. `choices` are those of maps.imports.choice.Decided.

    What isn't given stays as it was decided before. It is compared by the rights of who asks for it, whoever gave it.
    """
    locked = _locked(by, map_import)
    if locked.state not in (MapImportState.ASKED, MapImportState.COMPARED, MapImportState.FAILED):
        raise ValidationError(_("Dit bestand wordt nog gelezen, of het is al verwerkt."))
    if locked.cleared_at is not None:
        raise ValidationError(_("Dit bestand is opgeruimd. Laad het opnieuw op."))
    if locked.change is not None:
        raise ValidationError(_("Een deel van dit bestand is al overgenomen. Neem de rest over, of stop."))
    choice = replace(decided(locked.choice), **choices)
    check_decided(choice)
    locked.choice, locked.read_by = choice.as_json(), by
    locked.ask(MapImportState.WAITING)
    locked.save()
    _record(MapVerb.FILE_SET, locked, by)
    return locked


def choose_rows(
    *, by: User, map_import: MapImport, chosen: bool, fates: Sequence[str] = TAKEABLE, ids: Sequence[int] | None = None
) -> int:
    """Mark rows as to be taken, or not: all of some fates, or some by their ids. Returns how many.

    Raises ValidationError for a file that isn't compared, or is being taken. What is chosen is a note until it is
    taken: the journal tells of that alone.
    """
    with transaction.atomic():
        locked = _locked(by, map_import)
        if locked.state != MapImportState.COMPARED:
            raise ValidationError(_("Dit bestand is nog niet vergeleken, of het is al verwerkt."))
        # Whoever chooses is still at it: the file isn't cleared away yet.
        locked.touched_at = timezone.now()
        locked.save(update_fields=["touched_at"])
        rows = MapImportRow.objects.filter(map_import=locked, fate__in=set(fates) & set(TAKEABLE))
        return (rows if ids is None else rows.filter(pk__in=ids)).update(chosen=chosen)


@transaction.atomic
def take_map_import(*, by: User, map_import: MapImport) -> MapImport:
    """Have the rows that are chosen taken, by a worker. Raises ValidationError where there is nothing to take."""
    locked = _locked(by, map_import)
    if locked.state != MapImportState.COMPARED:
        raise ValidationError(_("Dit bestand is nog niet vergeleken, of het is al verwerkt."))
    if not locked.rows.filter(chosen=True).exists():
        raise ValidationError(_("Je koos nog niets om over te nemen."))
    locked.taken_by, locked.moved = by, 0
    locked.rows.filter(moved=True).update(moved=False)
    locked.ask(MapImportState.TAKING)
    locked.save()
    _record(MapVerb.FILE_CONFIRMED, locked, by)
    return locked


@transaction.atomic
def cancel_map_import(*, by: User, map_import: MapImport) -> MapImport:
    """Stop with a file. A worker that is at it notices that at its next report of progress, and takes no more.

    What was taken of it stays, and can be undone. One whose elements are being brought back stays taken.
    """
    locked = _locked(by, map_import)
    if not (locked.is_running or locked.is_open):
        raise ValidationError(_("Dit bestand is al verwerkt."))
    locked.touched_at = timezone.now()
    if locked.state == MapImportState.UNDOING:
        locked.state = MapImportState.DONE
        locked.save()
    else:
        stop(locked, locked.touched_at)
        locked.save()
        # What is wrong is told of what was taken.
        dropped = locked.rows.exclude(fate=Fate.WRONG) if locked.change is not None else locked.rows.all()
        dropped._raw_delete("default")
    _record(MapVerb.FILE_CANCELLED, locked, by)
    return locked


@transaction.atomic
def undo_map_import(*, by: User, map_import: MapImport) -> MapImport:
    """Bring the layer back to before a file was taken. What somebody changed since stays. For those who publish.

    Where that is many elements, a worker does it.
    """
    locked = _locked(by, map_import)
    check_can_review(by, locked.layer)
    if locked.state != MapImportState.DONE or locked.change is None:
        raise ValidationError(_("Van dit bestand is niets overgenomen, of het is al teruggedraaid."))
    locked.undone_by = by
    if locked.taken <= MOST_UNDONE_AT_ONCE:
        locked.save(update_fields=["undone_by"])
        undo_taken(locked, by)
        return locked
    locked.ask(MapImportState.UNDOING)
    locked.save()
    _record(MapVerb.FILE_UNDO_ASKED, locked, by)
    return locked


def undo_taken(map_import: MapImport, by: User | None, progress: Progress | None = None) -> None:
    """What undoing a file comes to, at once or in a worker, for somebody who asked for it. Runs in a transaction."""
    if by is None or map_import.change is None:
        raise ValidationError(_("Wie dit vroeg, heeft geen account meer. Vraag het opnieuw."))
    undone = undo_batch(by=by, layer=layer_now(map_import), change=map_import.change, progress=progress)
    counts = map_import.counts | {"undone": undone.undone, "left": undone.left}
    finish(map_import, MapImportState.UNDONE, counts=counts, finished_at=map_import.finished_at)
    _record(MapVerb.FILE_UNDONE, map_import, by)


def _fillable(by: User, layer: MapLayer) -> MapLayer:
    """The layer as it is stored now, for somebody who may fill it. Raises PermissionDenied."""
    stored: MapLayer = MapLayer.objects.select_related("map__hub").get(pk=layer.pk)
    check_can_import(by, stored)
    return stored


def _started(by: User, layer: MapLayer, file: "File[bytes]", name: str, choice: Decided) -> MapImport:
    made = MapImport.objects.create(
        layer=layer, created_by=by, read_by=by, file=file, name=name, choice=choice.as_json()
    )
    _record(MapVerb.FILE_STARTED, made, by)
    return made


def _as_before(layer: MapLayer) -> Decided:
    """What was decided about the last whole file of a layer; rows that were pasted say little of the next file."""
    done = layer.imports.filter(state=MapImportState.DONE).order_by("-finished_at")[:_FILES_LOOKED_AT]
    choices = (decided(one.choice) for one in done)
    before = next((choice for choice in choices if not choice.pasted), Decided())
    return Decided(id_column=before.id_column, columns=before.columns, given=before.given)


def _locked(by: User, map_import: MapImport) -> MapImport:
    """The import as it is stored now, locked until the transaction ends, for somebody who may change it.

    The lock lets a worker go on that adds rows of it.
    """
    rows = MapImport.objects.select_for_update(no_key=True, of=("self",)).select_related("layer__map__hub")
    locked = rows.get(pk=map_import.pk)
    check_can_import(by, locked.layer)
    return locked


def _record(verb: MapVerb, map_import: MapImport, by: User) -> None:
    hub_ids = [map_import.layer.map.hub_id]
    record(verb, map_import, by=by, hub_ids=hub_ids, changes={"name": map_import.name})

"""What the steps of a worker with a file for a layer have in common: how far they are, and how they end."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from journal.events import record
from listings.imports.lease import held
from listings.imports.progress import Cancelled, Progress
from listings.imports.services import MOST_ATTEMPTS
from maps.enums import TAKEABLE, Fate, MapImportState
from maps.files.refusals import Said
from maps.mistakes import Mistake, mistakes_of
from maps.models import LONGEST_TITLE, MapImport, MapImportPair, MapImportRow, MapLayer
from maps.permissions import check_can_import
from maps.verbs import MapVerb

logger = logging.getLogger(__name__)


@contextmanager
def step(map_import: MapImport, ends_as: MapImportState = MapImportState.FAILED) -> Iterator[None]:
    """What is done inside by a worker that has begun with a step: it says that it is at it, and for whom it failed.

    Rules speak without a language inside: what they say is kept as it stands in the source (maps.mistakes).
    """
    with ExitStack() as stack:
        stack.enter_context(translation.override(None))
        stack.enter_context(_fail_on_error(map_import, ends_as))
        stack.enter_context(held(map_import))
        yield


def language_of(by: User | None) -> str:
    """In which language a file is read: that of whoever gave it."""
    return by.language if by else settings.LANGUAGE_CODE


def layer_now(map_import: MapImport) -> MapLayer:
    """The layer as it is stored now, with its map and hub."""
    map_import.layer = MapLayer.objects.select_related("map__hub").get(pk=map_import.layer_id)
    return map_import.layer


def still_may(by: User | None, layer: MapLayer) -> User:
    """Who asked for the step. Raises PermissionDenied where they no longer may, and ValidationError for nobody."""
    if by is None:
        raise ValidationError(_("Wie dit vroeg, heeft geen account meer. Laad het bestand opnieuw op."))
    check_can_import(by, layer)
    return by


def part(progress: Progress, start: int, end: int, total: int) -> Callable[[int], None]:
    """Progress of a part of the work that goes from `start` to `end` per cent."""
    return lambda done: progress(start + (end - start) * min(done, total) // max(total, 1), 100)


def said(words: Said) -> dict[str, Any]:
    """A sentence as JSON, to be said in the language of who reads."""
    return {"code": words.code, "values": words.values}


def check_attempts(map_import: MapImport) -> None:
    """Raise ValidationError for a file that has ended its workers before."""
    if map_import.attempts <= MOST_ATTEMPTS:
        return
    if map_import.state == MapImportState.UNDOING:
        raise ValidationError(_("Terugdraaien liep twee keer vast. Probeer het later opnieuw."))
    raise ValidationError(_("Dit bestand liep twee keer vast. Knip het in stukken, of bewaar het als GeoPackage."))


@contextmanager
def _fail_on_error(map_import: MapImport, ends_as: MapImportState) -> Iterator[None]:
    """Whatever goes wrong inside ends the step, with a sentence for whoever asked for it."""
    before = map_import.state
    try:
        yield
    except Cancelled:
        return
    except (ValidationError, PermissionDenied) as error:
        refused = error
    except Exception:
        logger.exception("Map import %s broke off", map_import.pk)
        refused = ValidationError(
            _("Er ging iets mis bij ons. Er is niets gewijzigd; probeer het later opnieuw.")
            if map_import.change is None
            else _("Er ging iets mis bij ons. Wat al overgenomen is, blijft; neem de rest straks over, of stop.")
        )
    else:
        return
    map_import.state = before
    if before == MapImportState.TAKING and map_import.change is not None:
        # Some of it is taken: whoever asked takes the rest once more, or stops.
        ends_as = MapImportState.COMPARED
    # What was done before stays done when it was.
    finished = {"finished_at": map_import.finished_at} if ends_as == MapImportState.DONE else {}
    with suppress(Cancelled):
        finish(map_import, ends_as, refusal=refusal_of(refused), **finished)


def refusal_of(error: ValidationError | PermissionDenied) -> dict[str, Any]:
    """Why a step wasn't taken, as JSON."""
    return {"says": [sentence for _field, says in mistakes_of(error) for sentence in says]}


def finish(map_import: MapImport, state: MapImportState, **outcome: Any) -> None:
    """Store how a step ended. Raises Cancelled where the import is in another state by now."""
    at: dt.datetime = timezone.now()
    ended = state in (MapImportState.DONE, MapImportState.FAILED)
    outcome = {
        "question": {}, "refusal": {}, "reading": map_import.reading, "finished_at": at if ended else None,
    } | outcome | {"state": state, "attempts": 0, "touched_at": at}  # fmt: skip
    if not MapImport.objects.filter(pk=map_import.pk, state=map_import.state).update(**outcome):
        raise Cancelled
    drop_pairs(map_import)
    for name, value in outcome.items():
        setattr(map_import, name, value)


def drop_pairs(map_import: MapImport) -> None:
    """Forget what a file was beside others: its rows are others now, or gone."""
    MapImportPair.objects.filter(Q(later=map_import) | Q(earlier=map_import)).delete()


def tell_taken(map_import: MapImport) -> None:
    """Record what came of a file, once it is done, or stopped after some of it was taken."""
    layer, counts = map_import.layer, map_import.counts
    told = {
        "elements_added": counts[f"taken_{Fate.ADDED}"], "elements_changed": counts[f"taken_{Fate.CHANGED}"],
        "elements_taken_out": counts[f"taken_{Fate.GONE}"], "elements_same": counts[Fate.SAME],
        "rows_wrong": counts[Fate.WRONG],
    }  # fmt: skip
    record(
        MapVerb.LAYER_IMPORTED, layer, by=map_import.taken_by, hub_ids=[layer.map.hub_id],
        changes={"file": map_import.name} | {name: count for name, count in told.items() if count},
    )  # fmt: skip


def stop(map_import: MapImport, at: dt.datetime) -> None:
    """End an import of which somebody, or time, wants no more; it isn't stored yet.

    What was taken of it stays and can be undone: then it is done. Else nothing came of it.
    """
    map_import.finished_at = at
    drop_pairs(map_import)
    if map_import.change is None:
        map_import.state = MapImportState.CANCELLED
        return
    left = map_import.rows.filter(fate__in=TAKEABLE).count()
    map_import.state, map_import.counts = MapImportState.DONE, map_import.counts | {"not_taken": left}
    tell_taken(map_import)


def mark_wrong(refused: Sequence[tuple[MapImportRow, Sequence[Mistake]]]) -> None:
    """Keep what is wrong with rows; they can't be taken any more."""
    for row, mistakes in refused:
        if row.fate == Fate.GONE:
            # What it says of the element is the layer's, and not the file's.
            row.geometry, row.reference = None, ""
        row.fate, row.mistakes, row.chosen = Fate.WRONG, list(mistakes), False
        # Whoever may not change an element may not know of it either.
        row.feature_id, row.title = None, str(row.values.get("title") or "")[:LONGEST_TITLE]
    names = ["fate", "mistakes", "chosen", "feature", "title", "geometry", "reference"]
    MapImportRow.objects.bulk_update([row for row, _words in refused], names)

"""Takes a file from upload to listings: first all of it is checked, then all of it is stored."""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from geo.points import LAMBERT_72_SRID
from journal.events import record
from listings.imports.columns import find_columns
from listings.imports.preview import preview
from listings.imports.rows import Mistake, Parsed, RowReader
from listings.imports.stored_rows import store_rows
from listings.imports.table import LARGEST_BYTES, read_table
from listings.models import ImportState, ListingImport
from listings.permissions import check_may_write
from listings.verbs import ListingVerb

#: Mistakes that are stored and shown; the others are only counted.
MOST_MISTAKES_KEPT = 300
#: Rows between two reports of progress.
PROGRESS_EVERY = 500
#: The system of the columns x and y, where a file doesn't name one.
DEFAULT_SRID = LAMBERT_72_SRID

Progress = Callable[[int, int], None]
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Someone stopped the import."""


@transaction.atomic
def start_import(
    *, by: User, organisation: Organisation, upload: "UploadedFile[bytes]", publish: bool = True
) -> ListingImport:
    """Keep an uploaded file and have it checked. Its listings are stored only after confirm_import()."""
    check_may_write(by, organisation)
    if (upload.size or 0) > LARGEST_BYTES:
        raise ValidationError(
            _("Het bestand is groter dan %(most)d MB. Knip het in stukken.") % {"most": LARGEST_BYTES // 10**6}
        )
    name = (upload.name or "bestand")[-200:]
    made = ListingImport.objects.create(
        organisation=organisation, created_by=by, file=upload, name=name, publish=publish
    )
    _record(ListingVerb.IMPORT_STARTED, made, by=by)
    return made


@transaction.atomic
def confirm_import(*, by: User, listing_import: ListingImport) -> ListingImport:
    """Start storing a file's listings, if it was checked and has no mistakes."""
    locked = _locked(by, listing_import)
    if locked.state != ImportState.CHECKED or locked.mistake_count:
        raise ValidationError(
            _("Dit bestand is nog niet nagekeken, of er zijn nog fouten in. Verbeter ze en laad het opnieuw op.")
        )
    locked.state = ImportState.STORING
    locked.save()
    _record(ListingVerb.IMPORT_CONFIRMED, locked, by=by)
    return locked


@transaction.atomic
def cancel_import(*, by: User, listing_import: ListingImport) -> ListingImport:
    """Stop an import. A task that works on it notices that at its next report of progress, and stores nothing."""
    locked = _locked(by, listing_import)
    if locked.state in (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED):
        raise ValidationError(_("Dit bestand is al verwerkt."))
    locked.state, locked.finished_at = ImportState.CANCELLED, timezone.now()
    locked.save()
    _record(ListingVerb.IMPORT_CANCELLED, locked, by=by)
    return locked


def check(
    path: Path, name: str, organisation: Organisation, srid: int, progress: Progress, *, today: dt.date
) -> tuple[list[Parsed], list[Mistake]]:
    """Read and check every row. Raises ValidationError for a file that can't be read at all."""
    table = read_table(path, name)
    reader = RowReader(organisation, find_columns(table.headers), srid, today=today, rows=table.rows)
    parsed: list[Parsed] = []
    for number, (row, cells) in enumerate(table.rows, start=1):
        parsed.append(reader.read(row, cells))
        if number % PROGRESS_EVERY == 0:
            progress(number, len(table.rows))
    return parsed, [mistake for row in parsed for mistake in row.mistakes]


def run_check(listing_import: ListingImport, *, at: dt.datetime | None = None) -> None:
    """Check a file, and store what it would do and what is wrong. It may run twice."""
    fresh = ListingImport.objects.filter(pk=listing_import.pk, state__in=[ImportState.WAITING, ImportState.CHECKING])
    if not fresh.update(state=ImportState.CHECKING):
        return
    listing_import.state = ImportState.CHECKING
    with _fail_on_error(listing_import):
        parsed, mistakes = _check(listing_import, _progress(listing_import), at or timezone.now())
        listing_import.total = len(parsed)
        listing_import.preview = {} if mistakes else preview(parsed, listing_import.organisation)
        _finish(listing_import, ImportState.CHECKED, mistakes)


def run_store(listing_import: ListingImport, *, at: dt.datetime | None = None) -> None:
    """Check a file once more, and store all of its listings or none.

    The listings and the new state of the import are stored in one transaction. So a task that is delivered twice, or
    somebody who cancels meanwhile, finds either both or neither.
    """
    progress, at = _progress(listing_import), at or timezone.now()
    with _fail_on_error(listing_import), transaction.atomic():
        parsed, mistakes = _check(listing_import, lambda _done, _total: None, at)
        if not mistakes:
            listing_import.added, listing_import.changed, listing_import.unchanged = store_rows(
                parsed,
                organisation=listing_import.organisation,
                by=listing_import.created_by,
                publish=listing_import.publish,
                at=at,
                progress=lambda done: progress(done, len(parsed)),
            )
        _finish(listing_import, ImportState.FAILED if mistakes else ImportState.DONE, mistakes)


@contextmanager
def _fail_on_error(listing_import: ListingImport) -> Iterator[None]:
    """Whatever goes wrong inside ends the import as failed, with a sentence for its owner."""
    before = listing_import.state
    try:
        yield
    except Cancelled:
        return
    except ValidationError as error:
        messages = error.messages
    except Exception:
        logger.exception("Import %s broke off", listing_import.pk)
        messages = [_("Er ging iets mis bij ons. Er is niets ingelezen; probeer het later opnieuw.")]
    else:
        return
    listing_import.state = before
    with suppress(Cancelled):
        _finish(listing_import, ImportState.FAILED, [Mistake(0, "", "", message) for message in messages])


def _check(listing_import: ListingImport, progress: Progress, at: dt.datetime) -> tuple[list[Parsed], list[Mistake]]:
    path, today = Path(listing_import.file.path), timezone.localdate(at)
    return check(path, listing_import.name, listing_import.organisation, DEFAULT_SRID, progress, today=today)


def _locked(by: User, listing_import: ListingImport) -> ListingImport:
    """The import as it is stored now, locked until the transaction ends, for somebody who may change it."""
    locked = (
        ListingImport.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=listing_import.pk)
    )
    check_may_write(by, locked.organisation)
    return locked


def _progress(listing_import: ListingImport) -> Progress:
    """A function that notes how far the import is, and raises Cancelled once somebody has stopped it.

    It notes that in the cache: nobody sees what a transaction writes before it ends.
    """

    def progress(done: int, total: int) -> None:
        if ListingImport.objects.filter(pk=listing_import.pk, state=ImportState.CANCELLED).exists():
            raise Cancelled
        cache.set(_key(listing_import), done * 100 // max(total, 1), 3600)

    return progress


def progress_of(listing_import: ListingImport) -> int | None:
    """Percent done of the step that runs now; None where nothing is known yet."""
    done: int | None = cache.get(_key(listing_import))
    return done


def _key(listing_import: ListingImport) -> str:
    return f"import-progress:{listing_import.pk}:{listing_import.state}"


#: What the journal says when a step ends in one of these states.
_VERBS = {
    ImportState.CHECKED: ListingVerb.IMPORT_CHECKED,
    ImportState.DONE: ListingVerb.IMPORT_STORED,
    ImportState.FAILED: ListingVerb.IMPORT_FAILED,
}


def _record(verb: ListingVerb, listing_import: ListingImport, *, by: User | None = None) -> None:
    """Record an event. A file is one event, however many listings it has."""
    counts = ("total", "added", "changed", "unchanged", "mistake_count")
    changes = {"name": listing_import.name} | {name: getattr(listing_import, name) for name in counts}
    record(verb, listing_import, by=by, organisation_id=listing_import.organisation_id, changes=changes)


@transaction.atomic
def _finish(listing_import: ListingImport, state: ImportState, mistakes: list[Mistake]) -> None:
    """Store how a step ended. Raises Cancelled where the import is in another state by now."""
    outcome = {
        "state": state,
        "total": listing_import.total,
        "preview": listing_import.preview,
        "added": listing_import.added,
        "changed": listing_import.changed,
        "unchanged": listing_import.unchanged,
        "mistakes": [asdict(mistake) for mistake in mistakes[:MOST_MISTAKES_KEPT]],
        "mistake_count": len(mistakes),
        "finished_at": timezone.now() if state in (ImportState.DONE, ImportState.FAILED) else None,
    }
    if not ListingImport.objects.filter(pk=listing_import.pk, state=listing_import.state).update(**outcome):
        raise Cancelled
    for name, value in outcome.items():
        setattr(listing_import, name, value)
    _record(_VERBS[state], listing_import)

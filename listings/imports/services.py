"""Takes a file from upload to listings: first all of it is checked, then all of it is stored."""

import datetime as dt
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from geo.points import LAMBERT_72_SRID
from journal.events import record
from listings.imports.alike import alike, as_chosen, settle
from listings.imports.checks import Checked, check
from listings.imports.hub_only import hub_mistakes
from listings.imports.lease import begin, held
from listings.imports.mistakes import Mistake, of_the_file
from listings.imports.preview import preview
from listings.imports.progress import Cancelled, Progress, reporter
from listings.imports.promised import promise_mistakes
from listings.imports.row import Parsed
from listings.imports.stored_rows import Stored, chosen_listings, store_rows, stored_listings
from listings.imports.words import is_unknown_word
from listings.models import ImportState, Listing, ListingImport
from listings.permissions import check_may_write
from listings.verbs import ListingVerb
from sandbox import sizes

#: Mistakes that are stored and shown; the others are only counted.
MOST_MISTAKES_KEPT = 300
#: A step that breaks off its worker so often isn't begun again.
MOST_ATTEMPTS = 2
#: Listings of each hub that the journal names after an import; it only counts the others.
MOST_NAMED = 10
#: The system of the columns x and y, where a file doesn't name one.
DEFAULT_SRID = LAMBERT_72_SRID

logger = logging.getLogger(__name__)


@transaction.atomic
def start_import(
    *, by: User, organisation: Organisation, upload: "UploadedFile[bytes]", publish: bool = True
) -> ListingImport:
    """Keep an uploaded file and have it checked. Its listings are stored only after confirm_import()."""
    check_may_write(by, organisation)
    if (upload.size or 0) > sizes.LARGEST_UPLOAD_BYTES:
        raise ValidationError(
            _("Het bestand is groter dan %(most)d MB. Knip het in stukken."),
            params={"most": sizes.LARGEST_UPLOAD_BYTES // 10**6},
        )
    name = (upload.name or "bestand")[-200:]
    made = ListingImport.objects.create(
        organisation=organisation, created_by=by, file=upload, name=name, publish=publish
    )
    record_import(ListingVerb.IMPORT_STARTED, made, by=by)
    return made


@transaction.atomic
def confirm_import(
    *, by: User, listing_import: ListingImport, others: str = "", chosen: Mapping[int, str] | None = None
) -> ListingImport:
    """Start storing a file's listings, if it was checked and has no mistakes.

    Where rows look like what is there already, `chosen` has by number what becomes of those that the preview shows,
    and `others` what becomes of all others: each a RowChoice.
    """
    locked = locked_import(by, listing_import)
    if locked.state != ImportState.CHECKED or locked.mistake_count:
        raise ValidationError(
            _("Dit bestand is nog niet nagekeken, of er zijn nog fouten in. Verbeter ze en laad het opnieuw op.")
        )
    asked, count = locked.preview.get("doubles", []), locked.preview["counts"].get("doubles", 0)
    locked.choices = as_chosen(asked, count=count, others=others, chosen=chosen or {})
    locked.ask(ImportState.STORING)
    locked.save()
    record_import(ListingVerb.IMPORT_CONFIRMED, locked, by=by)
    return locked


@transaction.atomic
def cancel_import(*, by: User, listing_import: ListingImport) -> ListingImport:
    """Stop an import. A task that works on it notices that at its next report of progress, and stores nothing."""
    locked = locked_import(by, listing_import)
    if locked.state in (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED):
        raise ValidationError(_("Dit bestand is al verwerkt."))
    locked.state, locked.finished_at = ImportState.CANCELLED, timezone.now()
    locked.save()
    record_import(ListingVerb.IMPORT_CANCELLED, locked, by=by)
    return locked


def run_check(listing_import: ListingImport, *, at: dt.datetime | None = None) -> None:
    """Check a file, and store what it would do and what is wrong. It may run twice."""
    at, waiting = at or timezone.now(), [ImportState.WAITING, ImportState.CHECKING]
    if not begin(listing_import, states=waiting, state=ImportState.CHECKING, at=timezone.now()):
        return
    with _fail_on_error(listing_import), held(listing_import):
        _check_attempts(listing_import)
        _finish_check(listing_import, _check(listing_import, reporter(listing_import), at, again=False))


def run_store(listing_import: ListingImport, *, at: dt.datetime | None = None) -> None:
    """Check a file once more, and store all of its listings or none.

    The listings and the new state of the import are stored in one transaction. So a task that is delivered twice, or
    somebody who cancels meanwhile, finds either both or neither.
    """
    progress, at = reporter(listing_import), at or timezone.now()
    storing = ImportState.STORING
    if not begin(listing_import, states=[storing], state=storing, at=timezone.now()):
        return
    with _fail_on_error(listing_import), held(listing_import):
        _check_attempts(listing_import)
        checked = _check(listing_import, lambda _done, _total: progress(0, 1), at, again=True)
        listing_import.total, listing_import.reading = len(checked.rows), checked.reading
        if checked.mistakes:
            _finish(listing_import, ImportState.FAILED, checked.mistakes)
        else:
            _store(listing_import, checked, progress, at)


def _store(listing_import: ListingImport, checked: Checked, progress: Progress, at: dt.datetime) -> None:
    """Store rows without mistakes. If some look like what is there already, and nobody chose what becomes of them, ask
    once more.
    """
    rows, organisation = checked.rows, listing_import.organisation
    with transaction.atomic():
        # One file of an organisation after the other: two with the same rows would not see each other's.
        Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        known = stored_listings(rows, organisation)
        settled = settle(rows, alike(rows, organisation, known), listing_import.choices)
        if settled is None:
            _finish_check(listing_import, checked)
            return
        rows, updated = settled
        if mistakes := _mistakes_of_updated(rows, known, updated, organisation):
            _finish(listing_import, ImportState.FAILED, mistakes)
            return
        stored = store_rows(
            rows,
            organisation=organisation,
            by=listing_import.created_by,
            publish=listing_import.publish,
            at=at,
            progress=lambda done: progress(done, len(rows)),
            updated=updated,
        )
        listing_import.added, listing_import.changed = stored.added, stored.changed
        listing_import.unchanged, listing_import.photos_left = stored.unchanged, stored.photos
        _finish(listing_import, ImportState.DONE, [], shown=stored)


def _mistakes_of_updated(
    rows: list[Parsed], known: dict[str, Listing], updated: dict[int, int], organisation: Organisation
) -> list[Mistake]:
    """What is wrong with rows that change the listing that a member chose, as it is with those that have its
    reference.
    """
    if not updated:
        return []
    chosen = chosen_listings(updated, organisation)
    return [*promise_mistakes(rows, known, {}, chosen), *hub_mistakes(rows, known, {}, chosen)]


def _finish_check(listing_import: ListingImport, checked: Checked) -> None:
    listing_import.total, listing_import.reading = len(checked.rows), checked.reading
    listing_import.preview = {} if checked.mistakes else preview(checked.rows, listing_import.organisation)
    _finish(listing_import, ImportState.CHECKED, checked.mistakes)


def _check_attempts(listing_import: ListingImport) -> None:
    """Raise ValidationError for a file that has ended its workers before."""
    if listing_import.attempts > MOST_ATTEMPTS:
        raise ValidationError(
            _("Het inlezen van dit bestand liep twee keer vast. Knip het in stukken, of bewaar het opnieuw als CSV.")
        )


@contextmanager
def _fail_on_error(listing_import: ListingImport) -> Iterator[None]:
    """Whatever goes wrong inside ends the import as failed, with a sentence for its owner."""
    before = listing_import.state
    try:
        yield
    except Cancelled:
        return
    except ValidationError as error:
        refusal = error
    except Exception:
        logger.exception("Import %s broke off", listing_import.pk)
        refusal = ValidationError(_("Er ging iets mis bij ons. Er is niets ingelezen; probeer het later opnieuw."))
    else:
        return
    listing_import.state = before
    with suppress(Cancelled):
        _finish(listing_import, ImportState.FAILED, of_the_file(refusal))


def _check(listing_import: ListingImport, progress: Progress, at: dt.datetime, *, again: bool) -> Checked:
    return check(
        Path(listing_import.file.path),
        listing_import.name,
        listing_import.organisation,
        DEFAULT_SRID,
        progress,
        today=timezone.localdate(at),
        words=listing_import.words,
        again=again,
    )


def locked_import(by: User, listing_import: ListingImport) -> ListingImport:
    """The import as it is stored now, locked until the transaction ends, for somebody who may change it."""
    locked = (
        ListingImport.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=listing_import.pk)
    )
    check_may_write(by, locked.organisation)
    return locked


#: What the journal says when a step ends in one of these states.
_VERBS = {
    ImportState.CHECKED: ListingVerb.IMPORT_CHECKED,
    ImportState.DONE: ListingVerb.IMPORT_STORED,
    ImportState.FAILED: ListingVerb.IMPORT_FAILED,
}


def record_import(
    verb: ListingVerb, listing_import: ListingImport, *, by: User | None = None, shown: Stored | None = None
) -> None:
    """Record an event. A file is one event, however many listings it has; `shown` are those that were stored."""
    counts = ("total", "added", "changed", "unchanged", "mistake_count")
    changes = {"name": listing_import.name} | {name: getattr(listing_import, name) for name in counts}
    hub_ids, for_hubs = told_to_hubs(shown) if shown else ([], {})
    record(
        verb, listing_import, by=by, organisation_id=listing_import.organisation_id, hub_ids=hub_ids,
        changes=changes | for_hubs,
    )  # fmt: skip


def record_command(name: str, organisation: Organisation, total: int, stored: Stored) -> None:
    """The same for a file that an operator read in with the command, which keeps no row of it."""
    hub_ids, for_hubs = told_to_hubs(stored)
    counts = {"total": total, "added": stored.added, "changed": stored.changed, "unchanged": stored.unchanged}
    changes = {"name": name} | counts | for_hubs
    record(ListingVerb.IMPORT_STORED, organisation, organisation_id=organisation.pk, hub_ids=hub_ids, changes=changes)


def told_to_hubs(stored: Stored) -> tuple[list[int], dict[str, Any]]:
    """The hubs that show stored listings, and an event's changes for them: by hub how many, and the first of them."""
    by_hub = {"shown_added": stored.shown_added, "shown_changed": stored.shown_changed}
    changes = {
        name: {str(hub_id): [len(ids), ids[:MOST_NAMED]] for hub_id, ids in ids_by_hub.items()}
        for name, ids_by_hub in by_hub.items()
    }
    return sorted({*stored.shown_added, *stored.shown_changed}), changes


@transaction.atomic
def _finish(
    listing_import: ListingImport, state: ImportState, mistakes: list[Mistake], *, shown: Stored | None = None
) -> None:
    """Store how a step ended. Raises Cancelled where the import is in another state by now."""
    outcome = {
        "state": state,
        "total": listing_import.total,
        "preview": listing_import.preview,
        "reading": listing_import.reading,
        "photos_left": listing_import.photos_left,
        "attempts": 0,
        "touched_at": timezone.now(),
        "added": listing_import.added,
        "changed": listing_import.changed,
        "unchanged": listing_import.unchanged,
        # The page asks once about each word that we don't know: the other mistakes come first.
        "mistakes": [mistake.stored() for mistake in sorted(mistakes, key=is_unknown_word)[:MOST_MISTAKES_KEPT]],
        "mistake_count": len(mistakes),
        "finished_at": timezone.now() if state in (ImportState.DONE, ImportState.FAILED) else None,
    }
    if not ListingImport.objects.filter(pk=listing_import.pk, state=listing_import.state).update(**outcome):
        raise Cancelled
    for name, value in outcome.items():
        setattr(listing_import, name, value)
    record_import(_VERBS[state], listing_import, shown=shown)

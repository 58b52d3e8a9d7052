"""Who changes what: said once at the beginning of a change, for the triggers that keep versions (docs/adr/0047).

pghistory's own context puts a statement before each other one, which connections that prepare statements don't take.
So the context is set here, by one statement at the beginning of a service, until the transaction ends.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.models import User
from journal.events import events_of
from journal.models import Event
from journal.origin import current_origin
from maps.fields import OF_STEPS, WRITABLE, label_of, plain_values
from maps.models import MapFeature, MapFeatureVersion
from maps.verbs import MapVerb

_SET = "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"


def begin_change(*, by: User | None, verb: str, change: UUID | None = None) -> UUID:
    """Say who changes elements from here on in this transaction, and by what; returns the number of the change.

    Whoever records versions under one number can undo all of them together: `change` goes on with one that an earlier
    transaction began. Raises TransactionManagementError outside
    a transaction: the context would be gone before anything is written.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{verb} changes elements outside a transaction")
    here, change = current_origin(), change or uuid4()
    said = {"by": by.pk if by else None, "verb": str(verb), "source": here.source, "request": here.request_id}
    with connection.cursor() as cursor:
        cursor.execute(_SET, [str(change), json.dumps(said)])
    return change


def versions_of(feature: MapFeature) -> Any:
    """What an element was after each change, the newest first, each with its context."""
    return MapFeatureVersion.objects.filter(pgh_obj=feature.pk).select_related("pgh_context").order_by("-pgh_id")


def version_of(feature: MapFeature, number: int) -> Any:
    """One version of an element by its number; None where there is none."""
    return versions_of(feature).filter(version=number).first()


def maker_of(version: Any) -> int | None:
    """The id of who made a version; None where a command did, or nobody said so."""
    context = version.pgh_context
    return context.metadata.get("by") if context is not None else None


#: What is hung on an element, or taken off, makes no version of it: the journal tells it.
HANGING = (
    MapVerb.PHOTO_ADDED, MapVerb.PHOTO_CAPTIONED, MapVerb.PHOTO_REMOVED, MapVerb.DOCUMENT_ADDED,
    MapVerb.DOCUMENT_REMOVED, MapVerb.LISTED, MapVerb.MAPPED,
)  # fmt: skip
#: Of these a page of a history tells so many at most.
MOST_HUNG = 200
#: Changes of several elements that are undone as one. An import is so too, by a service of its own.
_TOGETHER = (MapVerb.SPLIT, MapVerb.JOINED, MapVerb.UNDONE)


def changed_together(feature: MapFeature) -> list[Any]:
    """The versions that the last change of an element made, of it and of others; none where it touched no other."""
    last = versions_of(feature).first()
    context = last.pgh_context if last is not None else None
    if context is None or context.metadata.get("verb") not in _TOGETHER:
        return []
    rows = list(MapFeatureVersion.objects.filter(pgh_context=context.pk).order_by("pgh_id"))
    return rows if len(rows) > 1 else []


#: Fields of an element that say together how much there is, or comes in some time.
AMOUNT = ("quantity", "unit", "period")


@dataclass(frozen=True)
class FieldChange:
    """A field before and after a change, as JSON holds values."""

    name: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """What one change made of an element: who by name, when, by what, and in which state it was then. `number` puts
    changes in order; `amount` has the fields of AMOUNT as they were after it.
    """

    number: int
    version: int
    at: dt.datetime
    by: str | None
    what: str
    source: str | None
    state: str
    fields: list[FieldChange]
    amount: dict[str, Any]


@dataclass(frozen=True)
class Hung:
    """A photo, a document or a listing that was hung on an element, or taken off: when, by whom, and what it was
    called. `was` is what it was called before, of one that only got another name; else None. `listing_id` is the
    listing, which may be gone since.
    """

    at: dt.datetime
    by: str | None
    what: str
    called: str
    was: str | None
    listing_id: int | None


@dataclass(frozen=True)
class HistoryPage:
    """Some changes of an element, and what was hung on it and taken off meanwhile, each the newest first."""

    changes: list[Change]
    hung: list[Hung]
    has_more: bool


def changes_page(feature: MapFeature, size: int, before: int | None = None) -> tuple[list[Change], bool]:
    """Changes of an element, the newest first, from behind the number `before`; and whether there are more."""
    found = _versions_page(feature, size, before)
    names = _names(map(maker_of, found))
    pairs = [*pairwise(found), *([(found[-1], None)] if len(found) <= size and found else [])]
    return [_change(row, earlier, names) for row, earlier in pairs], len(found) > size


def history_page(feature: MapFeature, size: int, before: int | None = None) -> HistoryPage:
    """The same with what was hung on the element between its changes: of that the newest MOST_HUNG at most."""
    changes, has_more = changes_page(feature, size, before)
    if not changes:
        return HistoryPage([], [], False)
    events = events_of(feature).filter(verb__in=HANGING)
    # What happened since the newest change that a page doesn't show is told on the page that ends before it.
    if before is not None:
        events = events.filter(at__lte=changes[0].at)
    if has_more:
        (oldest,) = _versions_page(feature, 0, changes[-1].number)
        events = events.filter(at__gt=oldest.pgh_created_at)
    return HistoryPage(changes, _hung(list(events[:MOST_HUNG])), has_more)


def _versions_page(feature: MapFeature, size: int, before: int | None) -> list[Any]:
    """Versions, the newest first, from behind a number. One more, to say what the last one changed and whether there
    are more.
    """
    rows = versions_of(feature)
    if before is not None:
        rows = rows.filter(pgh_id__lt=before)
    return list(rows[: size + 1])


def _hung(events: list[Event]) -> list[Hung]:
    names = _names(event.by_id for event in events)
    return [
        Hung(
            event.at, names.get(event.by_id) or None, event.verb,
            event.changes.get("document") or event.changes.get("photo") or "", event.changes.get("was"),
            event.changes.get("listing"),
        )
        for event in events
    ]  # fmt: skip


def _names(ids: Iterable[int | None]) -> dict[int | None, str]:
    return dict(User.objects.filter(pk__in=filter(None, ids)).values_list("pk", "name"))


def _change(row: Any, earlier: Any, names: dict[int | None, str]) -> Change:
    said = row.pgh_context.metadata if row.pgh_context is not None else {}
    shown = (*WRITABLE, *(name for name in OF_STEPS if name not in ("published_at", "verified_by")))
    after = plain_values(row, shown)
    was = plain_values(earlier, shown) if earlier is not None else dict.fromkeys(shown)
    fields = [
        FieldChange(name, label_of(name), was[name], value)
        for name, value in after.items()
        if value != was[name] and (earlier is not None or value not in (None, "", []))
    ]
    by = said.get("by")
    return Change(
        row.pgh_id, row.version, row.pgh_created_at, names.get(by) or None,
        said.get("verb", MapVerb.CHANGED.value), said.get("source"), row.state, fields,
        {name: after[name] for name in AMOUNT},
    )  # fmt: skip

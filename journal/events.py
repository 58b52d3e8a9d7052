"""Recording what happened, and reading it back."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.contrib.gis.geos import Point
from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from journal.models import Event
from journal.origin import current_origin
from journal.querysets import EventQuerySet
from journal.reactions import react_after_commit

#: Rows in one statement: PostgreSQL takes 65,535 values in one.
ROWS_AT_ONCE = 1_000
#: What is kept of a long text: enough to recognise it by.
LONGEST_VALUE = 200


@dataclass(frozen=True)
class Happened:
    """What an event tells beside its verb and its maker: what it is about, whose it is, where, and what changed."""

    subject: models.Model | None
    organisation_id: int | None = None
    hub_ids: Iterable[int] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)


def record(
    verb: str,
    subject: models.Model | None,
    *,
    by: models.Model | None = None,
    organisation_id: int | None = None,
    hub_ids: Iterable[int] = (),
    changes: Mapping[str, Any] | None = None,
) -> Event:
    """Add an event to the transaction that runs, and start what follows from it (settings.REACTIONS) after the commit.

    `verb` is of the calling app's own enum, such as "listing.published". The subject is None when all
    are meant, as when every listing is placed anew. `hub_ids` are the hubs whose managers may read it. Raises
    TransactionManagementError outside a transaction: an event stands or falls with what it tells of.
    """
    (event,) = record_many(verb, [Happened(subject, organisation_id, hub_ids, changes or {})], by=by)
    return event


def record_many(verb: str, happened: Iterable[Happened], *, by: models.Model | None = None) -> list[Event]:
    """The same for many things that happened at once, in a statement for each ROWS_AT_ONCE."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{verb} is recorded outside a transaction")
    here = current_origin()
    events = Event.objects.bulk_create(
        [
            Event(
                verb=str(verb),
                subject_kind=one.subject._meta.label_lower if one.subject is not None else "",
                subject_id=one.subject.pk if one.subject is not None else None,
                by_id=by.pk if by is not None else None,
                organisation_id=one.organisation_id,
                hub_ids=sorted(one.hub_ids),
                source=here.source,
                request_id=here.request_id,
                changes=dict(one.changes),
            )
            for one in happened
        ],
        batch_size=ROWS_AT_ONCE,
    )
    for event in events:
        react_after_commit(event.verb, event.subject_id)
    return events


def events_of(subject: models.Model) -> EventQuerySet:
    """Everything that was recorded of an object, the newest first."""
    return Event.objects.about(subject).newest_first()


def values_of(instance: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Fields as JSON can hold them: what `changed` compares. Related rows are ids; a point is rounded to a metre."""
    found = {}
    for name in names:
        column = instance._meta.get_field(name)
        assert isinstance(column, models.Field)
        found[name] = _plain(column.to_python(getattr(instance, column.attname)))
    return found


def changed(
    before: Mapping[str, Any], after: Mapping[str, Any], *, private: Iterable[str] = ()
) -> dict[str, list[Any] | None]:
    """The fields that differ, as an event's `changes`. Of those in `private` it says only that they changed."""
    hidden = set(private)
    return {
        name: None if name in hidden else [_short(before.get(name)), _short(value)]
        for name, value in after.items()
        if before.get(name) != value
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Point):
        return [round(number, 5) for number in value.coords]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, FieldFile):
        return value.name
    return value


def _short(value: Any) -> Any:
    return value[:LONGEST_VALUE] if isinstance(value, str) else value

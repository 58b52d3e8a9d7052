"""Who changes what: said once at the beginning of a change, for the triggers that keep versions (docs/adr/0047).

pghistory's own context puts a statement before each other one, which connections that prepare statements don't take.
So the context is set here, by one statement at the beginning of a service, until the transaction ends.
"""

import json
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction

from accounts.models import User
from journal.origin import current_origin
from maps.models import MapFeature, MapFeatureVersion

_SET = "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"


def begin_change(*, by: User | None, verb: str) -> UUID:
    """Say who changes elements from here on in this transaction, and by what; returns the number of the change.

    Whoever records versions under one number can undo all of them together. Raises TransactionManagementError outside
    a transaction: the context would be gone before anything is written.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(f"{verb} changes elements outside a transaction")
    here, change = current_origin(), uuid4()
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

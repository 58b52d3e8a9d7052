"""What time brings is taken row by row, each in a transaction of its own, and so many at once at most.

A row that can't be taken stops no other: what was done of it is undone, `SetAside` says so to operators, and it is
tried again after a pause that grows.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Exists, Model, OuterRef, QuerySet

from journal.models import SetAside

logger = logging.getLogger(__name__)

#: Longer than any worker is away that somebody looks after.
_SETTLED_AFTER = dt.timedelta(days=7)

_Row = TypeVar("_Row", bound=Model)
_Rows = TypeVar("_Rows", bound=QuerySet[Any])

#: What one sweep takes: the next minute brings the rest.
AT_ONCE = 200
#: From a try that failed to the next one; the last holds for all that follow.
PAUSES = (
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=10),
    dt.timedelta(hours=1),
    dt.timedelta(hours=6),
    dt.timedelta(days=1),
)


def take_one_by_one(
    sweep: str,
    rows: QuerySet[_Row],
    take: Callable[[_Row], object],
    at: dt.datetime,
    *order: str,
    no_key: bool = False,
) -> int:
    """Take the first of these rows until there are none, up to AT_ONCE; returns how many. `take` gets it locked, and
    makes that it is among them no more. `sweep` names what is done to them, for whoever reads of one that failed.
    """
    forget_settled(sweep, at)
    done = 0
    for _turn in range(AT_ONCE):
        taken = _take_first(sweep, rows, take, at, order, no_key=no_key)
        if taken is None:
            break
        done += taken
    return done


def _take_first(
    sweep: str, rows: QuerySet[_Row], take: Callable[[_Row], object], at: dt.datetime, order: tuple[str, ...], *,
    no_key: bool,
) -> bool | None:  # fmt: skip
    """None where there is none, False for one that was set aside."""
    found: _Row | None = None
    try:
        with transaction.atomic():
            found = _first_free(not_set_aside(sweep, rows, at), *order, no_key=no_key)
            if found is None:
                return None
            take(found)
            take_back(sweep, [found])
    # Whatever it is: it is this row's, and written down with where it came from.
    except Exception as error:
        if found is None:
            raise
        set_aside(sweep, found, error, at)
        return False
    return True


def _first_free(rows: QuerySet[_Row], *order: str, no_key: bool) -> _Row | None:
    """The first of these, locked, passing by those that another sweep has locked; None where there is none. Needs a
    transaction.
    """
    return rows.order_by(*order, "pk").select_for_update(of=("self",), no_key=no_key, skip_locked=True).first()


def not_set_aside(sweep: str, rows: _Rows, at: dt.datetime) -> _Rows:
    """Without those that failed, and whose pause isn't over."""
    waits = SetAside.objects.filter(
        sweep=sweep, subject_kind=rows.model._meta.label_lower, subject_id=OuterRef("pk"), again_at__gt=at
    )
    return rows.exclude(Exists(waits))


def forget_settled(sweep: str, at: dt.datetime) -> None:
    """What wasn't tried again long after its pause is due no more: people did something about it meanwhile."""
    SetAside.objects.filter(sweep=sweep, again_at__lt=at - _SETTLED_AFTER).delete()


def take_back(sweep: str, rows: Sequence[Model]) -> None:
    """What failed before and has succeeded now waits no more. The rows are of one kind."""
    if rows:
        SetAside.objects.of(sweep, rows).delete()


def take_back_all(sweep: str, rows: QuerySet[Any]) -> None:
    """The same for as many as a query finds."""
    SetAside.objects.among(sweep, rows).delete()


def set_aside(sweep: str, row: Model, error: Exception, at: dt.datetime) -> None:
    """Write down that a row could not be taken, and when it is tried again. To be called once that try is undone."""
    with transaction.atomic():
        found, _made = SetAside.objects.select_for_update().get_or_create(
            sweep=sweep, subject_kind=row._meta.label_lower, subject_id=row.pk,
            defaults={"first_at": at, "last_at": at, "again_at": at},
        )  # fmt: skip
        found.again_at = at + PAUSES[min(found.times, len(PAUSES) - 1)]
        found.times, found.last_at = found.times + 1, at
        # What the database can't store would hide what went wrong.
        found.error = f"{type(error).__name__}: {error}".replace("\0", "")[: SetAside.LONGEST_ERROR]
        found.save()
    logger.error(
        "Set aside until %s by the sweep of %s: %s %s, for the %dth time",
        found.again_at, sweep, found.subject_kind, row.pk, found.times, exc_info=error,
    )  # fmt: skip

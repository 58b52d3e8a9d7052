"""What time brings is taken one by one, each in a transaction of its own, and so many at once at most."""

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from django.db.models import Model, QuerySet

_Row = TypeVar("_Row", bound=Model)

#: What one sweep takes: the next minute brings the rest.
AT_ONCE = 200


def take_one_by_one(take_one: Callable[[dt.datetime], bool], at: dt.datetime) -> int:
    """Call it until it says that there is nothing more; returns how often it took something."""
    done = 0
    while done < AT_ONCE and take_one(at):
        done += 1
    return done


def first_free(rows: QuerySet[_Row], *order: str, no_key: bool = False) -> _Row | None:
    """The first of these, locked, passing by those that another sweep has locked; None where there is none. Needs a
    transaction.
    """
    return rows.order_by(*order, "pk").select_for_update(of=("self",), no_key=no_key, skip_locked=True).first()

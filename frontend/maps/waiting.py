"""Pages of a list of what waits: the longest waiting first, each page behind the last row of the one before."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from frontend.maps.views import number_in
from frontend.requests import MemberRequest

#: Rows of a list of what waits.
WAITING_SHOWN = 100


@dataclass(frozen=True)
class Waiting:
    """Rows of a page; what the address calls the list, and behind what the next page begins, empty on the last."""

    rows: Sequence[Any]
    name: str
    following: str
    is_later: bool


def waiting_page(request: MemberRequest, found: QuerySet[Any], *, name: str, by: str) -> Waiting:
    """The page that the address asks for of rows by when they came (`by`, a moment or a day). Raises Http404 for a
    page that there can't be. One query.
    """
    behind = request.GET.get(name, "")
    if behind:
        value, pk = _read(found, by, behind)
        found = found.filter(Q(**{f"{by}__gt": value}) | Q(**{by: value, "pk__gt": pk}))
    rows = list(found.order_by(by, "pk")[: WAITING_SHOWN + 1])
    shown = rows[:WAITING_SHOWN]
    following = f"{getattr(shown[-1], by).isoformat()}~{shown[-1].pk}" if len(rows) > WAITING_SHOWN else ""
    return Waiting(shown, name, following, bool(behind))


def _read(found: QuerySet[Any], by: str, behind: str) -> tuple[dt.date, int]:
    text, _separator, pk = behind.partition("~")
    try:
        value = found.model._meta.get_field(by).to_python(text)
    except ValidationError:
        raise Http404 from None
    if not isinstance(value, dt.date) or (isinstance(value, dt.datetime) and timezone.is_naive(value)):
        raise Http404
    return value, number_in(pk)

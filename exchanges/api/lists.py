"""A page of rows, the newest first or the oldest: what the lists of this room share."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from listings.api.pagination import given_cursor, next_link, page_size
from listings.cursors import open_cursor, seal_cursor


def page_of(
    request: Request, rows: QuerySet[Any], scope: str, *, oldest_first: bool = False
) -> tuple[list[Any], str | None]:
    """The rows of the page that the request asks of the list `scope`, and the address of the next page.

    Raises ValidationError for a cursor of another list and for a size that can't be.
    """
    size = page_size(request)
    place = open_cursor(given_cursor(request), scope)
    if place:
        rows = rows.filter(pk__gt=place[0]) if oldest_first else rows.filter(pk__lt=place[0])
    found = list(rows.order_by("pk" if oldest_first else "-pk")[: size + 1])
    shown = found[:size]
    cursor = seal_cursor(scope, shown[-1].pk) if len(found) > size else None
    return shown, next_link(request, cursor)

"""Pages of lists: signed cursors that hold a place in one list, and links to the next page."""

from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 100
PARAMETERS = [
    OpenApiParameter("cursor", str, description="From a page's next link."),
    OpenApiParameter("page_size", int, description=f"1 to {LARGEST_PAGE_SIZE}; {DEFAULT_PAGE_SIZE} if not given."),
]
_SALT = "listings.api.pagination"
_LONGEST_CURSOR = 500


def next_link(request: Request, cursor: str | None) -> str | None:
    """The address of the next page: this one's, with the cursor in it."""
    if cursor is None:
        return None
    query = {**request.query_params.dict(), "cursor": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def seal_cursor(scope: str, *place: Any) -> str:
    """A cursor that holds a place (JSON values) in the list that `scope` names."""
    return signing.dumps([scope, *place], salt=_SALT)


def open_cursor(request: Request, scope: str) -> list[Any] | None:
    """The place that the request goes on from; None at the beginning. Raises ValidationError for any other cursor."""
    cursor = request.query_params.get("cursor", "")
    if not cursor:
        return None
    try:
        given_scope, *place = signing.loads(cursor[:_LONGEST_CURSOR], salt=_SALT)
    except signing.BadSignature:
        given_scope, place = None, []
    if given_scope != scope:
        raise ValidationError(
            {"cursor": _("Deze cursor hoort niet bij deze lijst. Begin opnieuw bij de eerste pagina.")}
        )
    return place


def page_size(request: Request) -> int:
    """How many rows a page holds. Raises ValidationError."""
    text = request.query_params.get("page_size", "") or str(DEFAULT_PAGE_SIZE)
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LARGEST_PAGE_SIZE):
        raise ValidationError(
            {"page_size": _("Een pagina heeft 1 tot %(most)d resultaten.") % {"most": LARGEST_PAGE_SIZE}}
        )
    return int(text)

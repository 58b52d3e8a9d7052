"""The parameters of a list's pages, and the link to the next one."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from listings.cursors import DEFAULT_PAGE_SIZE, LARGEST_PAGE_SIZE

PARAMETERS = [
    OpenApiParameter("cursor", str, description="From a page's next link."),
    OpenApiParameter("page_size", int, description=f"1 to {LARGEST_PAGE_SIZE}; {DEFAULT_PAGE_SIZE} if not given."),
]


def next_link(request: Request, cursor: str | None) -> str | None:
    """The address of the next page: this one's, with the cursor in it."""
    if cursor is None:
        return None
    query = {**request.query_params.dict(), "cursor": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def given_cursor(request: Request) -> str:
    """The cursor in a request's address; empty at the beginning."""
    return request.query_params.get("cursor", "")


def page_size(request: Request) -> int:
    """How many rows a page holds. Raises ValidationError."""
    text = request.query_params.get("page_size", "") or str(DEFAULT_PAGE_SIZE)
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LARGEST_PAGE_SIZE):
        raise ValidationError(
            {"page_size": _("Een pagina heeft 1 tot %(most)d resultaten.") % {"most": LARGEST_PAGE_SIZE}}
        )
    return int(text)

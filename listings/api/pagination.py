"""Links to the next page."""

from urllib.parse import urlencode

from rest_framework.request import Request


def next_link(request: Request, cursor: str | None) -> str | None:
    """The address of the next page: this one's, with the cursor in it."""
    if cursor is None:
        return None
    query = {**request.query_params.dict(), "cursor": cursor}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")

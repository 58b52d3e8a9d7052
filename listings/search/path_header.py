"""Which way a search was read, told in a header to those who look into its speed."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpResponseBase

HEADER = "X-Search-Path"


def tell_path(response: HttpResponseBase, path: Iterable[str]) -> None:
    """Name the strategies that gave an answer, in their order, where the settings ask for it.

    For example "counted-cells, nearest": the map's cells told that there are plenty, and a scan found the first page.
    """
    if settings.SEARCH_PATH_HEADER:
        response[HEADER] = ", ".join(path)

"""Rules that all pages with lists share: rows per page, and what happens to a cursor that belongs to another list."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from frontend.requests import PageRequest

#: Rows in a page of a table; lists of cards are shorter.
ROWS_PER_PAGE = 50


def first_page_for_foreign_cursors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Answer a cursor that belongs to another list with the first page, and say so."""

    @wraps(view)
    def wrapped(request: PageRequest, *args: Any, **more: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **more)
        except ValidationError:
            if "cursor" not in request.GET:
                raise
            messages.info(request, _("Die bladzijde hoort niet bij deze lijst. Dit is het begin."))
            return redirect(request.path)

    return wrapped

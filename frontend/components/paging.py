"""A cursor of another list leads to the first page, with a word about it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from frontend.requests import PageRequest


def first_page_for_foreign_cursors(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
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

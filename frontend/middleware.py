"""Answers htmx requests of users who are no longer logged in."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _


class LoggedOutMiddleware:
    """Says in words that the user is logged out where htmx asks for a part of a page: no log-in page fits there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        leads_to = urlsplit(response.headers.get("Location", "")).path
        if not request.htmx or leads_to != resolve_url("account_login"):  # type: ignore[attr-defined]
            return response
        words = _("Je bent uitgelogd. Log opnieuw in: wat hier staat, blijft staan.")
        return HttpResponse(words, status=401, content_type="text/plain; charset=utf-8")

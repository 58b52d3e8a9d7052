"""Requests as the middleware leaves them: what a view may rely on."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class PageRequest(HttpRequest):
    """Anyone's request; `htmx` is true when a part of a page is asked for."""

    htmx: HtmxDetails


class MemberRequest(PageRequest):
    """Behind `login_required`: the user is somebody."""

    user: User

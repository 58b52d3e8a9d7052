"""What one request may claim of memory and disk, and hold."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from marketplace.problems import MACHINE_PATHS, plain_problem
from sandbox import sizes

#: Digits of a length that are read.
LONGEST_LENGTH = 15


class BodySizeMiddleware:
    """Refuses longer bodies before they are read. Pages have Django's own limits, and their files' own checks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(MACHINE_PATHS) and _length(request) > (most := _most(request)):
            told = min(most, sizes.LARGEST_UPLOAD_BYTES)
            return plain_problem(413, _("Stuur hoogstens %(most)d MB in één keer.") % {"most": told // 1_000_000})
        return self.get_response(request)


class StorableFormMiddleware:
    """Refuses forms with a NUL in them, which the database can't store: no browser sends one.

    Fields of text refuse it themselves; those that look a row up by a text hand it to the database. What programs
    send is checked by marketplace.parsers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        if request.path_info.startswith(MACHINE_PATHS):
            return
        if any("\x00" in text for _name, texts in request.POST.lists() for text in texts):
            raise SuspiciousOperation("A NUL in a form")


def _most(request: HttpRequest) -> int:
    """How long the body may be: a file goes to the disk as it comes, and anything else is held whole."""
    is_form = request.content_type == "multipart/form-data"
    return sizes.LARGEST_REQUEST_BYTES if is_form else sizes.LARGEST_BODY_BYTES


def _length(request: HttpRequest) -> int:
    """How long the body says it is; 0 where it doesn't say."""
    digits = request.META.get("CONTENT_LENGTH") or "0"
    if not (digits.isascii() and digits.isdigit()):
        return 0
    return int(digits) if len(digits) < LONGEST_LENGTH else sizes.LARGEST_REQUEST_BYTES + 1

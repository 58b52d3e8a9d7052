"""The language of who is logged in, where neither the address nor the browser has chosen one.

The API speaks the language that a request asks for in Accept-Language, whoever sends it.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class UserLanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_left_open(request) and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


def _is_left_open(request: HttpRequest) -> bool:
    for_people = not request.path_info.startswith("/api/")
    chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES or translation.get_language_from_path(request.path_info)
    return for_people and not chosen

"""Says of each request that it is one: of a page or of the API, and which."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from journal.enums import Source
from journal.origin import origin


class OriginMiddleware:
    """Takes X-Request-ID over from the proxy in front, or makes one, and gives it back with the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        source = Source.API if request.path_info.startswith("/api/") else Source.PAGE
        with origin(source, request.headers.get("X-Request-ID", "")) as made:
            response = self.get_response(request)
        response.headers["X-Request-ID"] = made.request_id
        return response

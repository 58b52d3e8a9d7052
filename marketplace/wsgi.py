"""What gunicorn calls for each request."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

_answer = get_wsgi_application()
_PIECE_BYTES = 1_000_000


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request, and take the rest of its body where nobody read it, as of a form that is refused.

    The front has that body whole and goes on handing it over: a connection that ended in the middle would look to it
    like a web server that broke down, and the answer would be lost. Who comes by TCP may be slow, and we don't wait.
    """
    comes_by_the_front = not environ.get("REMOTE_ADDR")
    answer = _answer(environ, start_response)
    if comes_by_the_front:
        while environ["wsgi.input"].read(_PIECE_BYTES):
            pass
    return answer

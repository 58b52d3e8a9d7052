"""The front: nginx, which waits for slow clients so that no web process has to (docs/adr/0031).

`manage.py front` writes its configuration and the pages that it answers with by itself, from the templates in
marketplace/templates/front/. Behind it gunicorn listens on a Unix socket that only the front can reach.
"""

import ipaddress
import json
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.outages import RETRY_AFTER_S
from marketplace.problems import MACHINE_PATHS, MEDIA_TYPE, problem
from sandbox import sizes

#: Seconds for the whole head of a request; and for each further piece of its body, or of the answer.
HEAD_S, STEP_S = 10, 30
#: Open connections, and open files, at most: a client takes one, and another while it is served.
MOST_CONNECTIONS, MOST_FILES = 4096, 10_000

#: What the front says by itself, by the name of its page: the status, what is wrong, and what to do.
PAGES: dict[str, tuple[int, Promise, Promise]] = {
    "too-large": (
        413,
        _("Dit is te groot"),
        _("Zoveel nemen we niet in één keer aan; er is niets van bewaard. Stuur een kleiner bestand, of deel het op."),
    ),
    "unreadable": (
        400,
        _("Dit verzoek kunnen we niet lezen"),
        _("Het adres klopt niet of is te lang. Ga terug, of begin op de zoekpagina."),
    ),
    "away": (
        503,
        _("We kunnen er even niet bij"),
        _("Dat ligt aan ons en duurt meestal niet lang. Probeer het straks opnieuw; kijk dan na wat je net stuurde."),
    ),
}


class ClientAddressMiddleware:
    """Gives REMOTE_ADDR the address that the front saw: all that it hands on comes by one Unix socket, which has none.

    The front writes X-Forwarded-For itself, so what a client claims there never comes here. A request that came by
    TCP keeps the address that it came from.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.META.get("REMOTE_ADDR"):
            request.META["REMOTE_ADDR"] = request.META.get("HTTP_X_FORWARDED_FOR", "")
        return self.get_response(request)


def write_front(folder: Path, *, listen: str, socket: str) -> Path:
    """Write all that nginx needs into a folder, which it is given as its prefix; returns the configuration.

    Raises ValueError, in words for an operator, where the settings don't fit together.
    """
    pages = folder / "pages" / ".front"
    for needed in (pages, folder / "tmp"):
        needed.mkdir(parents=True, exist_ok=True)
    for name, (status, title, what_to_do) in PAGES.items():
        for language in settings.LANGUAGE_CODES:
            with translation.override(language):
                words = f"{title}. {what_to_do}"
                answers = {
                    "html": render_to_string("front/page.html", {"title": title, "what_to_do": what_to_do}),
                    "json": json.dumps(problem(status, words), ensure_ascii=False),
                    "txt": words,
                }
            for kind, answer in answers.items():
                (pages / f"{name}.{language}.{kind}").write_text(answer)
    written = folder / "nginx.conf"
    written.write_text(render_to_string("front/nginx.conf", _context(listen, socket)))
    return written


def _context(listen: str, socket: str) -> dict[str, object]:
    return {
        "listen": listen,
        "socket": socket,
        "is_root": os.geteuid() == 0,
        "proxies": trusted_proxies(),
        "languages": settings.LANGUAGE_CODES,
        "language_cookie": settings.LANGUAGE_COOKIE_NAME,
        "machine_paths": "|".join(path.strip("/") for path in MACHINE_PATHS),
        "problem_type": MEDIA_TYPE,
        "largest_bytes": sizes.LARGEST_REQUEST_BYTES,
        "head_s": HEAD_S,
        "step_s": STEP_S,
        "retry_after_s": RETRY_AFTER_S,
        "most_connections": MOST_CONNECTIONS,
        "most_files": MOST_FILES,
    }


def trusted_proxies() -> list[str]:
    """TRUSTED_PROXIES as networks. Raises ValueError for what is none, and where HTTPS is on without any."""
    proxies = [str(ipaddress.ip_network(given.strip())) for given in settings.TRUSTED_PROXIES]
    if settings.HTTPS and not proxies:
        raise ValueError(
            "HTTPS=on wants TRUSTED_PROXIES: the address of the proxy that ends TLS. Nobody else is believed who says "
            "that a request came by HTTPS."
        )
    return proxies

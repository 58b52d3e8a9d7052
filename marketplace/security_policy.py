"""What a browser may load for these pages: the Content-Security-Policy, see docs/adr/0018."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE


def content_security_policy(basemap: str, more: Iterable[str] = ()) -> dict[str, dict[str, list[str]]]:
    """django-csp's setting: this host alone, and where a basemap is set, that and `more` origins for the map."""
    parts = urlsplit(basemap)
    outside = [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []
    outside += [origin for origin in more if origin not in outside]
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF],
            # Widths of bars stand in attributes; an attribute can't run anything.
            "style-src": [SELF],
            "style-src-attr": [UNSAFE_INLINE],
            # The map draws its signs into data: and blob: images; photos show as blob: before they are sent.
            "img-src": [SELF, "data:", "blob:", *outside],
            "connect-src": [SELF, *outside],
            "worker-src": [SELF, "blob:"],
            "object-src": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF],
            "frame-ancestors": [NONE],
        }
    }

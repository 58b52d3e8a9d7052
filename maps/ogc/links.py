"""Addresses and links of what is served here: always whole, and each says of what type it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest
from django.urls import reverse

JSON, HTML, GEOJSON = "application/json", "text/html", "application/geo+json"
SCHEMA, OPENAPI = "application/schema+json", "application/vnd.oai.openapi+json;version=3.0"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
#: The parameter that asks for a format, and its values.
FORMAT, AS_JSON, AS_HTML = "f", "json", "html"

Link = dict[str, str]


@dataclass(frozen=True)
class Site:
    """Makes addresses for who asks: `root` is that of the landing page, without the slash that ends it."""

    root: str

    @classmethod
    def of(cls, request: HttpRequest) -> "Site":
        return cls(request.build_absolute_uri(reverse("ogc")).rstrip("/"))

    def address(self, *parts: str, **given: str) -> str:
        """An address below the landing page, with parameters."""
        return self.asking(parts, given)

    def asking(self, parts: tuple[str, ...], given: Mapping[str, str]) -> str:
        """The same for parameters whose names have hyphens."""
        path = "/".join([self.root, *(quote(part, safe="") for part in parts)])
        if not parts:
            path += "/"
        return f"{path}?{urlencode(given)}" if given else path


def link(rel: str, href: str, media_type: str, title: Any = "") -> Link:
    made = {"rel": rel, "href": href, "type": media_type}
    return made | {"title": str(title)} if title else made


def self_and_alternate(site: Site, parts: tuple[str, ...], given: Mapping[str, str], media_type: str) -> list[Link]:
    """A link to the JSON that is read, and one to the same as a page."""
    return [
        link("self", site.asking(parts, {**given, FORMAT: AS_JSON}), media_type),
        link("alternate", site.asking(parts, {**given, FORMAT: AS_HTML}), HTML),
    ]

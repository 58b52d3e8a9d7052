"""/catalog.ttl: the open data of this installation, for portals that gather it."""

import hashlib

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from geo.tiles import LAYERS
from maps.catalog.facts import Catalog, read_catalog
from maps.catalog.graph import graph_of
from maps.ogc.collections.layers import public_layers

TURTLE = "text/turtle; charset=utf-8"
#: How long a written catalogue is kept, and how long whoever gathers it need not ask again, in seconds.
_KEPT_S, _FRESH_S = 86_400, 300


@require_safe
def catalog(request: HttpRequest) -> HttpResponse:
    """The same for everybody. It is written anew only when something in it has changed."""
    found = read_catalog()
    tag = hashlib.blake2b(repr(found).encode(), digest_size=12).hexdigest()
    response = HttpResponse(content_type=TURTLE)
    response["ETag"] = etag = f'"{tag}"'
    response["Cache-Control"] = f"public, max-age={_FRESH_S}"
    response["Access-Control-Allow-Origin"] = "*"
    unchanged = get_conditional_response(request, etag=etag, response=response)
    if unchanged is not None and unchanged is not response:
        return unchanged
    response.content = _written(found, tag)
    return response


def _written(found: Catalog, tag: str) -> bytes:
    key = f"catalog:{tag}"
    text: bytes | None = cache.get(key)
    if text is None:
        text = graph_of(found).serialize(format="turtle", encoding="utf-8")
        cache.set(key, text, _KEPT_S)
    return text


@require_safe
def tiles(request: HttpRequest) -> JsonResponse:
    """Everything that is drawn as vector tiles, each with the address of its TileJSON."""
    root = request.build_absolute_uri("/")[:-1]
    drawn = [(name, reverse("tilejson", args=[name])) for name in ("listings", *LAYERS)]
    drawn += [
        (f"{layer.map.title}: {layer.title}", reverse("map-tilejson", args=[layer.pk])) for layer in public_layers()
    ]
    answer = {"tilesets": [{"name": name, "tilejson": root + path} for name, path in drawn]}
    return JsonResponse(answer, headers={"Access-Control-Allow-Origin": "*"})

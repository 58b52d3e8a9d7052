"""The addresses at which QGIS and other programs read layers, for whoever wants to copy them."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from maps.enums import Visibility
from maps.models import MapLayer
from maps.ogc.collections.layers import PREFIX
from maps.ogc.links import Site


def gis_addresses(request: HttpRequest, layers: Iterable[MapLayer]) -> dict[str, Any]:
    """Whole addresses of those layers that everyone sees, and of what holds them all; empty where there is none.

    `layers` are as somebody sees them. A program has no account: of any other layer it gets nothing.
    """
    site = Site.of(request)
    rows = [
        {
            "title": layer.title,
            "collection": site.address("collections", f"{PREFIX}{layer.pk}"),
            "items": site.address("collections", f"{PREFIX}{layer.pk}", "items"),
            "tiles": request.build_absolute_uri(reverse("map-tilejson", args=[layer.pk])),
        }
        for layer in layers
        if layer.visibility == Visibility.PUBLIC
    ]
    if not rows:
        return {}
    return {"all": site.address(), "catalog": request.build_absolute_uri(reverse("catalog")), "layers": rows}

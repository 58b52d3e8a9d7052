"""A material map inside somebody else's page: what everyone may see of it, and nothing else."""

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_GET

from frontend.maps.narrowed import named_for, narrowed_in
from frontend.maps.page import drawn_layers, layer_rows, layers_of
from frontend.maps.views import find_map
from frontend.requests import PageRequest
from geo.hubs import bounds_of
from maps.standing import standing_of


# Any page may hold it. It shows what strangers see, whoever looks: there is nothing in it to be tricked out of.
@require_GET
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type] # knows no views with arguments
def embedded_map(request: PageRequest, hub_slug: str, slug: str) -> HttpResponse:
    """The chosen public layers of a map, to stand in an iframe.

    Whose page it stands in chose once. What of that is gone since is left out, and the frame says so; where nothing is
    left it says that, in words, with 404.
    """
    standing, asked = standing_of(AnonymousUser()), set(request.GET.getlist("laag"))
    try:
        found, narrowed = find_map(standing, hub_slug, slug), narrowed_in(request.GET.dict(), (), standing)
    except Http404:
        return render(request, "maps/embed_gone.html", {"map": None}, status=404)
    layers = [layer for layer in layers_of(found, standing) if not asked or str(layer.pk) in asked]
    if asked and not layers:
        return render(request, "maps/embed_gone.html", {"map": found, "address": _address(hub_slug, slug)}, status=404)
    bounds = bounds_of(found.hub)
    context = {
        "map": found,
        "hub": found.hub,
        "layers": layer_rows(layers, standing),
        "drawn": drawn_layers(layers, narrowed),
        "only": ", ".join(narrowed.words(named_for(narrowed, layers=(), drawn=layers, standing=standing))),
        "bounds": ",".join(map(str, bounds)) if bounds else "",
        "address": _address(hub_slug, slug),
        "left_out": len(asked) > len(layers),
    }
    return render(request, "maps/embed.html", context)


def _address(hub_slug: str, slug: str) -> str:
    return settings.SITE_URL + reverse("map", args=[hub_slug, slug])

"""Making and changing maps by forms, taking them away and bringing them back, and showing layers of others."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import can_manage_hub
from frontend.components.seen_form import save_seen
from frontend.maps.forms import (
    MapForm,
    map_initial,
)
from frontend.maps.saving import tried
from frontend.maps.views import find_map, number_in
from frontend.maps.waiting import WAITING_SHOWN
from frontend.requests import MemberRequest
from geo.models import Hub
from maps import services
from maps.enums import Licence
from maps.models import (
    MapLayer,
    MaterialMap,
)
from maps.permissions import (
    check_can_curate,
)
from maps.querysets import MapLayerQuerySet
from maps.standing import standing_of

#: Letters of a search for a layer.
_LONGEST_SEARCH = 80


@login_required
@require_http_methods(["GET", "POST"])
def new_map(request: MemberRequest, slug: str) -> HttpResponse:
    hub = get_object_or_404(Hub, slug=slug)
    check_can_curate(request.user, hub)
    form = MapForm(request.POST or None, initial={"licence": Licence.GRATIS, "order": 0})
    if form.is_valid():
        made = tried(form, lambda: services.create_map(by=request.user, hub=hub, **form.written()))
        if made is not None:
            messages.success(request, _("De kaart is er. Voeg nu een laag toe."))
            return redirect("map-edit", hub.slug, made.slug)
    context = {"here": "maps", "hub": hub, "form": form, "heading": _("Nieuwe kaart")}
    return render(request, "maps/form.html", context, status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_map(request: MemberRequest, hub_slug: str, slug: str) -> HttpResponse:
    """What a map says of itself, its layers, and those of others that it could show."""
    found = find_map(standing_of(request.user), hub_slug, slug)
    check_can_curate(request.user, found.hub)
    form = MapForm(request.POST or None, initial=map_initial(found))
    conflict: list[dict[str, Any]] = []
    if form.is_valid():
        is_saved, conflict = save_seen(form, partial(services.update_map, by=request.user, material_map=found))
        if is_saved:
            messages.success(request, _("Bewaard."))
            return redirect("map", hub_slug, slug)
    seen = MapLayer.objects.visible_to(request.user)
    searched = request.GET.get("zoek", "").replace("\0", "").strip()[:_LONGEST_SEARCH]
    others = list(_others(seen, found, searched)[: WAITING_SHOWN + 1])
    context = {
        "here": "maps", "hub": found.hub, "map": found, "form": form, "conflict": conflict,
        "layers": list(seen.on_map(found).select_related("map__hub")),
        "others": others[:WAITING_SHOWN], "more_others": len(others) > WAITING_SHOWN, "searched": searched,
        "governs": can_manage_hub(request.user, found.hub),
    }  # fmt: skip
    return render(request, "maps/edit_map.html", context, status=409 if form.errors else 200)


def _others(seen: MapLayerQuerySet, of_map: MaterialMap, words: str) -> MapLayerQuerySet:
    """Layers that a map could show too, by hub and title: those that have each of some words in one of their names."""
    others = seen.exclude(map=of_map).exclude(pk__in=of_map.shown_layers.values("layer")).select_related("map__hub")
    for word in words.split():
        named = Q(title__icontains=word) | Q(map__title__icontains=word) | Q(map__hub__name__icontains=word)
        others = others.filter(named)
    return others.order_by("map__hub__name", "title", "pk")


@login_required
@require_POST
def delete_map(request: MemberRequest, hub_slug: str, slug: str) -> HttpResponse:
    found = find_map(standing_of(request.user), hub_slug, slug)
    services.delete_map(by=request.user, material_map=found)
    messages.success(request, _("“%(title)s” is weggehaald. Alles blijft bewaard.") % {"title": found.title})
    return redirect("hub-map-work", hub_slug)


@login_required
@require_POST
def restore(request: MemberRequest, slug: str) -> HttpResponse:
    """Bring back a map or a layer that was taken away."""
    hub = get_object_or_404(Hub, slug=slug)
    if map_id := request.POST.get("map", ""):
        row = get_object_or_404(MaterialMap, pk=number_in(map_id), hub=hub)
        back = services.restore_map(by=request.user, material_map=row)
    else:
        layer = get_object_or_404(MapLayer, pk=number_in(request.POST.get("layer", "")), map__hub=hub)
        back = services.restore_layer(by=request.user, layer=layer).map
    messages.success(request, _("Teruggezet."))
    return redirect("map", slug, back.slug)


@login_required
@require_POST
def show_layer(request: MemberRequest, hub_slug: str, slug: str) -> HttpResponse:
    """Show a layer of another map, or no longer."""
    found = find_map(standing_of(request.user), hub_slug, slug)
    if shown_id := request.POST.get("shown", ""):
        services.hide_layer(by=request.user, shown=get_object_or_404(found.shown_layers, layer=number_in(shown_id)))
    else:
        others = MapLayer.objects.visible_to(request.user)
        layer = get_object_or_404(others, pk=number_in(request.POST.get("layer", "")))
        services.show_layer(by=request.user, material_map=found, layer=layer)
    messages.success(request, _("Bewaard."))
    return redirect("map-edit", hub_slug, slug)

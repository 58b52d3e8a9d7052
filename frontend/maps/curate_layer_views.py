"""Making and changing layers by forms, and who has a right in one."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import can_manage_hub
from frontend.components.seen_form import save_seen
from frontend.maps.forms import (
    LayerForm,
    RightForm,
    layer_initial,
)
from frontend.maps.saving import tried
from frontend.maps.views import find_map
from frontend.requests import MemberRequest
from maps import services
from maps.models import (
    LayerRight,
    MapLayer,
)
from maps.permissions import (
    can_curate,
    check_can_curate,
)
from maps.standing import standing_of


@login_required
@require_http_methods(["GET", "POST"])
def new_layer(request: MemberRequest, hub_slug: str, slug: str) -> HttpResponse:
    found = find_map(standing_of(request.user), hub_slug, slug)
    check_can_curate(request.user, found.hub)
    form = LayerForm(request.POST or None, initial=layer_initial(MapLayer(map=found, licence=found.licence)))
    if form.is_valid() and tried(
        form, lambda: services.create_layer(by=request.user, material_map=found, **form.written())
    ):
        messages.success(request, _("De laag is er."))
        return redirect("map", hub_slug, slug)
    context = {"here": "maps", "hub": found.hub, "map": found, "form": form, "heading": _("Nieuwe laag")}
    return render(request, "maps/form.html", context, status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_layer(request: MemberRequest, layer_id: int) -> HttpResponse:
    """A layer, and who has a right in it."""
    layer = find_layer(request, layer_id)
    check_can_curate(request.user, layer.map.hub)
    form = LayerForm(request.POST or None, initial=layer_initial(layer))
    conflict: list[dict[str, Any]] = []
    if form.is_valid():
        is_saved, conflict = save_seen(form, partial(services.update_layer, by=request.user, layer=layer))
        if is_saved:
            messages.success(request, _("Bewaard."))
            return redirect("map", layer.map.hub.slug, layer.map.slug)
    return _layer_page(request, layer, form, RightForm(layer=layer), conflict)


@login_required
@require_POST
def give_right(request: MemberRequest, layer_id: int) -> HttpResponse:
    layer = find_layer(request, layer_id)
    form = RightForm(request.POST, layer=layer)
    if form.is_valid():
        given = form.cleaned_data
        if tried(
            form, lambda: services.give_right(by=request.user, layer=layer, to=given["to"], power=given["power"])
        ):
            messages.success(request, _("Bewaard."))
            return redirect("map-layer", layer.pk)
    check_can_curate(request.user, layer.map.hub)
    return _layer_page(request, layer, LayerForm(initial=layer_initial(layer)), form)


@login_required
@require_POST
def take_right(request: MemberRequest, right_id: int) -> HttpResponse:
    right = get_object_or_404(LayerRight.objects.select_related("layer__map__hub"), pk=right_id)
    layer_id = right.layer_id
    services.take_right(by=request.user, right=right)
    messages.success(request, _("Bewaard."))
    return redirect("map-layer", layer_id)


@login_required
@require_POST
def delete_layer(request: MemberRequest, layer_id: int) -> HttpResponse:
    layer = find_layer(request, layer_id)
    services.delete_layer(by=request.user, layer=layer)
    messages.success(request, _("“%(title)s” is weggehaald. Alles blijft bewaard.") % {"title": layer.title})
    return redirect("map", layer.map.hub.slug, layer.map.slug)


def find_layer(request: MemberRequest, layer_id: int) -> MapLayer:
    """A layer that the user sees; Http404 for any other."""
    return get_object_or_404(MapLayer.objects.visible_to(request.user).select_related("map__hub"), pk=layer_id)


def _layer_page(
    request: MemberRequest,
    layer: MapLayer,
    form: LayerForm,
    right_form: RightForm,
    conflict: Sequence[dict[str, Any]] = (),
) -> HttpResponse:
    context = {
        "here": "maps", "hub": layer.map.hub, "map": layer.map, "layer": layer, "form": form, "right_form": right_form,
        "conflict": conflict,
        "rights": layer.rights.select_related("person", "organisation", "group"),
        "governs": can_manage_hub(request.user, layer.map.hub),
        "curates": can_curate(standing_of(request.user), layer.map),
    }  # fmt: skip
    refused = form.errors or right_form.errors
    return render(request, "maps/edit_layer.html", context, status=409 if refused else 200)

"""Making and changing maps, layers, rights and elements by forms, and what waits for a hub's staff."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import can_manage_hub, is_hub_staff
from frontend.components.seen_form import save_seen
from frontend.maps.forms import (
    ElementForm,
    LayerForm,
    MapForm,
    ReasonForm,
    RightForm,
    given_fields,
    layer_initial,
    map_initial,
    tried,
)
from frontend.maps.overdue import overdue_rows
from frontend.maps.saving import save_element
from frontend.maps.views import element_page, find_element, find_map, number_in
from frontend.maps.waiting import WAITING_SHOWN, waiting_page
from frontend.requests import MemberRequest
from geo.models import Hub
from maps import services
from maps.enums import Licence, MapImportState
from maps.fields import WRITABLE
from maps.models import (
    FeatureProposal,
    LayerRight,
    MapFeature,
    MapImport,
    MapLayer,
    MaterialMap,
    VerificationRound,
)
from maps.models.imported import MapImportQuerySet
from maps.permissions import (
    can_curate,
    can_take,
    check_can_add,
    check_can_curate,
    layers_to_work_on,
    may_read_proposal,
)
from maps.querysets import MapLayerQuerySet
from maps.standing import standing_of

#: Letters of a search for a layer.
_LONGEST_SEARCH = 80


# ---- maps ----


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


# ---- layers and rights ----


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
    layer = _layer(request, layer_id)
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
    layer = _layer(request, layer_id)
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
    layer = _layer(request, layer_id)
    services.delete_layer(by=request.user, layer=layer)
    messages.success(request, _("“%(title)s” is weggehaald. Alles blijft bewaard.") % {"title": layer.title})
    return redirect("map", layer.map.hub.slug, layer.map.slug)


# ---- elements ----


@login_required
@require_http_methods(["GET", "POST"])
def new_element(request: MemberRequest, layer_id: int) -> HttpResponse:
    layer = _layer(request, layer_id)
    check_can_add(request.user, layer)
    staff = is_hub_staff(request.user, layer.map.hub)
    form = ElementForm(request.POST or None, layer=layer, staff=staff)
    if form.is_valid():
        fields = given_fields(form, WRITABLE)
        made = tried(form, lambda: services.add_feature(by=request.user, layer=layer, **fields))
        if made is not None:
            messages.success(request, _("Bewaard als concept. Leg het voor als het klaar is."))
            return redirect("map-element", made.pk)
    context = {
        "here": "maps", "hub": layer.map.hub, "map": layer.map, "layer": layer, "feature": None, "form": form,
        "proposes": False, "conflict": [],
    }  # fmt: skip
    return render(request, "maps/edit_element.html", context, status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit_element(request: MemberRequest, element_id: int) -> HttpResponse:
    """Change an element; what is published and not one's own to change, one proposes to change."""
    standing = standing_of(request.user)
    feature = find_element(standing, element_id)
    proposes = not can_take(standing, feature, "change")
    if proposes and not can_take(standing, feature, "propose"):
        raise PermissionDenied(_("Daarvoor heb je geen recht in deze laag. Vraag het aan de hub."))
    staff = is_hub_staff(request.user, feature.layer.map.hub)
    form = ElementForm(request.POST or None, layer=feature.layer, feature=feature, staff=staff)
    conflict: list[dict[str, Any]] = []
    if form.is_valid():
        is_saved, conflict = save_element(request.user, form, feature, proposes=proposes)
        if is_saved:
            messages.success(request, _("Voorgelegd aan wie publiceert.") if proposes else _("Bewaard."))
            return redirect("map-element", feature.pk)
    context = {
        "here": "maps", "hub": feature.layer.map.hub, "map": feature.layer.map, "layer": feature.layer,
        "feature": feature, "form": form, "proposes": proposes, "conflict": conflict,
    }  # fmt: skip
    return render(request, "maps/edit_element.html", context, status=409 if form.errors else 200)


_STEPS = {
    "submit": services.submit_feature,
    "publish": services.publish_feature,
    "withdraw": services.withdraw_feature,
    "verify": services.verify_feature,
}


@login_required
@require_POST
def element_step(request: MemberRequest, element_id: int) -> HttpResponse:
    """Put forward, send back, publish, withdraw, verify or undo, seen as the version that the page showed."""
    feature = find_element(standing_of(request.user), element_id)
    step, seen = request.POST.get("step", ""), number_in(request.POST.get("version", ""))
    try:
        if step == "undo":
            to = request.POST.get("to", "")
            services.undo_feature(by=request.user, feature=feature, seen=seen, version=number_in(to) if to else None)
        elif step == "send_back":
            form = ReasonForm(request.POST)
            if not form.is_valid():
                return element_page(request, feature, status=409, reason_form=form)
            services.send_back_feature(
                by=request.user, feature=feature, version=seen, reason=form.cleaned_data["reason"]
            )
        elif step in _STEPS:
            _STEPS[step](by=request.user, feature=feature, version=seen)
        else:
            raise Http404
    except ValidationError as error:
        fresh = find_element(standing_of(request.user), element_id)
        return element_page(request, fresh, status=409, refused=error.messages)
    messages.success(request, _("Gedaan."))
    still = MapFeature.objects.visible_to(request.user).filter(pk=feature.pk).exists()
    back = feature.layer.map
    return redirect("map-element", feature.pk) if still else redirect("map", back.hub.slug, back.slug)


@login_required
@require_POST
def decide_proposal(request: MemberRequest, proposal_id: int) -> HttpResponse:
    """Accept a proposal, send it back, or take one's own back."""
    standing = standing_of(request.user)
    proposal = get_object_or_404(FeatureProposal, pk=proposal_id)
    feature = find_element(standing, proposal.feature_id)
    if not may_read_proposal(standing, proposal, feature):
        raise Http404
    decision = request.POST.get("decision", "")
    try:
        if decision == "accept":
            seen = number_in(request.POST.get("version", ""))
            services.accept_proposal(by=request.user, proposal=proposal, version=seen)
        elif decision == "send_back":
            services.send_back_proposal(by=request.user, proposal=proposal, reason=request.POST.get("reason", ""))
        elif decision == "take_back":
            services.take_back_proposal(by=request.user, proposal=proposal)
        else:
            raise Http404
    except ValidationError as error:
        return element_page(request, find_element(standing, feature.pk), status=409, refused=error.messages)
    messages.success(request, _("Gedaan."))
    return redirect("map-element", feature.pk)


# ---- what waits ----


@login_required
@require_http_methods(["GET"])
def hub_work(request: MemberRequest, slug: str) -> HttpResponse:
    """What of a hub's maps waits for somebody: elements and proposals to look at, and what is to be verified again.

    Staff of the hub see all of it; who publishes by a right in a layer sees what of that layer waits. Each list has
    pages of its own.
    """
    hub = get_object_or_404(Hub, slug=slug)
    layers = layers_to_work_on(request.user, hub)
    curates = is_hub_staff(request.user, hub)
    maps = MaterialMap.objects.present().of_hub(hub)
    seen = MapFeature.objects.visible_to(request.user).filter(layer__in=layers).for_rows()
    ids = seen.order_by().values("pk")
    open_ones = FeatureProposal.objects.filter(state="open", feature__in=ids)
    said = VerificationRound.objects.to_look_at().filter(feature__in=ids)
    overdue = waiting_page(request, seen.overdue(timezone.localdate()), name="na-bij", by="verify_by")
    proposed = open_ones.select_related("feature__layer")
    context = {
        "here": "maps",
        "hub": hub,
        "curates": curates,
        "maps": maps if curates else maps.filter(layers__in=layers).distinct(),
        "tables": list(layers),
        "to_review": waiting_page(request, seen.to_review(), name="na-kijken", by="updated_at"),
        "proposals": waiting_page(request, proposed, name="na-voorstel", by="proposed_at"),
        "files": waiting_page(request, _files_to_compare(layers), name="na-bestand", by="created_at"),
        "said": waiting_page(request, said.for_letters(), name="na-antwoord", by="ended_at"),
        "overdue": overdue,
        "overdue_rows": overdue_rows(overdue.rows),
        "governs": can_manage_hub(request.user, hub),
        "gone_maps": MaterialMap.objects.of_hub(hub).exclude(deleted_at=None),
        "gone_layers": MapLayer.objects.filter(map__hub=hub, map__deleted_at=None).exclude(deleted_at=None),
    }
    return render(request, "maps/work.html", context)


def _files_to_compare(layers: QuerySet[MapLayer]) -> MapImportQuerySet:
    """Files for some layers about which somebody still has to decide."""
    waiting = MapImport.objects.filter(layer__in=layers).filter(
        state__in=[MapImportState.ASKED, MapImportState.COMPARED]
    )
    return waiting.select_related("layer")


# ---- what views share ----


def _layer(request: MemberRequest, layer_id: int) -> MapLayer:
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

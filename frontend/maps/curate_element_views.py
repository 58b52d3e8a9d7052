"""Making and changing elements by forms, and their steps until they are published."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import is_hub_staff
from frontend.maps.curate_layer_views import find_layer
from frontend.maps.forms import (
    ElementForm,
    ReasonForm,
    given_fields,
)
from frontend.maps.saving import place_words, save_element, tried
from frontend.maps.views import element_page, find_element, number_in
from frontend.requests import MemberRequest
from maps import services
from maps.fields import WRITABLE
from maps.models import (
    FeatureProposal,
    MapFeature,
)
from maps.permissions import (
    can_take,
    check_can_add,
    may_read_proposal,
)
from maps.standing import standing_of


@login_required
@require_http_methods(["GET", "POST"])
def new_element(request: MemberRequest, layer_id: int) -> HttpResponse:
    layer = find_layer(request, layer_id)
    check_can_add(request.user, layer)
    staff = is_hub_staff(request.user, layer.map.hub)
    form = ElementForm(request.POST or None, layer=layer, staff=staff)
    if form.is_valid():
        fields = given_fields(form, WRITABLE)
        made = tried(form, lambda: services.add_feature(by=request.user, layer=layer, **fields))
        if made is not None:
            messages.success(request, _("Bewaard als concept. Leg het voor als het klaar is."))
            _say_place(request, form)
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
            _say_place(request, form)
            return redirect("map-element", feature.pk)
    context = {
        "here": "maps", "hub": feature.layer.map.hub, "map": feature.layer.map, "layer": feature.layer,
        "feature": feature, "form": form, "proposes": proposes, "conflict": conflict,
    }  # fmt: skip
    return render(request, "maps/edit_element.html", context, status=409 if form.errors else 200)


def _say_place(request: MemberRequest, form: ElementForm) -> None:
    if words := place_words(form):
        messages.warning(request, words)


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

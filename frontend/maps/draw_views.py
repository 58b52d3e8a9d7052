"""Drawing on a map: the page, and the part of it that has one element in hand.

The part is a form of its own, which the page sends and puts in place (src/draw/panel.ts). It says all that the canvas
does, so that nothing needs the canvas.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.gis.db.models.functions import GeometryDistance
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.permissions import is_hub_staff
from frontend.maps.forms import ElementForm, given_fields
from frontend.maps.page import drawn_layers, layer_rows, layers_of
from frontend.maps.saving import place_words, save_element, tried
from frontend.maps.spot_page import can_add_on_the_spot
from frontend.maps.views import find_element, find_map, number_in
from frontend.requests import MemberRequest
from geo.hubs import bounds_of
from geo.shapes import ShapeRefused, as_geojson, read_shape_text
from maps import services
from maps.enums import FeatureState, GeometryKind
from maps.fields import WRITABLE
from maps.going_back import can_undo_last
from maps.models import MapFeature, MapLayer
from maps.models.feature import MOST_VERTICES
from maps.permissions import STEPS, can_add, can_take, check_can_add
from maps.sight import sight_of
from maps.standing import Standing, standing_of

#: Elements near by that one may be joined with by a list, without the canvas.
NEAR_SHOWN = 20
#: What the canvas draws for each sort of layer, as Terra Draw calls it.
_TOOLS = {
    GeometryKind.POINTS: ["point"],
    GeometryKind.LINES: ["linestring"],
    GeometryKind.POLYGONS: ["polygon"],
    GeometryKind.ANY: ["point", "linestring", "polygon"],
}
#: Fields that the form shows at once; the rest is behind “more”.
FIRST_FIELDS = ("title", "kind", "material", "quantity", "unit", "period", "visibility")
PLACE_FIELDS = ("place", "lat", "lon", "shape")
_STEPS: dict[str, Callable[..., Any]] = {
    "submit": services.submit_feature,
    "publish": services.publish_feature,
    "withdraw": services.withdraw_feature,
    "undo": services.undo_feature,
}


@login_required
@require_GET
def draw(request: MemberRequest, hub_slug: str, slug: str) -> HttpResponse:
    """The map in the middle, its layers left, the element in hand right; for whoever may propose in a layer of it."""
    standing = standing_of(request.user)
    found = find_map(standing, hub_slug, slug)
    layers = layers_of(found, standing)
    if not any(can_add(standing, layer) for layer in layers):
        raise PermissionDenied(_("Je mag op deze kaart niets tekenen. Vraag het aan de hub."))
    bounds = bounds_of(found.hub)
    context = {
        "here": "maps",
        "hub": found.hub,
        "map": found,
        "layers": layer_rows(layers, standing),
        "adds_to": [layer for layer in layers if can_add(standing, layer)],
        "spot_layer": next((layer for layer in layers if can_add_on_the_spot(standing, layer)), None),
        "drawn": drawn_layers(layers),
        "tools": [_tools_of(layer, can_add(standing, layer)) for layer in layers],
        "bounds": ",".join(map(str, bounds)) if bounds else "",
        "words": _words(),
    }
    return render(request, "maps/draw.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def draw_new(request: MemberRequest, layer_id: int) -> HttpResponse:
    """A new element in hand."""
    layer = get_object_or_404(MapLayer.objects.visible_to(request.user).select_related("map__hub"), pk=layer_id)
    check_can_add(request.user, layer)
    if not request.htmx:
        return redirect("map-element-new", layer.pk)
    form = ElementForm(request.POST or None, layer=layer, staff=is_hub_staff(request.user, layer.map.hub))
    if form.is_valid():
        fields = given_fields(form, WRITABLE)
        made = tried(form, lambda: services.add_feature(by=request.user, layer=layer, **fields))
        if made is not None:
            said = _("Bewaard als concept. Leg het voor als het klaar is.")
            return _in_hand(request, made, said=said, rough=place_words(form), status=201)
    context = _part_context(form) | {
        "layer": layer, "feature": None, "path": request.path, "writes": True, "is_fresh": not form.is_bound,
    }  # fmt: skip
    return render(request, "maps/hand.html", context, status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def draw_element(request: MemberRequest, element_id: int) -> HttpResponse:
    """An element in hand: changed, split, joined, put forward, published, withdrawn or undone."""
    standing = standing_of(request.user)
    feature = find_element(standing, element_id)
    if not request.htmx:
        return redirect("map-element", feature.pk)
    done = request.POST.get("do", "")
    if request.method == "GET":
        return _in_hand(request, feature)
    if done == "save":
        return _save(request, standing, feature)
    try:
        said = _take(request, standing, feature, done)
    except ValidationError as error:
        return _in_hand(request, find_element(standing, feature.pk), refused=error.messages, status=409)
    return _in_hand(request, feature, said=said)


def _save(request: MemberRequest, standing: Standing, feature: MapFeature) -> HttpResponse:
    proposes = not can_take(standing, feature, "change")
    form = _form(request, feature, request.POST)
    conflict: list[dict[str, Any]] = []
    if form.is_valid():
        is_saved, conflict = save_element(request.user, form, feature, proposes=proposes)
        if is_saved:
            said = _("Voorgelegd aan wie publiceert.") if proposes else _("Bewaard.")
            return _in_hand(request, feature, said=said, rough=place_words(form))
    stored = find_element(standing, feature.pk)
    return _in_hand(request, stored, form=form, conflict=conflict, status=409)


def _take(request: MemberRequest, standing: Standing, feature: MapFeature, done: str) -> str:
    """Do what a button of the part says. Words about it; raises ValidationError, and Http404 for anything else."""
    by, version = request.user, number_in(request.POST.get("version", ""))
    if done == "split":
        text = request.POST.get("line", "")
        parts = services.split_feature(
            by=by, feature=feature, version=version, line=read_shape_text(text, most_vertices=MOST_VERTICES)
        )
        made = len(parts) - 1
        words = ngettext(
            "Gesplitst: er is %(count)d element bij.", "Gesplitst: er zijn %(count)d elementen bij.", made
        )
        return words % {"count": made}
    if done == "join":
        other_id, _colon, other_version = request.POST.get("other", "").partition(":")
        if not other_id:
            raise ValidationError(_("Kies eerst met welk element."))
        other = find_element(standing, number_in(other_id))
        services.join_features(
            by=by, feature=feature, version=version, other=other, other_version=number_in(other_version)
        )
        return _("Samengevoegd. “%(title)s” is ingetrokken; wat eraan hing, hangt nu hier.") % {"title": other.title}
    if done not in _STEPS:
        raise Http404
    seen = {"seen": version} if done == "undo" else {"version": version}
    _STEPS[done](by=by, feature=feature, **seen)
    return _("Gedaan.")


def _in_hand(
    request: MemberRequest, feature: MapFeature, *, said: str = "", status: int = 200, **more: Any
) -> HttpResponse:
    """The part with an element as it is stored now, or with a form that was refused; words alone where it is gone."""
    standing = standing_of(request.user)
    seen = MapFeature.objects.seen_by(standing).for_rows().select_related("owner").filter(pk=feature.pk).first()
    if seen is None:
        return render(request, "maps/hand_gone.html", {"said": said, "layer": feature.layer, "element_id": feature.pk})
    refused_form = more.pop("form", None)
    steps = {step for step in STEPS if can_take(standing, seen, step)}
    form = refused_form or _form(request, seen)
    context = _part_context(form) | {
        "layer": seen.layer,
        "feature": seen,
        "path": reverse("map-draw-element", args=[seen.pk]),
        "steps": steps,
        "undoes": can_undo_last(standing, seen),
        "proposes": "change" not in steps,
        "writes": bool(steps & {"change", "propose"}),
        "near": _near(seen, standing) if "change" in steps and refused_form is None else [],
        "geometry": as_geojson(seen.geometry),
        "said": said,
        # A form that was refused keeps what is drawn.
        "is_fresh": refused_form is None,
        "can_split": seen.geometry.dims > 0,
    }
    return render(request, "maps/hand.html", context | more, status=status)


def _form(request: MemberRequest, feature: MapFeature, data: Any = None) -> ElementForm:
    staff = is_hub_staff(request.user, feature.layer.map.hub)
    return ElementForm(data, layer=feature.layer, feature=feature, staff=staff)


def _part_context(form: ElementForm) -> dict[str, Any]:
    """The form in its three parts, what is wrong with the shape, for the canvas, and nothing else to say."""
    names = [field.name for field in form.visible_fields() if field.name != "repair"]
    rest = [name for name in names if name not in FIRST_FIELDS and name not in PLACE_FIELDS]
    wrong = set(form.errors) if form.is_bound else set[str]()
    return {
        "form": form,
        "first_fields": [form[name] for name in FIRST_FIELDS],
        "place_fields": [form[name] for name in PLACE_FIELDS],
        "more_fields": [form[name] for name in rest],
        "more_open": bool(wrong & set(rest)),
        "place_open": bool(wrong & set(PLACE_FIELDS)),
        "shape_refused": form.shape_refused,
        "shape_wrong": _wrong(form.shape_refused),
        "said": "",
        "rough": "",
        "conflict": [],
        "refused": [],
        "steps": set(),
        "proposes": False,
    }


def _wrong(refused: ShapeRefused | None) -> dict[str, Any] | None:
    """Where a shape is wrong and what it may have meant, as the canvas draws it."""
    return {"where": refused.where, "proposal": refused.proposal} if refused else None


def _near(feature: MapFeature, standing: Standing) -> list[MapFeature]:
    """Elements of the same sort of shape in the layer that one may change, the nearest first."""
    types = [kind for kind in GeometryKind if kind != GeometryKind.ANY and feature.geometry.geom_type in kind.types]
    found = MapFeature.objects.in_layer(feature.layer_id, sight_of(standing, feature.layer))
    nearest = found.exclude(pk=feature.pk).exclude(state=FeatureState.WITHDRAWN).select_related("layer__map")
    rows = nearest.order_by(GeometryDistance("position", feature.position))[:NEAR_SHOWN]
    return [row for row in rows if row.geometry.geom_type in types[0].types and can_take(standing, row, "change")]


def _tools_of(layer: MapLayer, adds: bool) -> dict[str, Any]:
    """What the canvas has to know of a layer beside how it is drawn."""
    return {
        "id": layer.pk,
        "title": layer.title,
        "tools": _TOOLS[GeometryKind(layer.geometry_kind)] if adds else [],
        "part": reverse("map-draw-new", args=[layer.pk]),
        "elements": reverse("api-map-elements", args=[layer.pk]),
    }


def _words() -> dict[str, str]:
    """What the canvas says."""
    return {
        "choose": _("Klik een element aan om het te wijzigen, of kies hierboven wat je tekent."),
        "which": _("Hier liggen er meer. Welk bedoel je?"),
        "point": _("Klik waar het punt komt."),
        "linestring": _("Klik de hoeken van de lijn aan. Klik het laatste punt nog eens, of kies “Klaar”."),
        "polygon": _("Klik de hoeken van het vlak aan. Sluit het op het eerste punt, of kies “Klaar”."),
        "hole": _("Teken het gat binnen het vlak."),
        "hole_outside": _("Een gat begint binnen een vlak. Teken het opnieuw."),
        "knife": _("Teken een lijn dwars over het element: begin en eindig ernaast."),
        "join": _("Klik het element aan dat erbij moet."),
        "join_same": _("Kies een ander element van dezelfde laag."),
        "corners": _(
            "Versleep een hoek, of een punt ertussen om er een bij te maken. "
            "Tik een hoek aan en kies “Hoek weg” om ze weg te halen."
        ),
        "corners_keys": _(
            "Een rechterklik haalt ze ook weg. Page Up en Page Down kiezen een hoek, pijltjes verschuiven ze."
        ),
        "corner_at": _("Hoek {n} van {count}. Pijltjes verschuiven ze, Delete haalt ze weg."),
        "corner_first": _("Tik eerst de hoek aan die weg moet."),
        "corner_needed": _("Een vlak houdt minstens drie hoeken, een lijn twee. Deze kan niet weg."),
        "move": _("Versleep het geheel, of verschuif het met de pijltjes."),
        "too_many": _(
            "Dit heeft te veel hoeken om ze los te verslepen. Verplaats het als geheel, of teken het opnieuw."
        ),
        "save_first": _("Bewaar eerst, of maak je wijzigingen ongedaan."),
        "leave": _("Wat je nog niet bewaarde, blijft als kladje in deze browser. Toch weggaan?"),
        "kept": _("Je hebt nog onbewaard werk hieraan van {when}."),
        "kept_others": _("Onbewaard werk"),
        "take_up": _("Herneem"),
        "throw_away": _("Gooi weg"),
        "outer": _("Deel {part}: rand"),
        "ring": _("Deel {part}: gat {ring}"),
        "one_part": _("Deel {part}"),
        "untitled": _("zonder titel"),
    }

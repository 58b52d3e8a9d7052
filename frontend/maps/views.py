"""Material maps for everyone: all of them, one with its layers and elements, and the page of an element."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET

from accounts.behalf import LONGEST_BEHALF_NOTE
from accounts.models import Organisation
from frontend.components.paging import ROWS_PER_PAGE
from frontend.maps.files import counts_by_layer, files_of
from frontend.maps.gis import gis_addresses
from frontend.maps.linked_data import linked_data
from frontend.maps.narrowed import (
    are_estimates,
    choices_of,
    layers_asked,
    mended_in,
    named_for,
    pairs_of,
    sources_asked,
)
from frontend.maps.of_listings import handed_over_of
from frontend.maps.page import (
    drawn_layers,
    facts_of,
    history_rows,
    layer_rows,
    layers_of,
    proposal_rows,
    quantity_words,
)
from frontend.maps.spot_page import can_add_on_the_spot
from frontend.maps.unlisted import why_unlisted
from frontend.requests import PageRequest
from geo.hubs import bounds_of
from listings.models import Listing
from maps.begun import begun_for, waiting
from maps.enums import Power, Visibility
from maps.going_back import can_undo_last
from maps.history import HistoryPage, history_page
from maps.models import MapFeature, MapLayer, MaterialMap, VerificationRound
from maps.narrowing import Narrowed
from maps.permissions import (
    STEPS,
    can_add,
    can_curate,
    can_import,
    can_list,
    can_list_for_source,
    can_read_history,
    can_review,
    can_take,
    proposals_seen_by,
)
from maps.querysets import MapFeatureQuerySet
from maps.sight import sight_of
from maps.standing import Standing, standing_of

#: Changes that the page of an element shows at once.
CHANGES_SHOWN = 20


@require_GET
def maps(request: PageRequest) -> HttpResponse:
    """All maps with something to see, by hub; the chosen ones of all their layers together on one map."""
    standing = standing_of(request.user)
    rows = list(MaterialMap.objects.seen_by(standing).select_related("hub"))
    layers = list(MapLayer.objects.seen_by(standing).select_related("map__hub").order_by("map_id", "order", "pk"))
    chosen, given = chosen_layers(request, layers), request.GET.dict()
    narrowed, wrong = mended_in(given, (), standing)
    by_map: dict[int, list[dict[str, Any]]] = {}
    shown_rows = layer_rows(layers, standing)
    for row in shown_rows:
        by_map.setdefault(row["layer"].map_id, []).append(row)
    context = {
        "here": "maps",
        "maps": [
            (row, by_map.get(row.pk, [])) for row in sorted(rows, key=lambda row: (row.hub.name, row.order, row.pk))
        ],
        "drawn": drawn_layers(chosen, narrowed),
        "chosen": {layer.pk for layer in chosen},
        "drawn_maps": {layer.map_id for layer in chosen},
        "estimates": are_estimates(narrowed, shown_rows, chosen),
        "is_part": len(chosen) < len(layers),
        **_asked(narrowed, (), chosen, standing),
    } | choices_of(narrowed, given, wrong, hub=None, layers=(), standing=standing)
    return render(request, "maps/maps.html", context, status=400 if wrong else 200)


@require_GET
def material_map(request: PageRequest, hub_slug: str, slug: str) -> HttpResponse:
    """A map: its layers with a legend, and the elements of those that are chosen beside it."""
    standing = standing_of(request.user)
    found = find_map(standing, hub_slug, slug)
    layers = layers_of(found, standing)
    chosen, given = chosen_layers(request, layers), request.GET.dict()
    narrowed, wrong = mended_in(given, layers, standing)
    looked_at = layers_asked(narrowed, chosen, standing)
    rows, after = _page(request, looked_at, standing, narrowed)
    if after is None and not request.GET.get("na"):
        # All of them are at hand: a text that is found nowhere would have each element read a second time.
        counts = Counter(row.layer_id for row in rows)
    else:
        counts = counts_by_layer([_shown([layer], standing, narrowed) for layer in looked_at])
    shown_rows, bounds = _layer_rows(layers, counts, standing, narrowed), bounds_of(found.hub)
    context = {
        "here": "maps",
        "hub": found.hub,
        "map": found,
        "layers": shown_rows,
        "chosen": {layer.pk for layer in chosen},
        "drawn": drawn_layers(looked_at, narrowed),
        "bounds": ",".join(map(str, bounds)) if bounds else "",
        "rows": [(row, quantity_words(row)) for row in rows],
        "after": after,
        "gis": gis_addresses(request, layers),
        "feed": any(layer.visibility == Visibility.PUBLIC for layer in layers),
        **_asked(narrowed, layers, looked_at, standing),
        "estimates": are_estimates(narrowed, shown_rows, looked_at),
        "curates": can_curate(standing, found),
        "reviews": any(can_review(standing, layer) for layer in layers if layer.map_id == found.pk),
        "adds_to": [layer for layer in layers if can_add(standing, layer)],
        "spot_layer": next((layer for layer in layers if can_add_on_the_spot(standing, layer)), None),
        "imports_to": [layer for layer in layers if can_import(standing, layer)],
        "is_part": len(chosen) < len(layers),
        "is_public": MaterialMap.objects.seen_by(standing_of(AnonymousUser())).filter(pk=found.pk).exists(),
        "snippet": _snippet(found, chosen if len(chosen) < len(layers) else [], narrowed),
    } | choices_of(narrowed, given, wrong, hub=found.hub, layers=layers, standing=standing)
    return render(request, "maps/map.html", context, status=400 if wrong else 200)


@require_GET
def element(request: PageRequest, element_id: int) -> HttpResponse:
    """An element: all that is known of it, its photos and listings; its history and proposals for those who edit."""
    return element_page(request, find_element(standing_of(request.user), element_id))


def element_page(request: PageRequest, feature: MapFeature, status: int = 200, **more: Any) -> HttpResponse:
    """The page of an element, with forms that were refused."""
    standing = standing_of(request.user)
    edits = standing.power_in(feature.layer_id, feature.layer.map.hub_id) >= Power.EDIT
    before = request.GET.get("voor", "")
    history = (
        history_page(feature, CHANGES_SHOWN, number_in(before) if before else None)
        if can_read_history(standing, feature)
        else HistoryPage([], [], False)
    )
    proposals = proposals_seen_by(standing, feature).filter(state="open")
    middle = feature.geometry.point_on_surface
    begun, begins = begun_for(feature, standing), can_list_for_source(request.user, standing, feature)
    knows_source = edits or feature.source_organisation_id in standing.organisation_ids
    context = {
        "here": "maps",
        "hub": feature.layer.map.hub,
        "map": feature.layer.map,
        "feature": feature,
        "linked_data": linked_data(feature),
        "facts": facts_of(feature, edits, knows_source),
        "middle": middle,
        "drawn": drawn_layers([feature.layer]),
        "listings": Listing.objects.visible_to(request.user)
        .owner_known_to(request.user)
        .filter(map_features__feature=feature)
        .select_related("material"),
        "handed_over": handed_over_of(feature, request.user),
        "knows_source": knows_source,
        "listed_by": Organisation.objects.of(request.user).order_by("name") if can_list(standing, feature) else [],
        "lists_for": feature.source_organisation if begins and not waiting(begun, feature) else None,
        "unlisted": None if begins else why_unlisted(standing, feature, knows_source=knows_source),
        "begun_for": begun,
        "behalf_note": None,
        "longest_note": LONGEST_BEHALF_NOTE,
        "steps": {step for step in STEPS if can_take(standing, feature, step)},
        "undoes": can_undo_last(standing, feature),
        "attaches": can_take(standing, feature, "change"),
        "edits": edits,
        "begun": standing.user_id is not None and feature.created_by_id == standing.user_id,
        "said": VerificationRound.objects.to_look_at().filter(feature=feature).last() if edits else None,
        "changes": history_rows(history, feature, standing, request.user),
        "older": history.changes[-1].number if history.has_more else None,
        "is_older": bool(before),
        "proposals": proposal_rows(proposals, feature),
        "refused": [],
        "reason_form": None,
    }
    return render(request, "maps/element.html", context | more, status=status)


def find_map(standing: Standing, hub_slug: str, slug: str) -> MaterialMap:
    """The map of an address, for somebody who sees it. Raises Http404."""
    return get_object_or_404(
        MaterialMap.objects.seen_by(standing).select_related("hub"), hub__slug=hub_slug, slug=slug
    )


def find_element(standing: Standing, element_id: int) -> MapFeature:
    """The element of an address, for somebody who sees it. Raises Http404."""
    seen = MapFeature.objects.seen_by(standing).for_rows().select_related("owner")
    return get_object_or_404(seen.prefetch_related("photos", "documents"), pk=element_id)


def number_in(text: str) -> int:
    """A number that a form or an address of ours holds. Raises Http404 for anything else."""
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Http404
    return int(text)


def chosen_layers(request: PageRequest, layers: list[MapLayer]) -> list[MapLayer]:
    """The layers that the address names; all where it names none. Raises Http404 for what isn't there."""
    asked = set(request.GET.getlist("laag"))
    if asked - {str(layer.pk) for layer in layers}:
        raise Http404
    return [layer for layer in layers if not asked or str(layer.pk) in asked]


def _snippet(found: MaterialMap, layers: list[MapLayer], narrowed: Narrowed) -> str:
    """HTML that puts a map in another page; with some of its layers, or with all where none is named, and of what the
    page asks for, as far as strangers may.

    Empty where strangers see none of those.
    """
    address = settings.SITE_URL + reverse("map-embed", args=[found.hub.slug, found.slug])
    shown = [("laag", str(layer.pk)) for layer in layers if layer.visibility == Visibility.PUBLIC]
    if layers and not shown:
        return ""
    named = urlencode(shown + pairs_of(narrowed.for_everyone()))
    return format_html(
        '<iframe src="{}" title="{}" width="100%" height="500" style="border:0" loading="lazy"></iframe>',
        f"{address}?{named}" if named else address,
        found.title,
    )


def _asked(
    narrowed: Narrowed, layers: Sequence[MapLayer], drawn: list[MapLayer], standing: Standing
) -> dict[str, Any]:
    """What an address asks for, as the page sends it along, and says it."""
    pairs, named = pairs_of(narrowed), named_for(narrowed, layers=layers, drawn=drawn, standing=standing)
    return {
        "narrowed": narrowed, "pairs": pairs, "asked": urlencode(pairs), "only": ", ".join(narrowed.words(named)),
        "sources": sources_asked(narrowed, drawn, standing), "has_more_sources": False,
    }  # fmt: skip


def _layer_rows(
    layers: list[MapLayer], counts: Counter[int], standing: Standing, narrowed: Narrowed
) -> list[dict[str, Any]]:
    """Each layer with its legend, and those of which the page shows something with the files of that: `counts` says of
    how many elements.
    """
    return [
        row | {"files": files_of(row["layer"], narrowed, counts[row["layer"].pk])}
        for row in layer_rows(layers, standing)
    ]


def _shown(layers: list[MapLayer], standing: Standing, narrowed: Narrowed) -> MapFeatureQuerySet:
    """What somebody sees of some layers, of what the page shows."""
    found = MapFeature.objects.in_layers({layer.pk: sight_of(standing, layer) for layer in layers})
    return found.narrowed(narrowed, timezone.localdate())


def _page(
    request: PageRequest, layers: list[MapLayer], standing: Standing, narrowed: Narrowed
) -> tuple[list[MapFeature], int | None]:
    """A page of the elements of some layers, and behind which the next begins."""
    found = _shown(layers, standing, narrowed)
    after = request.GET.get("na", "")
    if after:
        found = found.after(number_in(after))
    rows = list(found.for_rows().order_by("pk")[: ROWS_PER_PAGE + 1])
    return rows[:ROWS_PER_PAGE], rows[ROWS_PER_PAGE - 1].pk if len(rows) > ROWS_PER_PAGE else None

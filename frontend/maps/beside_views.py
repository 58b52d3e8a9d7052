"""Two files for a layer beside each other: what the later has otherwise, on map and in a table, and choosing of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods

from frontend.components.paging import ROWS_PER_PAGE
from frontend.maps.import_page import COLORS, TABS, bounds_of_rows, drawn_rows, pair_words
from frontend.maps.import_views import keep_choice
from frontend.requests import MemberRequest
from maps import services
from maps.enums import TAKEABLE, Fate
from maps.imports.between import (
    choose_between,
    counts_between,
    drawn_between,
    fate_between,
    leaves_unsure,
    other_import,
    pairs_page,
)
from maps.imports.finding import seen_import
from maps.models import MapImport
from maps.sight import Sight, sight_of
from maps.standing import standing_of

_FATES = [fate.value for fate in TAKEABLE]


@login_required
@require_http_methods(["GET", "POST"])
def import_beside(request: MemberRequest, import_id: int, other_id: int) -> HttpResponse:
    """What a file has new, changed or gone beside another; choose of it, row by row or all of a kind."""
    later = seen_import(request.user, import_id)
    try:
        earlier = other_import(request.user, later, str(other_id))
    except ValidationError as error:
        # One of them was taken, or read anew, since the page was shown.
        messages.error(request, " ".join(error.messages))
        return redirect("map-import", later.pk)
    sight = sight_of(standing_of(request.user), later.layer)
    if request.method == "POST":
        return _choose(request, later, earlier, sight)
    counts = counts_between(later, earlier, sight)
    fate = request.GET.get("soort", "") or next((name for name in _FATES if counts[name]), _FATES[0])
    if fate not in _FATES:
        raise Http404
    single, after = request.GET.get("rij", ""), request.GET.get("na", "")
    pairs, following = pairs_page(
        later, earlier, sight, fate, ROWS_PER_PAGE, after, row=_number(single) if single else None
    )
    # Whose wrong rows make an element seem gone, or new.
    wrong_in = {Fate.GONE: later, Fate.ADDED: earlier}.get(Fate(fate))
    context: dict[str, Any] = {
        "here": "maps", "hub": later.layer.map.hub, "map": later.layer.map, "layer": later.layer, "import": later,
        "earlier": earlier, "fate": fate, "rows": pair_words(pairs), "following": following, "single": single,
        "tabs": [(name.value, str(label), counts[name]) for name, label in TABS if name in TAKEABLE],
        "drawn": drawn_rows(later, earlier), "bounds": bounds_of_rows(drawn_between(later, earlier, sight)),
        "colors": {name.value: color for name, color in COLORS.items()},
        "chosen": later.rows.filter(chosen=True).count(),
        "unsure_of": wrong_in if wrong_in is not None and leaves_unsure(wrong_in) else None,
    }  # fmt: skip
    return render(request, "maps/import_beside.html", context)


@login_required
@require_GET
def beside_row(request: MemberRequest, import_id: int, other_id: int, row_id: int) -> HttpResponse:
    """Where the map leads to: the row in the table."""
    later = seen_import(request.user, import_id)
    earlier = other_import(request.user, later, str(other_id))
    fate = fate_between(later, earlier, sight_of(standing_of(request.user), later.layer), row_id)
    if fate is None:
        raise Http404
    return redirect(f"{_page(later, earlier)}?soort={fate}&rij={row_id}#rows")


def _page(later: MapImport, earlier: MapImport) -> str:
    return reverse("map-import-beside", args=[later.pk, earlier.pk])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Http404
    return int(text)


def _choose(request: MemberRequest, later: MapImport, earlier: MapImport, sight: Sight) -> HttpResponse:
    fate, action = request.POST.get("soort", ""), request.POST.get("action", "")
    if fate not in _FATES:
        raise Http404
    try:
        if action in ("all", "none"):
            ids = choose_between(later, earlier, sight, fate)
            services.choose_rows(by=request.user, map_import=later, chosen=action == "all", ids=ids)
        else:
            keep_choice(request, later)
        if action == "take":
            services.take_map_import(by=request.user, map_import=later)
            return redirect("map-import", later.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    after = request.POST.get("na" if action == "next" else "here", "")
    query = urlencode({"soort": fate} | ({"na": after} if after else {}))
    return redirect(f"{_page(later, earlier)}?{query}#rows")

"""A file for a layer in the browser: give it, say how it is read, compare it with the layer, take what one chooses."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontend.components.paging import ROWS_PER_PAGE
from frontend.maps.import_page import (
    COLORS,
    TABS,
    bounds_of_rows,
    drawn_rows,
    read_choices,
    reading_context,
    row_words,
    tabs_of,
)
from frontend.requests import MemberRequest
from listings.imports.progress import progress_of
from maps import services
from maps.enums import TAKEABLE, Fate, MapImportState
from maps.files.refusals import FORMAT_NAMES
from maps.imports.between import MOST_BESIDE, beside
from maps.imports.finding import has_unnamed_wrong, said_of, seen_import
from maps.imports.report import mistakes_csv
from maps.imports.rows import drawn_rows_of, rows_of, rows_page
from maps.models import MapImport, MapLayer
from maps.models.imported import KEPT
from maps.permissions import can_review, check_can_import
from maps.sight import sight_of
from maps.standing import standing_of
from sandbox import sizes

EARLIER_SHOWN = 10
_FATES = [fate.value for fate, _label in TABS]


@login_required
@require_http_methods(["GET", "POST"])
def new_import(request: MemberRequest, layer_id: int) -> HttpResponse:
    seen = MapLayer.objects.visible_to(request.user).select_related("map__hub")
    layer = get_object_or_404(seen, pk=layer_id)
    check_can_import(request.user, layer)
    error = ""
    if request.method == "POST":
        try:
            return redirect("map-import", _start(request, layer).pk)
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
    context = {
        "here": "maps", "hub": layer.map.hub, "map": layer.map, "layer": layer, "error": error,
        "pasted": request.POST.get("rows", ""), "earlier": layer.imports.all()[:EARLIER_SHOWN],
        "formats": FORMAT_NAMES.values(), "most_mb": sizes.LARGEST_UPLOAD_BYTES // 10**6, "kept_days": KEPT.days,
    }  # fmt: skip
    return render(request, "maps/import_new.html", context, status=409 if error else 200)


def _start(request: MemberRequest, layer: MapLayer) -> MapImport:
    if "rows" in request.POST:
        return services.paste_rows(by=request.user, layer=layer, text=request.POST["rows"])
    upload = request.FILES.get("file")
    if upload is None:
        raise ValidationError(_("Kies een bestand."))
    return services.start_map_import(by=request.user, layer=layer, upload=upload)


@login_required
@require_GET
def map_import(request: MemberRequest, import_id: int) -> HttpResponse:
    """How far it is, what has to be chosen, or what it would change in the layer."""
    found = seen_import(request.user, import_id)
    if request.htmx and not found.is_running:
        # What comes next has a map and tables: the page as a whole.
        return HttpResponse(headers={"HX-Refresh": "true"})
    standing = standing_of(request.user)
    context: dict[str, Any] = {
        "here": "maps", "hub": found.layer.map.hub, "map": found.layer.map, "layer": found.layer, "import": found,
        "progress": progress_of(found), "reviews": can_review(standing, found.layer), "says": said_of(found),
        "kept_days": KEPT.days, "proposals": (), "not_taken": found.counts.get("not_taken", 0),
    }  # fmt: skip
    if found.is_open or (found.state == MapImportState.FAILED and found.cleared_at is None):
        context |= reading_context(found)
    if found.state == MapImportState.COMPARED:
        context |= _rows(request, found)
    return render(request, "maps/import_state.html" if request.htmx else "maps/import.html", context)


def _rows(request: MemberRequest, found: MapImport) -> dict[str, Any]:
    """A page of the rows of one fate, or one row that the map leads to."""
    sight = sight_of(standing_of(request.user), found.layer)
    kept = rows_of(found, sight)
    totals = kept.filter(fate__in=TAKEABLE).order_by().values("fate")
    counted = list(totals.annotate(Count("pk"), picked=Count("pk", filter=Q(chosen=True))))
    tabs = tabs_of(found, {row["fate"]: row["pk__count"] for row in counted})
    fate = request.GET.get("soort", "") or next((name for name, _label, count in tabs if count), tabs[0][0])
    if fate not in _FATES:
        raise Http404
    rows = kept.filter(fate=fate)
    if one := request.GET.get("rij", ""):
        rows = rows.filter(pk=_number(one))
    seen, following = rows_page(rows, ROWS_PER_PAGE, _place(request.GET.get("na", "")))
    chosen = {one.value: 0 for one in TAKEABLE} | {row["fate"]: row["picked"] for row in counted}
    return {
        "tabs": tabs, "fate": fate, "rows": row_words(seen), "single": one,
        "following": "-".join(map(str, following)) if following else "",
        "chosen": chosen, "chosen_total": sum(chosen.values()),
        "beside": beside(found)[:MOST_BESIDE], "drawn": drawn_rows(found),
        "bounds": bounds_of_rows(drawn_rows_of(found, sight)),
        "colors": {fate.value: color for fate, color in COLORS.items()},
        "same": found.counts.get(Fate.SAME, 0), "withdrawn": found.counts.get(Fate.WITHDRAWN, 0),
        "unnamed_wrong": has_unnamed_wrong(found),
    }  # fmt: skip


@login_required
@require_GET
def import_row(request: MemberRequest, import_id: int, row_id: int) -> HttpResponse:
    """Where the map leads to: the row in the table."""
    found = seen_import(request.user, import_id)
    row = get_object_or_404(rows_of(found, sight_of(standing_of(request.user), found.layer)), pk=row_id)
    return redirect(f"{_page(found.pk)}?soort={row.fate}&rij={row.pk}#rows")


@login_required
@require_POST
def choose(request: MemberRequest, import_id: int) -> HttpResponse:
    """Keep which rows of the page are chosen, or choose all of a fate or none; and take them where that is asked."""
    found = seen_import(request.user, import_id)
    fate, action = request.POST.get("soort", ""), request.POST.get("action", "")
    if fate not in _FATES:
        raise Http404
    try:
        if action in ("all", "none"):
            services.choose_rows(by=request.user, map_import=found, chosen=action == "all", fates=[fate])
        else:
            keep_choice(request, found)
        if action == "take":
            services.take_map_import(by=request.user, map_import=found)
            return redirect("map-import", found.pk)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    after = request.POST.get("na", "") if action == "next" else request.POST.get("here", "")
    return redirect(f"{_page(found.pk)}?soort={fate}{f'&na={after}' if _place(after) else ''}#rows")


def keep_choice(request: MemberRequest, found: MapImport) -> None:
    """Keep which of the rows that a page showed are ticked, and which aren't."""
    shown = {_number(text) for text in request.POST.getlist("shown")}
    ticked = shown & {_number(text) for text in request.POST.getlist("row")}
    for ids, chosen in ((ticked, True), (shown - ticked, False)):
        if ids:
            services.choose_rows(by=request.user, map_import=found, chosen=chosen, ids=sorted(ids))


@login_required
@require_POST
def read_import(request: MemberRequest, import_id: int) -> HttpResponse:
    """Say how the file is to be read; it is read and compared anew."""
    found = seen_import(request.user, import_id)
    try:
        services.reread_map_import(by=request.user, map_import=found, **read_choices(request.POST, found))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("map-import", found.pk)


@login_required
@require_POST
def decide_import(request: MemberRequest, import_id: int) -> HttpResponse:
    """Stop, or bring the layer back to before it was taken."""
    found = seen_import(request.user, import_id)
    try:
        if request.POST.get("action") == "undo":
            services.undo_map_import(by=request.user, map_import=found)
        else:
            services.cancel_map_import(by=request.user, map_import=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("map-import", found.pk)


@login_required
@require_GET
def import_mistakes(request: MemberRequest, import_id: int) -> HttpResponseBase:
    """What is wrong with rows, as a list to mend the file by."""
    found = seen_import(request.user, import_id)
    headers = {"Content-Disposition": f'attachment; filename="{_("fouten")}-{found.pk}.csv"'}
    return StreamingHttpResponse(mistakes_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


def _page(import_id: int) -> str:
    return reverse("map-import", args=[import_id])


def _place(text: str) -> tuple[int, int] | None:
    """Behind which row a page begins, as an address says it: "12-3456". Raises Http404 for anything else."""
    if not text:
        return None
    number, sign, pk = text.partition("-")
    if not sign:
        raise Http404
    return _number(number), _number(pk)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise Http404
    return int(text)

"""The table of a layer beside its map, and what is done with many of its elements at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import is_hub_staff
from frontend.components import figures
from frontend.components.form_fields import add_errors
from frontend.maps.files import counted_words
from frontend.maps.forms import ReasonForm
from frontend.maps.gis import gis_addresses
from frontend.maps.many_form import SHARED, ManyForm
from frontend.maps.narrowed import choices_of, words_of
from frontend.maps.table_page import (
    CHOSEN,
    Asked,
    Kept,
    asked_of,
    elements_asked,
    kept,
    kept_rows,
    left_rows,
    named,
    preview_rows,
    table_context,
)
from frontend.maps.views import number_in
from frontend.requests import MemberRequest, PageRequest
from maps import services
from maps.models import MapLayer
from maps.narrowing import UnknownChoice
from maps.ordering import ordered
from maps.permissions import check_can_add
from maps.runs import check_is_of_many
from maps.services.many import MOST_AT_ONCE, Many, preview_fields, preview_step
from maps.services.review import STEPS_TAKEN
from maps.standing import Standing, standing_of

#: How an address asks for what stayed as it was, and the session keeps it.
_LEFT = "gebleven"
#: What the steps are called on buttons and above what they would do.
STEPS = {
    "submit": gettext_lazy("Voorleggen"), "publish": gettext_lazy("Publiceren"),
    "verify": gettext_lazy("Nagekeken, klopt nog"), "send_back": gettext_lazy("Terugsturen"),
    "withdraw": gettext_lazy("Intrekken"),
}  # fmt: skip


@require_GET
def table(request: PageRequest, layer_id: int) -> HttpResponse:
    """The elements of a layer on the map and in a table at once, filtered and sorted by the address."""
    standing, layer = _layer(request, layer_id)
    given, wrong = request.GET.dict(), ""
    try:
        asked = asked_of(given, standing, layer)
    except UnknownChoice as refused:
        asked, wrong = asked_of({}, standing, layer), words_of(refused)
    chosen = request.GET.get(CHOSEN, "")
    context = table_context(asked, standing, layer, number_in(chosen) if chosen else None)
    context |= {
        "steps": STEPS.items(), "left": _left_before(request, standing, layer), "gis": gis_addresses(request, [layer]),
    }  # fmt: skip
    context |= choices_of(asked.narrowed, given, wrong, hub=layer.map.hub, layers=[layer], standing=standing)
    return render(request, "maps/table.html", context, status=400 if wrong else 200)


@login_required
@require_POST
def many(request: MemberRequest, layer_id: int) -> HttpResponse:
    """Say what is to be done with the elements that are chosen, see what that comes to, and do it."""
    standing, layer = _layer(request, layer_id)
    check_can_add(request.user, layer)
    asked = asked_of(request.POST.dict(), standing, layer)
    do = request.POST.get("do", "")
    try:
        seen = _chosen(request, asked, standing, layer)
        if do == "fields":
            return _fields(request, layer, asked, seen)
        if do in STEPS_TAKEN:
            return _step(request, layer, asked, seen, do)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_address(layer, asked))
    raise Http404


@login_required
@require_POST
def undo_many(request: MemberRequest, layer_id: int) -> HttpResponse:
    """Bring back what one change of many elements did."""
    standing, layer = _layer(request, layer_id)
    asked = asked_of(request.POST.dict(), standing, layer)
    try:
        change = UUID(request.POST.get("change", ""))
    except ValueError:
        raise Http404 from None
    try:
        check_is_of_many(change)
        undone = services.undo_batch(by=request.user, layer=layer, change=change)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(_address(layer, asked))
    messages.success(request, _("Teruggezet: %(count)s.") % {"count": counted_words(undone.undone)})
    if not undone.left:
        return redirect(_address(layer, asked))
    words = ngettext(
        "%(count)s element is sindsdien gewijzigd, en blijft zo.",
        "%(count)s elementen zijn sindsdien gewijzigd, en blijven zo.",
        undone.left,
    )
    messages.info(request, words % {"count": figures.number(undone.left)})
    return _show_left(request, layer, asked, [(_("Sindsdien gewijzigd."), undone.stayed)])


def _layer(request: PageRequest, layer_id: int) -> tuple[Standing, MapLayer]:
    standing = standing_of(request.user)
    seen = MapLayer.objects.seen_by(standing).select_related("map__hub")
    return standing, get_object_or_404(seen, pk=layer_id)


def _address(layer: MapLayer, asked: Asked) -> str:
    query = asked.query(bladzijde=asked.page if asked.page > 1 else "")
    return f"{reverse('map-table', args=[layer.pk])}{'?' if query else ''}{query}"


def _chosen(request: MemberRequest, asked: Asked, standing: Standing, layer: MapLayer) -> dict[int, int]:
    """The versions of the elements that are chosen: those ticked, all that are asked for, or those of the page before.

    Raises ValidationError for none, and for too many.
    """
    if "all" in request.POST:
        rows = ordered(elements_asked(asked, standing, layer), "").values_list("pk", "version")
        found = dict(rows[: MOST_AT_ONCE + 1])
        if len(found) > MOST_AT_ONCE:
            words = _("Er zijn er meer dan %(most)s: dat is te veel voor één keer. Filter ze verder.")
            raise ValidationError(words % {"most": MOST_AT_ONCE})
    else:
        given = [*request.POST.getlist("row"), *request.POST.get("seen", "").split(",")]
        pairs = [one.partition(":") for one in given if one]
        found = {number_in(pk): number_in(version) for pk, _colon, version in pairs}
    if not found:
        raise ValidationError(_("Kies eerst elementen: vink ze aan in de tabel."))
    return found


def _fields(request: MemberRequest, layer: MapLayer, asked: Asked, seen: dict[int, int]) -> HttpResponse:
    is_given = "given" in request.POST
    staff = is_hub_staff(request.user, layer.map.hub)
    form = ManyForm(request.POST if is_given else None, layer=layer, staff=staff)
    fields = form.cleaned_data if form.is_valid() else {}
    if not fields or "again" in request.POST:
        return _page(request, layer, asked, seen, do="fields", form=form)
    try:
        if "sure" in request.POST:
            done = services.change_features(by=request.user, layer=layer, seen=seen, **fields)
            return _told(request, layer, asked, done)
        planned = preview_fields(by=request.user, layer=layer, seen=seen, **fields)
    except ValidationError as error:
        add_errors(form, error)
        return _page(request, layer, asked, seen, do="fields", form=form)
    names = [*(name for name in SHARED if name in form.fields), "season_months", "site"]
    return _page(request, layer, asked, seen, do="fields", form=form, planned=planned, names=names)


def _step(request: MemberRequest, layer: MapLayer, asked: Asked, seen: dict[int, int], step: str) -> HttpResponse:
    reason = request.POST.get("reason", "")
    form = ReasonForm(request.POST if "reason" in request.POST else None) if step == "send_back" else None
    if form is not None and not form.is_valid():
        return _page(request, layer, asked, seen, do=step, form=form)
    if "sure" in request.POST:
        done = services.step_features(by=request.user, layer=layer, seen=seen, step=step, reason=reason)
        return _told(request, layer, asked, done)
    planned = preview_step(by=request.user, layer=layer, seen=seen, step=step, reason=reason)
    return _page(request, layer, asked, seen, do=step, form=form, planned=planned, names=["state"])


def _page(
    request: MemberRequest,
    layer: MapLayer,
    asked: Asked,
    seen: dict[int, int],
    *,
    do: str,
    form: Any,
    planned: Many | None = None,
    names: list[str] | None = None,
) -> HttpResponse:
    """What is to be filled in, or what would come of it."""
    context: dict[str, Any] = {
        "here": "maps", "hub": layer.map.hub, "map": layer.map, "layer": layer, "asked": asked, "do": do,
        "step": STEPS.get(do, ""), "form": form, "count": counted_words(len(seen)), "back": _address(layer, asked),
        "seen": ",".join(f"{pk}:{version}" for pk, version in seen.items()), "planned": planned,
        "reason": request.POST.get("reason", ""),
    }  # fmt: skip
    if planned is not None:
        context |= {
            "changes": preview_rows(planned, names or []), "changing": counted_words(len(planned.pairs)),
            "changes_of": named([before for before, _after in planned.pairs]), "left": left_rows(planned.left),
        }  # fmt: skip
    return render(request, "maps/many.html", context, status=409 if form is not None and form.errors else 200)


def _told(request: MemberRequest, layer: MapLayer, asked: Asked, done: Many) -> HttpResponse:
    """Say what was done, and which elements stayed as they are and why."""
    if done.pairs:
        messages.success(request, _("Gedaan: %(count)s.") % {"count": counted_words(len(done.pairs))})
    else:
        messages.info(request, _("Er is niets gewijzigd."))
    if done.gone:
        words = ngettext(
            "%(count)s element zie je hier niet meer, en is niet gewijzigd.",
            "%(count)s elementen zie je hier niet meer, en zijn niet gewijzigd.",
            done.gone,
        )
        messages.info(request, words % {"count": figures.number(done.gone)})
    return _show_left(request, layer, asked, kept(done.left)) if done.left else redirect(_address(layer, asked))


def _show_left(request: MemberRequest, layer: MapLayer, asked: Asked, left: list[Kept]) -> HttpResponse:
    """Go to the table, which names what stayed as it was: as long as the address says so, and nothing comes after."""
    request.session[_LEFT] = {"layer": layer.pk, "left": left}
    address = _address(layer, asked)
    return redirect(f"{address}{'&' if '?' in address else '?'}{_LEFT}=1")


def _left_before(request: PageRequest, standing: Standing, layer: MapLayer) -> list[dict[str, Any]]:
    """What stayed as it was when this person last changed many of the layer, where the address asks for it."""
    said = request.session.get(_LEFT) if _LEFT in request.GET else None
    return kept_rows(said["left"], standing, layer) if said and said["layer"] == layer.pk else []

"""The agenda of all hubs, an activity with its file for a calendar, and what a hub's staff do with it."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from frontend.components.form_fields import add_errors
from frontend.components.seen_form import save_seen
from frontend.programme.forms import ActivityForm, AgendaForm, CancelForm, at_form_fields, initial_of, service_fields
from frontend.programme.linked_data import linked_data
from frontend.programme.page import row_of, spoken
from frontend.requests import MemberRequest, PageRequest
from geo.models import Hub
from maps.conflicts import CuratedConflict
from programme import services
from programme.calendar import calendar_of
from programme.enums import ActivityState
from programme.models import Activity
from programme.permissions import can_run_programme, check_can_run_programme

PER_PAGE = 20


@require_GET
def agenda(request: PageRequest) -> HttpResponse:
    """What comes, the first to begin first; or what is over, the last first. Narrowed to a hub, or a kind."""
    at, hubs = timezone.now(), list(Hub.objects.order_by("name"))
    form = AgendaForm(request.GET, hubs=hubs)
    form.full_clean()
    asked: dict[str, Any] = form.cleaned_data
    hub = next((one for one in hubs if one.slug == asked.get("hub")), None)
    found = Activity.objects.public().for_rows()
    found = found.past(at) if asked.get("voorbij") else found.upcoming(at)
    found = found.of_hub(hub) if hub else found
    found = found.filter(kind=asked["soort"]) if asked.get("soort") else found
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    drafts = Activity.objects.drafts_of(request.user).for_rows() if request.user.is_authenticated else []
    context = {
        "here": "agenda", "form": form, "page": page, "rows": [row_of(one, at) for one in page],
        "over": bool(asked.get("voorbij")), "narrowed": bool(hub or asked.get("soort")), "asked_hub": hub,
        "drafts": [row_of(one, at) for one in drafts],
    }  # fmt: skip
    return render(request, "programme/agenda.html", context)


@require_GET
def activity(request: PageRequest, activity_id: int) -> HttpResponse:
    return _page(request, _found(request, activity_id), CancelForm())


@require_GET
def activity_calendar(request: PageRequest, activity_id: int) -> HttpResponse:
    """The activity as a file for one's calendar."""
    found = get_object_or_404(Activity.objects.public(), pk=activity_id)
    response = HttpResponse(calendar_of(found), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="werkstof-activiteit-{found.pk}.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def new_activity(request: MemberRequest, slug: str) -> HttpResponse:
    hub = get_object_or_404(Hub, slug=slug)
    check_can_run_programme(request.user, hub)
    form = ActivityForm(request.POST or None, hub=hub, initial={"languages": ["nl"]})
    if form.is_valid():
        try:
            made = services.create_activity(by=request.user, hub=hub, **service_fields(form.written()))
        except ValidationError as error:
            add_errors(form, at_form_fields(error))
        else:
            messages.success(request, _("Het concept is bewaard. Kijk het na, en publiceer het."))
            return redirect(made)
    return _form_page(request, hub, form, _("Nieuwe activiteit"), [])


@login_required
@require_http_methods(["GET", "POST"])
def edit_activity(request: MemberRequest, activity_id: int) -> HttpResponse:
    found = _found(request, activity_id)
    check_can_run_programme(request.user, found.hub)
    form = ActivityForm(request.POST or None, hub=found.hub, initial=initial_of(found))
    conflict: list[dict[str, Any]] = []
    if form.is_valid():
        is_saved, conflict = save_seen(form, partial(_update, request, found))
        if is_saved:
            messages.success(request, _("Bewaard."))
            return redirect(found)
    return _form_page(request, found.hub, form, _("Activiteit wijzigen"), conflict, found)


@login_required
@require_POST
def publish_activity(request: MemberRequest, activity_id: int) -> HttpResponse:
    found = _found(request, activity_id)
    try:
        services.publish_activity(by=request.user, activity=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("De activiteit staat in de agenda."))
    return redirect(found)


@login_required
@require_POST
def cancel_activity(request: MemberRequest, activity_id: int) -> HttpResponse:
    found, form = _found(request, activity_id), CancelForm(request.POST)
    check_can_run_programme(request.user, found.hub)
    if form.is_valid():
        try:
            services.cancel_activity(by=request.user, activity=found, reason=form.cleaned_data["cancel_reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("De activiteit is geannuleerd. Haar pagina zegt waarom."))
            return redirect(found)
    return _page(request, found, form)


@login_required
@require_POST
def delete_activity(request: MemberRequest, activity_id: int) -> HttpResponse:
    """Throw a draft away."""
    found = _found(request, activity_id)
    try:
        services.delete_draft(by=request.user, activity=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(found)
    messages.success(request, _("Het concept is weggegooid."))
    return redirect(f"{reverse('agenda')}?hub={found.hub.slug}")


def _found(request: PageRequest, activity_id: int) -> Activity:
    """Raises Http404 for what the user may not see."""
    return get_object_or_404(Activity.objects.visible_to(request.user).for_rows(), pk=activity_id)


def _update(request: MemberRequest, found: Activity, **given: Any) -> None:
    try:
        services.update_activity(by=request.user, activity=found, **service_fields(given))
    except CuratedConflict:
        raise
    except ValidationError as error:
        raise at_form_fields(error) from error


def _page(request: PageRequest, found: Activity, form: CancelForm) -> HttpResponse:
    at = timezone.now()
    runs = can_run_programme(request.user, found.hub)
    is_over = found.is_over(at)
    context = {
        "here": "agenda", "row": row_of(found, at), "activity": found, "linked_data": linked_data(found),
        "spoken": spoken(found), "form": form, "runs": runs, "is_over": is_over,
        "can_change": runs and found.state != ActivityState.CANCELLED,
        "can_cancel": runs and found.state == ActivityState.PUBLISHED and not is_over,
    }  # fmt: skip
    return render(request, "programme/activity.html", context, status=409 if form.errors else 200)


def _form_page(
    request: MemberRequest,
    hub: Hub,
    form: ActivityForm,
    heading: str,
    conflict: list[dict[str, Any]],
    activity: Activity | None = None,
) -> HttpResponse:
    context = {
        "here": "agenda", "hub": hub, "form": form, "heading": heading, "conflict": conflict, "activity": activity,
    }  # fmt: skip
    return render(request, "programme/form.html", context, status=409 if form.errors else 200)

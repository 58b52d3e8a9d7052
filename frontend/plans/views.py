"""A hub's plan: which lots go where. For the hub's staff."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import check_is_hub_staff
from frontend.components.csv_table import csv_answer
from frontend.plans.page import shown, table
from frontend.requests import MemberRequest
from geo.models import Hub
from matching.models import HubPlan
from matching.plan.services import cancel_plan, request_plan


@login_required
@require_GET
def hub_plan(request: MemberRequest, slug: str) -> HttpResponse:
    """The latest plan that is ready, and how far the one is that is being made; htmx asks for that part again."""
    found = _hub_of(request, slug)
    plans = HubPlan.objects.of_hub(found.pk).newest_first()
    newest, ready = plans.first(), plans.ready().first()
    context = {"here": "hubs", "hub": found, "newest": newest, "plan": ready}
    if request.htmx and newest is not None and newest.is_running:
        return render(request, "plans/state.html", context)
    if ready is not None:
        context |= shown(ready, request.GET.get("page"), request.user)
    response = render(request, "plans/plan.html", context)
    # When a new plan is ready, the whole page changes, not just the part that asked.
    return _refreshed(response) if request.htmx else response


@login_required
@require_POST
def ask_plan(request: MemberRequest, slug: str) -> HttpResponse:
    request_plan(by=request.user, hub=get_object_or_404(Hub, slug=slug))
    return redirect("hub-plan", slug)


@login_required
@require_POST
def stop_plan(request: MemberRequest, slug: str) -> HttpResponse:
    running = HubPlan.objects.of_hub(_hub_of(request, slug).pk).running().first()
    try:
        if running is not None:
            cancel_plan(by=request.user, plan=running)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("hub-plan", slug)


@login_required
@require_GET
def plan_table(request: MemberRequest, slug: str) -> HttpResponse:
    """The latest plan as CSV, as spreadsheets here read it."""
    plan = HubPlan.objects.of_hub(_hub_of(request, slug).pk).ready().newest_first().first()
    if plan is None:
        raise Http404(_("Er is nog geen plan voor deze hub."))
    return csv_answer(f"plan-{slug}.csv", table(plan, request.user))


def _hub_of(request: MemberRequest, slug: str) -> Hub:
    """Raises PermissionDenied for whoever isn't staff."""
    found = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, found)
    return found


def _refreshed(response: HttpResponse) -> HttpResponse:
    response["HX-Refresh"] = "true"
    return response

"""The log of an organisation, for its admins, and that of a hub, for its managers."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.models import Organisation
from accounts.permissions import check_can_manage, check_can_manage_hub
from frontend.components.paging import ROWS_PER_PAGE, first_page_for_foreign_cursors
from frontend.log.forms import LogForm
from frontend.log.page import lines_for_hub, lines_for_organisation
from frontend.requests import MemberRequest
from geo.models import Hub
from journal.models import Event
from journal.querysets import EventQuerySet
from listings.cursors import open_cursor, seal_cursor


@login_required
@require_GET
@first_page_for_foreign_cursors
def organisation_log(request: MemberRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Organisation, slug=slug)
    check_can_manage(request.user, found)
    context = _page(request, Event.objects.of_organisation(found.pk), scope=f"log of organisation {found.pk}")
    lines = lines_for_organisation(context["events"], request.user)
    return render(request, "log/organisation.html", context | {"organisation": found, "lines": lines})


@login_required
@require_GET
@first_page_for_foreign_cursors
def hub_log(request: MemberRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Hub, slug=slug)
    check_can_manage_hub(request.user, found)
    context = _page(request, Event.objects.in_hub(found.pk), scope=f"log of hub {found.pk}")
    lines = lines_for_hub(context["events"], found.pk, request.user)
    return render(request, "log/hub.html", context | {"here": "hubs", "hub": found, "lines": lines})


def _page(request: MemberRequest, events: EventQuerySet, *, scope: str) -> dict[str, Any]:
    """One page of the events that the form asks for, the newest first, and where the next one begins."""
    form = LogForm(request.GET if request.GET else {})
    rows = form.narrowed(events).newest_first()
    place = open_cursor(request.GET.get("cursor", ""), scope)
    if place:
        rows = rows.filter(pk__lt=place[0])
    found = list(rows[: ROWS_PER_PAGE + 1])
    more = len(found) > ROWS_PER_PAGE
    found = found[:ROWS_PER_PAGE]
    return {"form": form, "events": found, "next_cursor": seal_cursor(scope, found[-1].pk) if more else ""}

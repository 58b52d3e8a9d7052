"""Who of a hub follows an exchange up, and what its people note: for them alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.models import Exchange, HubFollowUp, HubNote
from frontend.exchanges.forms import NoteForm
from frontend.requests import MemberRequest
from geo.models import Hub


def follow_up_of(exchange: Exchange, user: User) -> list[dict[str, Any]]:
    """For each hub of the exchange that the reader works for: its people, who follows it up, and its notes."""
    hubs = Hub.objects.filter(pk__in=HubStaff.objects.filter(user=user, hub__in=exchange.hub_ids).values("hub"))
    rows = []
    for hub in hubs:
        chosen = HubFollowUp.objects.filter(exchange=exchange, hub=hub).values_list("user", flat=True).first()
        rows.append({
            "hub": hub,
            "people": User.objects.filter(pk__in=HubStaff.objects.filter(hub=hub).values("user")).order_by("name"),
            "chosen": chosen,
            "notes": HubNote.objects.filter(exchange=exchange, hub=hub).select_related("author"),
            "form": NoteForm(auto_id=f"note-{hub.slug}-%s"),
        })  # fmt: skip
    return rows


@login_required
@require_POST
def follow_up(request: MemberRequest, exchange_id: int, slug: str) -> HttpResponse:
    found, hub = _found(request, exchange_id, slug)
    given = request.POST.get("user", "")
    user = get_object_or_404(User, pk=int(given[:18])) if given.isdecimal() else None
    try:
        services.follow_up(by=request.user, exchange=found, hub=hub, user=user)
        messages.success(request, _("Bewaard."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{found.get_absolute_url()}#opvolging-{slug}")


@login_required
@require_POST
def add_note(request: MemberRequest, exchange_id: int, slug: str) -> HttpResponse:
    found, hub = _found(request, exchange_id, slug)
    try:
        services.add_note(by=request.user, exchange=found, hub=hub, text=request.POST.get("text", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{found.get_absolute_url()}#opvolging-{slug}")


def _found(request: MemberRequest, exchange_id: int, slug: str) -> tuple[Exchange, Hub]:
    exchange = get_object_or_404(Exchange.objects.visible_to(request.user), pk=exchange_id)
    return exchange, get_object_or_404(Hub, slug=slug)

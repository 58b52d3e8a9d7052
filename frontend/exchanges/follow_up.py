"""Who of a hub follows an exchange or a standing agreement up, and what its people note: for them alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import HubStaff, User
from exchanges import services
from exchanges.models import Exchange, StandingAgreement
from exchanges.services.follow_up import Followed, follow_ups_of, notes_of
from frontend.components.keys import key_in
from frontend.exchanges.forms import NoteForm
from frontend.requests import MemberRequest
from geo.models import Hub


def follow_up_of(about: Followed, user: User) -> list[dict[str, Any]]:
    """For each hub in which it lies that the reader works for: its people, who follows it up, and its notes."""
    hubs = Hub.objects.filter(pk__in=HubStaff.objects.filter(user=user, hub__in=about.hub_ids).values("hub"))
    name = "agreement" if isinstance(about, StandingAgreement) else "exchange"
    rows = []
    for hub in hubs:
        chosen = follow_ups_of(about).filter(hub=hub).values_list("user", flat=True).first()
        rows.append({
            "hub": hub,
            "people": User.objects.filter(pk__in=HubStaff.objects.filter(hub=hub).values("user")).order_by("name"),
            "chosen": chosen,
            "notes": notes_of(about).filter(hub=hub).select_related("author"),
            "follow_at": reverse(f"{name}-follow-up", args=[about.pk, hub.slug]),
            "note_at": reverse(f"{name}-note", args=[about.pk, hub.slug]),
            "form": NoteForm(auto_id=f"note-{hub.slug}-%s"),
        })  # fmt: skip
    return rows


@login_required
@require_POST
def follow_up(request: MemberRequest, slug: str, **about: int) -> HttpResponse:
    found, hub = _found(request, slug, **about)
    given, seen = request.POST.get("user", ""), key_in(request.POST.get("seen_owner", ""))
    user = get_object_or_404(User, pk=key_in(given)) if given else None
    try:
        services.follow_up(by=request.user, about=found, hub=hub, user=user, seen_owner=seen)
        messages.success(request, _("Bewaard."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{found.get_absolute_url()}#opvolging-{slug}")


@login_required
@require_POST
def add_note(request: MemberRequest, slug: str, **about: int) -> HttpResponse:
    found, hub = _found(request, slug, **about)
    try:
        services.add_note(by=request.user, about=found, hub=hub, text=request.POST.get("text", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect(f"{found.get_absolute_url()}#opvolging-{slug}")


def _found(request: MemberRequest, slug: str, exchange_id: int = 0, agreement_id: int = 0) -> tuple[Followed, Hub]:
    """An address names one of both."""
    seen: Any = Exchange if exchange_id else StandingAgreement
    found: Followed = get_object_or_404(seen.objects.visible_to(request.user), pk=exchange_id or agreement_id)
    return found, get_object_or_404(Hub, slug=slug)

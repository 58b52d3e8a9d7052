"""Listings of different organisations that may be one lot, for the staff of their hub."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.permissions import check_is_hub_staff
from frontend.components.cards import make_cards
from frontend.requests import MemberRequest
from geo.models import Hub
from listings.duplicates import alike_in_hub


@login_required
@require_GET
def hub_duplicates(request: MemberRequest, slug: str) -> HttpResponse:
    hub = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, hub)
    pairs = alike_in_hub(hub)
    cards = make_cards([listing for pair in pairs for listing in pair], request.user)
    rows = list(zip(cards[::2], cards[1::2], strict=True))
    return render(request, "hubs/duplicates.html", {"here": "hubs", "hub": hub, "rows": rows})

"""For staff of a hub: where a lot of a pair can be kept, until whoever gets it is ready for it."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.permissions import check_is_hub_staff
from exchanges.storage import storage_between
from frontend.components import figures
from frontend.components.cards import make_cards
from frontend.requests import MemberRequest
from geo.models import Hub
from listings.enums import ListingKind
from listings.models import Listing

#: Weeks with room that a place names.
_WEEKS_SHOWN = 3


@login_required
@require_GET
def hub_storage(request: MemberRequest, slug: str, supply_id: int, demand_id: int) -> HttpResponse:
    """Each place leads to the proposal of a chain past it."""
    hub = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, hub)
    public = Listing.objects.public().for_cards()
    supply = get_object_or_404(public.of_kind(ListingKind.SUPPLY), pk=supply_id)
    demand = get_object_or_404(public.of_kind(ListingKind.DEMAND), pk=demand_id)
    if hub.pk not in {*supply.hub_ids, *demand.hub_ids}:
        raise PermissionDenied(_("Geen van beide ligt in de regio van %(hub)s.") % {"hub": hub.name})
    places = storage_between(hub, supply, demand, timezone.localdate())
    cards = make_cards([supply, demand, *(place.service for place in places)], request.user)
    rows = [
        {
            "card": card,
            "way": "" if place.way_m is None else figures.distance(place.way_m),
            "weeks": [
                f"{figures.short_day(week.start)} ({figures.stored_amount(week.free, place.service.capacity_unit)})"
                for week in place.weeks[:_WEEKS_SHOWN]
                if week.free is not None
            ],
        }
        for card, place in zip(cards[2:], places, strict=True)
    ]
    context = {"here": "hubs", "hub": hub, "supply": cards[0], "demand": cards[1], "rows": rows}
    return render(request, "exchanges/storage.html", context)

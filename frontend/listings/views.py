"""One listing, its matches, and the listings of one's own organisations."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import can_write_for
from exchanges.behalf import asks_for_partners
from exchanges.checks import can_be_asked
from frontend.capacity.page import week_context
from frontend.components import figures
from frontend.components.cards import make_cards
from frontend.exchanges.proposing import hubs_to_propose_for
from frontend.listings.declared import declared_of
from frontend.listings.linked_data import linked_data
from frontend.listings.parts import parts_of
from frontend.maps.of_listings import places_on_maps, who_began
from frontend.matches.pairs import make_pairs
from frontend.requests import MemberRequest, PageRequest
from geo.hubs import nearest_hub
from geo.models import Hub
from listings import services
from listings.cursors import DEFAULT_PAGE_SIZE
from listings.enums import ListingKind, ListingStatus
from listings.exposure import exposure_words, naming_words
from listings.lifecycle import next_statuses
from listings.models import Listing
from listings.owners import know_owners
from matching.chains.needs import needs_of
from matching.models import Match
from matching.pairs.candidates import obstacle_of
from materials.factors import factors_of

#: Matches shown on the listing's own page; the rest is one click away.
BEST_SHOWN = 3


@require_GET
def listing(request: PageRequest, listing_id: int) -> HttpResponse:
    found = get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=listing_id)
    best = Match.objects.current().shown_with(found).best_first().for_cards()[:BEST_SHOWN]
    detail = _detail(request, found)
    own = {found.organisation_id} if detail["own"] else set()
    pairs = make_pairs(best, request.user, own_organisations=own)
    return render(request, "listings/listing.html", detail | {"pairs": pairs})


def _detail(request: PageRequest, found: Listing) -> dict[str, Any]:
    own = can_write_for(request.user, found.organisation)
    know_owners([found], request.user)
    hubs = list(Hub.objects.filter(pk__in=found.hub_ids))
    taken = list(found.materials.all()) if found.kind == ListingKind.SERVICE else []
    away = nearest_hub(found.shown_location) if found.shown_location and not hubs else None
    askable = not own and can_be_asked(found, timezone.localdate())
    shared = week_context(request.user, found) | places_on_maps(found, request.user)
    shared |= who_began(found, request.user)
    return {
        "listing": found,
        "card": make_cards([found], request.user)[0],
        "parts": parts_of(found),
        "declared": declared_of(found, timezone.localdate()),
        "photos": found.photos.all(),
        "own": own,
        "askable": askable,
        "for_partner": askable and asks_for_partners(request.user, found),
        "steps": steps_of(found) if own else [],
        "exposure": exposure_words(found) if own else "",
        "naming": naming_words(found) if own else "",
        "obstacle": obstacle_of(found, timezone.localdate()),
        "needs_service": bool(needs_of(found)),
        "hubs": hubs,
        "proposing_hubs": hubs_to_propose_for(request.user, found),
        "nearest_hub": away and {"hub": away[0], "distance": figures.distance(away[1])},
        "mass": figures.approximate_mass(found),
        "factors": factors_of(found.material) if found.material and found.kind != ListingKind.SERVICE else [],
        "taken": taken,
        "linked_data": linked_data(found, taken),
    } | shared


def steps_of(found: Listing) -> list[dict[str, str]]:
    """The steps that its organisation can take now, each with the word on its button."""
    words = {
        ListingStatus.PUBLISHED: _("Weer publiceren"),
        ListingStatus.RESERVED: _("Reserveren"),
        ListingStatus.CLOSED: _("Afronden"),
        ListingStatus.WITHDRAWN: _("Intrekken"),
    }
    if found.status == ListingStatus.DRAFT:
        return []
    allowed = next_statuses(found.status)
    confirm = {ListingStatus.CLOSED: _("Afronden? Daarna verandert dit zoekertje niet meer.")}
    return [
        {"status": status.value, "label": label, "confirm": confirm.get(status, "")}
        for status, label in words.items()
        if status in allowed
    ]


@login_required
@require_POST
def take_step(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Publish again, reserve, close or withdraw."""
    found = get_object_or_404(Listing.objects.editable_by(request.user), pk=listing_id)
    try:
        done = services.take_step(by=request.user, listing=found, status=request.POST.get("status", ""))
        words = {"title": done, "status": done.get_status_display().lower()}
        messages.success(request, _("“%(title)s” is nu: %(status)s.") % words)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("listing", listing_id)


@login_required
@require_GET
def my_listings(request: MemberRequest) -> HttpResponse:
    """The listings of one's organisations, by status."""
    rows = Listing.objects.editable_by(request.user)
    counts = rows.counts_by_status()
    chosen = request.GET.get("status", "")
    if chosen in ListingStatus.values:
        rows = rows.filter(status=chosen)
    pages = Paginator(rows.for_cards().last_changed_first(), DEFAULT_PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    tabs = [
        {"status": status.value, "label": status.label, "count": counts.get(status.value, 0)}
        for status in ListingStatus
    ]
    context = {
        "here": "my-listings",
        "page": page,
        "cards": make_cards(page, request.user),
        "tabs": tabs,
        "chosen": chosen,
    }
    return render(request, "listings/my_listings.html", context | {"total": sum(counts.values())})

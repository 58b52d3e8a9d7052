"""The matches of one listing, with chains and the bundle, and those of one's own organisations."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.permissions import can_write_for
from frontend.components.cards import make_cards
from frontend.components.paging import first_page_for_foreign_cursors
from frontend.matches.bundles import make_bundle
from frontend.matches.chains import make_chains
from frontend.matches.pairs import make_pairs
from frontend.requests import MemberRequest, PageRequest
from listings.enums import ListingStatus
from listings.models import Listing
from matching.bundles.read import bundle_of
from matching.chains.find import chains_of
from matching.chains.needs import needs_of
from matching.models import Match
from matching.pairs.candidates import obstacle_of
from matching.pairs.pages import page_of


@require_GET
@first_page_for_foreign_cursors
def matches(request: PageRequest, listing_id: int) -> HttpResponse:
    """Every match of a listing; just after publishing it asks again until pairing has seen it."""
    found = get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=listing_id)
    pairs = Match.objects.current().of_listing(found).for_cards()
    page = page_of(pairs, scope=f"listing {listing_id}", cursor=request.GET.get("cursor", ""))
    context = {
        "listing": found,
        "card": make_cards([found])[0],
        "pairs": make_pairs(page.matches),
        **_together(request, found),
        "next_cursor": page.next_cursor,
        "obstacle": obstacle_of(found, timezone.localdate()),
        "needs_service": bool(needs_of(found)),
        "waiting": found.paired_at is None and found.status == ListingStatus.PUBLISHED,
        "own": can_write_for(request.user, found.organisation),
        "is_new": "nieuw" in request.GET,
    }
    template = "matches/matches_list.html" if request.htmx else "matches/matches.html"
    return render(request, template, context)


def _together(request: PageRequest, found: Listing) -> dict[str, Any]:
    """Chains and the bundle, on the first page alone: what follows are further pairs."""
    if "cursor" in request.GET:
        return {"chains": [], "bundle": None}
    at = timezone.now()
    return {
        "chains": make_chains(chains_of(found, at=at), request.user),
        "bundle": make_bundle(bundle_of(found, at=at), found),
    }


@login_required
@require_GET
@first_page_for_foreign_cursors
def my_matches(request: MemberRequest) -> HttpResponse:
    """The matches of every listing of one's organisations, best first."""
    page = page_of(
        Match.objects.current().of_member(request.user).for_cards(),
        scope=f"user {request.user.pk}",
        cursor=request.GET.get("cursor", ""),
    )
    context = {"here": "my-matches", "pairs": make_pairs(page.matches), "next_cursor": page.next_cursor}
    return render(request, "matches/my_matches.html", context)

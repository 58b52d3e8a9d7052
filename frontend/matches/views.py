"""The matches of one listing, with chains and the bundle, those of one's own organisations, and "not for me"."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.permissions import can_write_for
from exchanges.behalf import asked_of_bundle
from frontend.components.cards import make_cards
from frontend.components.paging import first_page_for_foreign_cursors
from frontend.matches.beyond import make_beyond
from frontend.matches.bundles import make_bundle
from frontend.matches.chains import make_chain_cards
from frontend.matches.forms import DismissalForm, ShowAgainForm
from frontend.matches.pairs import make_pairs
from frontend.requests import MemberRequest, PageRequest
from listings.enums import ListingStatus
from listings.models import Listing
from listings.permissions import check_may_change
from matching.bundles.read import bundle_of
from matching.chains.find import chains_of
from matching.chains.needs import needs_of
from matching.dismissals.services import dismiss_pair, take_back_dismissal
from matching.models import Match
from matching.pairs.beyond import beyond
from matching.pairs.candidates import obstacle_of
from matching.pairs.pages import page_of


@require_GET
@first_page_for_foreign_cursors
def matches(request: PageRequest, listing_id: int) -> HttpResponse:
    """Every match of a listing; just after publishing it asks again until pairing has seen it."""
    found = get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=listing_id)
    pairs = Match.objects.current().shown_with(found).for_cards()
    own = can_write_for(request.user, found.organisation)
    page = page_of(pairs, scope=f"listing {listing_id}", cursor=request.GET.get("cursor", ""))
    context = {
        "listing": found,
        "card": make_cards([found], request.user)[0],
        "pairs": make_pairs(
            page.matches, request.user, own_organisations={found.organisation_id} if own else set(), dismissible=True
        ),
        **_together(request, found, own=own),
        "beyond": None if page.matches else make_beyond(beyond(found, at=timezone.now()), found, request.user),
        "next_cursor": page.next_cursor,
        "obstacle": obstacle_of(found, timezone.localdate()),
        "needs_service": bool(needs_of(found)),
        "waiting": found.paired_at is None and found.status == ListingStatus.PUBLISHED,
        "own": own,
        "dismissed": found.dismissals.select_related("other").order_by("-created_at") if own else [],
        "is_new": "nieuw" in request.GET,
    }
    template = "matches/matches_list.html" if request.htmx else "matches/matches.html"
    return render(request, template, context)


def _together(request: PageRequest, found: Listing, *, own: bool) -> dict[str, Any]:
    """Chains and the bundle, on the first page alone: what follows are further pairs."""
    if "cursor" in request.GET:
        return {"chains": [], "bundle": None, "for_partner": False}
    at = timezone.now()
    bundle = bundle_of(found, at=at)
    supplies = [stop.supply for stop in bundle.stops] if bundle is not None and not own else []
    return {
        "chains": make_chain_cards(chains_of(found, at=at), request.user),
        "bundle": make_bundle(bundle, found, request.user),
        "for_partner": bool(asked_of_bundle(request.user, found, supplies)),
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
    own = set(request.user.memberships.values_list("organisation_id", flat=True))
    context = {
        "here": "my-matches",
        "pairs": make_pairs(page.matches, request.user, own_organisations=own, dismissible=True),
        "next_cursor": page.next_cursor,
    }
    return render(request, "matches/my_matches.html", context)


@login_required
@require_POST
def dismiss(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Hide a match for one's own side; the page says how to see it again."""
    own, form = _own(request, listing_id), DismissalForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
    else:
        try:
            dismiss_pair(by=request.user, listing=own, **form.cleaned_data)
            messages.success(request, _("De match is verborgen. Bij de matches van je zoekertje haal je ze terug."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("my-matches") if request.POST.get("back") == "mine" else redirect("listing-matches", own.pk)


@login_required
@require_POST
def show_again(request: MemberRequest, listing_id: int) -> HttpResponse:
    own = _own(request, listing_id)
    form = ShowAgainForm(request.POST)
    if form.is_valid() and (dismissal := own.dismissals.filter(other=form.cleaned_data["other"]).first()):
        take_back_dismissal(by=request.user, dismissal=dismissal)
        messages.success(request, _("De match staat weer in je lijst zodra ze bij de beste hoort."))
    return redirect("listing-matches", own.pk)


def _own(request: MemberRequest, listing_id: int) -> Listing:
    """Raises PermissionDenied for whoever isn't a member of its organisation."""
    found = get_object_or_404(Listing.objects.visible_to(request.user).select_related("organisation"), pk=listing_id)
    check_may_change(request.user, found)
    return found

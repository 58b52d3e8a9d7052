"""For staff of a hub: choosing any listing to bring to another, and asking both sides whether they want it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Membership
from accounts.permissions import check_is_hub_staff
from exchanges import services
from exchanges.bringing import (
    MOST_FOUND,
    asked_words,
    candidates_for,
    same_owner_words,
    too_late_words,
    waiting_between,
    why_not_one,
)
from exchanges.checks import fitting
from exchanges.models import LONGEST_PROPOSAL
from frontend.components import figures
from frontend.components.cards import make_cards
from frontend.components.form_fields import add_errors
from frontend.matches.pairs import make_pairs
from frontend.requests import MemberRequest
from geo.models import Hub
from listings.enums import ListingKind
from listings.models import Listing
from matching.models import Match

#: Letters of what is looked for, at most.
_LONGEST_SEARCH = 120
#: In the address: a supply is to be brought to a service.
_SORT, _SERVICE = "soort", "dienst"


class NoteForm(forms.Form):
    """Why both fit, for both to read."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["note"] = forms.CharField(
            label=_("Waarom dit past"), max_length=LONGEST_PROPOSAL, required=False,
            widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
            help_text=_("Wie je vraagt, leest dit in de mail en op de pagina van het voorstel."),
        )  # fmt: skip


def hubs_to_propose_for(user: Any, listing: Listing) -> list[Hub]:
    """For which of the hubs that the user works for a listing can be brought to another; by name."""
    if not user.is_authenticated or not listing.hub_ids:
        return []
    return list(Hub.objects.filter(pk__in=listing.hub_ids, staff__user=user).order_by("name"))


@login_required
@require_GET
def choose(request: MemberRequest, slug: str, listing_id: int) -> HttpResponse:
    """What a listing could be brought to. From a supply that is a demand, or a service (?soort=dienst); from a service
    first a supply (?aanbod=), and then maybe a demand.
    """
    hub = hub_of_staff(request, slug)
    listing = seen_listing(request, listing_id)
    if hub.pk not in listing.hub_ids:
        raise PermissionDenied(_("Dit ligt niet in de regio van %(hub)s.") % {"hub": hub.name})
    at, text = timezone.now(), request.GET.get("zoek", "").replace("\0", "").strip()[:_LONGEST_SEARCH]
    supply = seen_listing(request, _number(request.GET["aanbod"])) if "aanbod" in request.GET else None
    if supply is not None and (supply.kind, listing.kind) != (ListingKind.SUPPLY, ListingKind.SERVICE):
        raise Http404
    to_service = _SORT in request.GET
    if to_service and (listing.kind != ListingKind.SUPPLY or request.GET[_SORT] != _SERVICE):
        raise Http404
    kind = ListingKind.DEMAND if supply or listing.kind == ListingKind.SUPPLY else ListingKind.SUPPLY
    kind = ListingKind.SERVICE if to_service else kind
    chosen = [one for one in (listing, supply) if one is not None]
    obstacle = next(filter(None, (why_not_one(one, timezone.localdate(at)) for one in chosen)), "")
    found = [] if obstacle else candidates_for(
        supply or listing, kind, hub=hub, reader=request.user, text=text,
        service=listing if supply is not None else None, at=at,
    )  # fmt: skip
    cards = make_cards([*chosen, *(one.listing for one in found)], request.user)
    rows = list(zip(found, cards[len(chosen) :], strict=True))
    context = {
        "here": "hubs", "hub": hub, "listing": listing, "supply": supply, "chosen": cards[: len(chosen)],
        "rows": rows, "kind": kind.value, "text": text, "obstacle": obstacle, "is_full": len(rows) == MOST_FOUND,
        "most": MOST_FOUND,
    }  # fmt: skip
    return render(request, "exchanges/propose_choose.html", context)


@login_required
@require_GET
def propose_pair(request: MemberRequest, slug: str, supply_id: int, demand_id: int) -> HttpResponse:
    """Both listings, who will be asked, and a note along with it."""
    hub = hub_of_staff(request, slug)
    return _pair_page(request, hub, *_pair(request, hub, supply_id, demand_id), NoteForm())


@login_required
@require_POST
def propose(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask both sides. Where that can't be, the page of the pair says why, with what was written."""
    hub = hub_of_staff(request, slug)
    supply, demand = _pair(request, hub, *(_number(request.POST.get(name, "")) for name in ("supply", "demand")))
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            made = services.propose_match(
                by=request.user, hub=hub, supply=supply, demand=demand, note=form.cleaned_data["note"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Gevraagd. Beide organisaties krijgen een mail."))
            return redirect(made)
    return _pair_page(request, hub, supply, demand, form)


def _pair_page(request: MemberRequest, hub: Hub, supply: Listing, demand: Listing, form: NoteForm) -> HttpResponse:
    at = timezone.now()
    cards = make_cards([supply, demand], request.user)
    match = Match.objects.filter(supply=supply, demand=demand).for_cards().first()
    obstacle = same_owner_words(supply, demand) or too_late_words(supply, demand, timezone.localdate(at))
    asked = None if obstacle else waiting_between(supply, at, demand=demand)
    # A draft of one's own may have no place yet: its obstacle says so.
    both_placed = None not in (supply.position, demand.position)
    context = {
        "here": "hubs", "hub": hub, "supply": supply, "demand": demand, "cards": cards, "form": form,
        "pair": make_pairs([match], request.user)[0] if match is not None else None,
        "away": figures.distance(supply.position.distance(demand.position)) if both_placed else "",
        "amount": "" if obstacle else figures.stored_amount(fitting(supply, demand), supply.unit),
        "people": people_of([supply, demand]), "obstacle": obstacle or (asked_words() if asked else ""),
        "asked": asked if asked is not None and asked.hub_id == hub.pk else None,
    }  # fmt: skip
    return render(request, "exchanges/propose_pair.html", context, status=409 if form.errors else 200)


def people_of(sides: Sequence[Listing]) -> list[tuple[Any, int]]:
    """Of each side as the reader may know it, how many will get a letter."""
    here = Membership.objects.filter(organisation__in=[one.organisation_id for one in sides], user__is_active=True)
    members = list(here.values_list("organisation", flat=True))
    return [(one.shown_organisation, members.count(one.organisation_id)) for one in sides]


def hub_of_staff(request: MemberRequest, slug: str) -> Hub:
    """Raises PermissionDenied for whoever isn't staff."""
    found = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, found)
    return found


def _pair(request: MemberRequest, hub: Hub, supply_id: int, demand_id: int) -> tuple[Listing, Listing]:
    supply, demand = seen_listing(request, supply_id), seen_listing(request, demand_id)
    if (supply.kind, demand.kind) != (ListingKind.SUPPLY, ListingKind.DEMAND):
        raise Http404
    if hub.pk not in {*supply.hub_ids, *demand.hub_ids}:
        raise PermissionDenied(_("Geen van beide ligt in de regio van %(hub)s.") % {"hub": hub.name})
    return supply, demand


def seen_listing(request: MemberRequest, number: int) -> Listing:
    return get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=number)


def _number(given: str) -> int:
    if not given.isascii() or not given.isdecimal() or len(given) > 18:
        raise Http404
    return int(given)

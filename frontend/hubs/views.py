"""Hubs: their regions on the map, people, partners, and the best pairs of today."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import services
from accounts.models import Organisation
from accounts.permissions import can_manage_hub, holds, is_hub_staff
from accounts.roles import Right
from exchanges.models import Proposal
from frontend.components.form_fields import add_errors
from frontend.components.paging import first_page_for_foreign_cursors
from frontend.hubs.forms import HubForm
from frontend.hubs.page import dismissal_rows, hub_facts, sector_label
from frontend.matches.pairs import make_pairs, weight_rows
from frontend.requests import MemberRequest, PageRequest
from geo.models import Hub, Municipality
from maps.models import MaterialMap
from matching.models import Match
from matching.pairs.pages import page_of

BEST_SHOWN = 3
#: Letters that must be typed before names are searched, and how many of the names found are listed.
SHORTEST_SEARCH, PARTNERS_FOUND = 2, 10


@require_GET
def hubs(request: PageRequest) -> HttpResponse:
    rows = [(hub, [sector_label(sector) for sector in hub.sectors]) for hub in Hub.objects.with_regions()]
    without = Municipality.objects.without_hub().filter(region="vlaanderen")
    return render(request, "hubs/hubs.html", {"here": "hubs", "hubs": rows, "without_hub": without})


@require_GET
def hub(request: PageRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Hub.objects.with_regions(), slug=slug)
    best = Match.objects.current().in_hub(found.pk).best_first().for_cards()[:BEST_SHOWN]
    works_here = is_hub_staff(request.user, found)
    context = {
        "here": "hubs",
        "hub": found,
        "facts": hub_facts(found),
        "pairs": make_pairs(best, request.user),
        "partners": Organisation.objects.partners_of(found).with_sites(),
        "contacts": found.staff.shown(),
        "maps": MaterialMap.objects.visible_to(request.user).of_hub(found).order_by("order", "pk"),
        "can_manage": can_manage_hub(request.user, found),
        "works_here": works_here,
        "is_staff_here": holds(request.user, Right.SEE_HUB_PEOPLE, hubs=[found.pk]),
        "dismissals": dismissal_rows(found) if works_here else [],
    }
    return render(request, "hubs/hub.html", context)


@require_GET
@first_page_for_foreign_cursors
def hub_pairs(request: PageRequest, slug: str) -> HttpResponse:
    """A region's pairs, best first."""
    found = get_object_or_404(Hub, slug=slug)
    pairs = Match.objects.current().in_hub(found.pk).for_cards()
    page = page_of(pairs, scope=f"hub {slug}", cursor=request.GET.get("cursor", ""))
    asks = found if is_hub_staff(request.user, found) else None
    context = {
        "here": "hubs", "hub": found, "pairs": make_pairs(page.matches, request.user), "next_cursor": page.next_cursor,
        "asking_hub": asks,
        "asked_matches": Proposal.objects.asked_among(page.matches, timezone.now()) if asks else frozenset(),
    }  # fmt: skip
    template = "matches/pairs_page.html" if request.htmx else "hubs/pairs.html"
    return render(request, template, context)


@login_required
def hub_settings(request: MemberRequest, slug: str) -> HttpResponse:
    """What a hub says of itself, its border policy and its partners; for its managers."""
    found = get_object_or_404(Hub.objects.with_regions(), slug=slug)
    if not can_manage_hub(request.user, found):
        raise PermissionDenied(_("Alleen beheerders van %(hub)s mogen dit.") % {"hub": found.name})
    form = HubForm(request.POST or None, hub=found)
    if request.method == "POST" and form.is_valid() and _update(request, found, form):
        return redirect("hub", slug)
    context = {"here": "hubs", "hub": found, "form": form} | _beside_the_form(found)
    return render(request, "hubs/settings.html", context | _found_partners(request, found))


def _beside_the_form(found: Hub) -> dict[str, Any]:
    return {
        "partners": found.partners.select_related("organisation").order_by("organisation__name"),
        "staff": found.staff.with_names(),
        "weights": weight_rows(found),
    }


@login_required
@require_GET
def find_partners(request: MemberRequest, slug: str) -> HttpResponse:
    """Organisations whose name has the text of ?partner= in it; the list alone where a script asks for it."""
    found = get_object_or_404(Hub, slug=slug)
    if not can_manage_hub(request.user, found):
        raise PermissionDenied(_("Alleen beheerders van %(hub)s mogen dit.") % {"hub": found.name})
    if not request.htmx:
        return redirect(f"{reverse('hub-settings', args=[slug])}?{request.GET.urlencode()}#partners")
    return render(request, "hubs/found_partners.html", {"hub": found} | _found_partners(request, found))


def _found_partners(request: MemberRequest, hub: Hub) -> dict[str, Any]:
    text = request.GET.get("partner", "").replace("\0", "").strip()[:120]
    asked = len(text) >= SHORTEST_SEARCH
    rows = Organisation.objects.like(text).not_partners_of(hub)[:PARTNERS_FOUND] if asked else []
    return {"partner_text": text, "partner_asked": asked, "found_partners": rows}


def _update(request: MemberRequest, found: Hub, form: HubForm) -> bool:
    try:
        services.update_hub(by=request.user, hub=found, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("Bewaard."))
    return True


@login_required
@require_POST
def add_partner(request: MemberRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Hub, slug=slug)
    given = request.POST.get("organisation", "")
    organisation = get_object_or_404(Organisation, pk=int(given) if given.isdecimal() and len(given) < 19 else 0)
    services.add_hub_partner(by=request.user, hub=found, organisation=organisation)
    messages.success(request, _("%(organisation)s is nu partner.") % {"organisation": organisation.name})
    return redirect("hub-settings", slug)


@login_required
@require_POST
def remove_partner(request: MemberRequest, slug: str, partner_id: int) -> HttpResponse:
    """Remove a partner. Pressing the button twice does no harm."""
    partner = get_object_or_404(Hub, slug=slug).partners.filter(pk=partner_id).first()
    if partner is not None:
        services.remove_hub_partner(by=request.user, partner=partner)
        words = {"organisation": partner.organisation.name}
        messages.success(request, _("%(organisation)s is geen partner meer.") % words)
    return redirect("hub-settings", slug)

"""Hubs: their regions on the map, people, partners, and the best pairs of today."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import services
from accounts.models import HubPartner, Organisation
from accounts.permissions import can_manage_hub
from frontend.forms.fields import add_errors
from frontend.forms.organisation import HubForm
from frontend.hub_page import hub_facts, sector_label
from frontend.paging import first_page_for_foreign_cursors
from frontend.pairs import make_pairs
from frontend.requests import MemberRequest, PageRequest
from geo.models import Hub, Municipality
from listings.models import Match
from listings.pairing.pages import page_of
from listings.services import change_hub

BEST_SHOWN = 3


@require_GET
def hubs(request: PageRequest) -> HttpResponse:
    rows = [(hub, [sector_label(sector) for sector in hub.sectors]) for hub in Hub.objects.with_regions()]
    without = Municipality.objects.without_hub().filter(region="vlaanderen")
    return render(request, "hubs/hubs.html", {"here": "hubs", "hubs": rows, "without_hub": without})


@require_GET
def hub(request: PageRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Hub.objects.with_regions(), slug=slug)
    best = Match.objects.current().in_hub(found.pk).best_first().for_cards()[:BEST_SHOWN]
    context = {
        "here": "hubs",
        "hub": found,
        "facts": hub_facts(found),
        "pairs": make_pairs(best),
        "partners": Organisation.objects.partners_of(found).with_sites(),
        "can_manage": can_manage_hub(request.user, found),
    }
    return render(request, "hubs/hub.html", context)


@require_GET
@first_page_for_foreign_cursors
def hub_pairs(request: PageRequest, slug: str) -> HttpResponse:
    """A region's pairs, best first."""
    found = get_object_or_404(Hub, slug=slug)
    page = page_of(Match.objects.current().in_hub(found.pk), scope=f"hub {slug}", cursor=request.GET.get("cursor", ""))
    context = {"here": "hubs", "hub": found, "pairs": make_pairs(page.matches), "next_cursor": page.next_cursor}
    template = "listings/pairs_page.html" if request.htmx else "hubs/pairs.html"
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
    partners = found.partners.select_related("organisation").order_by("organisation__name")
    staff = found.staff.select_related("user").order_by("user__name", "user__email")
    context = {"here": "hubs", "hub": found, "form": form, "partners": partners, "staff": staff}
    return render(request, "hubs/settings.html", context)


def _update(request: MemberRequest, found: Hub, form: HubForm) -> bool:
    try:
        change_hub(by=request.user, hub=found, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("Bewaard."))
    return True


@login_required
@require_POST
def add_partner(request: MemberRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Hub, slug=slug)
    name = request.POST.get("organisation", "").strip()
    organisation = Organisation.objects.named(name).first()
    if organisation is None:
        messages.error(request, _("Er is geen organisatie met de naam “%(name)s”.") % {"name": name[:80]})
    else:
        services.add_hub_partner(by=request.user, hub=found, organisation=organisation)
        messages.success(request, _("%(organisation)s is nu partner.") % {"organisation": organisation.name})
    return redirect("hub-settings", slug)


@login_required
@require_POST
def remove_partner(request: MemberRequest, slug: str, partner_id: int) -> HttpResponse:
    partner = get_object_or_404(HubPartner, pk=partner_id, hub__slug=slug)
    services.remove_hub_partner(by=request.user, partner=partner)
    return redirect("hub-settings", slug)

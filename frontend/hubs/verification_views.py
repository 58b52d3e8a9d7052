"""Whom a hub verified, who waits for it, and verifying one; for the hub's staff."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts import services
from accounts.badges import badges_of
from accounts.models import Organisation, Verification
from accounts.permissions import can_verify, can_withdraw, check_is_hub_staff
from accounts.querysets import OrganisationQuerySet
from frontend.components.form_fields import add_errors
from frontend.components.paging import ROWS_PER_PAGE
from frontend.hubs.forms import VerificationForm
from frontend.requests import MemberRequest
from geo.models import Hub

#: How long before its last day a verification is listed as ending soon.
SOON = dt.timedelta(days=60)
TABS = {
    "wachten": gettext_lazy("Wachten op jullie"),
    "bijna-om": gettext_lazy("Binnenkort verlopen"),
    "geverifieerd": gettext_lazy("Geverifieerd"),
    "alle": gettext_lazy("Alle organisaties"),
}
#: Others that give the same number, at most.
CLAIMS_SHOWN = 10


@login_required
@require_GET
def hub_verifications(request: MemberRequest, slug: str) -> HttpResponse:
    """Organisations of the hub by what is to be done about them, and by a part of their name."""
    hub = _hub_of(request, slug)
    today = timezone.localdate()
    chosen = request.GET.get("toon", "")
    chosen = chosen if chosen in TABS else "wachten"
    text = request.GET.get("naam", "").replace("\0", "").strip()[:120]
    known = Organisation.objects.known_to(hub)
    by_tab = {tab: _in_tab(known, tab, today) for tab in TABS}
    rows = by_tab[chosen].like(text) if text else by_tab[chosen].order_by("name", "pk")
    page = Paginator(rows.prefetch_related(badges_of(today)), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    tabs = [{"tab": tab, "label": label, "count": by_tab[tab].count()} for tab, label in TABS.items()]
    context = {"here": "hubs", "hub": hub, "page": page, "tabs": tabs, "chosen": chosen, "text": text}
    return render(request, "hubs/verifications.html", context)


def _in_tab(known: OrganisationQuerySet, tab: str, today: dt.date) -> OrganisationQuerySet:
    if tab == "wachten":
        return known.to_verify(today)
    if tab == "bijna-om":
        return known.verified(today, before=today + SOON)
    return known.verified(today) if tab == "geverifieerd" else known


@login_required
def verify(request: MemberRequest, slug: str, organisation: str) -> HttpResponse:
    """What an organisation says it is, what was verified of it before, and the form to verify it."""
    hub = _hub_of(request, slug)
    found = get_object_or_404(Organisation.objects.known_to(hub).with_sites(), slug=organisation)
    today = timezone.localdate()
    form = VerificationForm(request.POST or None, organisation=found, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.verify_organisation(by=request.user, organisation=found, hub=hub, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            words = {"organisation": found.name, "what": made.get_what_display()}
            messages.success(request, _("%(organisation)s is geverifieerd: %(what)s.") % words)
            return redirect("hub-verifications", slug)
    return render(request, "hubs/verify.html", _context(request, hub, found, form))


def _context(request: MemberRequest, hub: Hub, found: Organisation, form: VerificationForm) -> dict[str, Any]:
    history = [
        {"verification": row, "may_withdraw": row.ended_at is None and can_withdraw(request.user, row)}
        for row in found.verifications.for_rows()
    ]
    number = found.enterprise_number
    claims = Organisation.objects.none()
    if number:
        claims = Organisation.objects.filter(enterprise_number=number).exclude(pk=found.pk)
    return {
        "here": "hubs", "hub": hub, "organisation": found, "form": form, "history": history,
        "claims": claims[:CLAIMS_SHOWN], "may_verify": can_verify(request.user, found, hub),
    }  # fmt: skip


@login_required
@require_POST
def withdraw(request: MemberRequest, slug: str, verification_id: int) -> HttpResponse:
    """End a verification before its day. Pressing the button twice does no harm."""
    hub = _hub_of(request, slug)
    verification = get_object_or_404(Verification.objects.select_related("organisation"), pk=verification_id, hub=hub)
    try:
        services.withdraw_verification(
            by=request.user, verification=verification, reason=request.POST.get("reason", "")
        )
        messages.success(request, _("De verificatie is ingetrokken. De organisatie krijgt een mail."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("hub-verify", slug, verification.organisation.slug)


def _hub_of(request: MemberRequest, slug: str) -> Hub:
    """Raises PermissionDenied for who doesn't work there."""
    hub = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, hub)
    return hub

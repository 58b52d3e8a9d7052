"""An organisation's public page, and what its admins manage: itself, its sites, its members."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import services
from accounts.enums import MemberRole
from accounts.models import HubStaff, Invitation, Membership, Organisation, Site
from accounts.permissions import can_manage, can_write_for
from accounts.services.verifications import verification_of_other_with_number
from exchanges.facts import facts_of
from frontend.components.cards import make_cards
from frontend.components.form_fields import add_errors
from frontend.organisations.facts import fact_rows, period_words
from frontend.organisations.forms import InvitationForm, OrganisationForm, SiteForm
from frontend.requests import MemberRequest, PageRequest, organisation_of_member
from listings.models import Listing

LISTINGS_SHOWN = 24
#: The last ones, for those who are members.
VERIFICATIONS_SHOWN = 10


@require_GET
def organisation(request: PageRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Organisation.objects.with_sites(), slug=slug)
    theirs = Listing.objects.published().of_organisation(found).owner_known_to(request.user)
    rows = theirs.for_cards().newest_first()[:LISTINGS_SHOWN]
    hubs = found.partnerships.select_related("hub").order_by("hub__name")
    context = {
        "organisation": found,
        "cards": make_cards(rows, request.user),
        "hubs": [partner.hub for partner in hubs],
        "is_member": can_write_for(request.user, found),
        "facts": fact_rows(facts_of(found, at=timezone.now())),
        "period": period_words(),
    }
    return render(request, "organisations/organisation.html", context)


@login_required
def new_organisation(request: MemberRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_organisation(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("%(name)s staat erin. Voeg nu een vestiging toe.") % {"name": made.name})
            return redirect("site-new", made.slug)
    return render(request, "organisations/new.html", {"form": form})


@login_required
def organisation_settings(request: MemberRequest, slug: str) -> HttpResponse:
    found = organisation_of_member(request, slug)
    form = OrganisationForm(request.POST or None, organisation=found)
    if request.method == "POST" and form.is_valid() and _update(request, found, form):
        return redirect("organisation-settings", slug)
    context = {
        "organisation": found,
        "form": form,
        "may_manage": can_manage(request.user, found),
        "verifications": found.verifications.for_rows()[:VERIFICATIONS_SHOWN],
        "other_verification": verification_of_other_with_number(found, timezone.now()),
        "members": found.memberships.select_related("user").order_by("user__name", "user__email"),
        "invitations": found.invitations.open().with_letter().order_by("email"),
        "invitation_form": InvitationForm(),
        "roles": MemberRole.choices,
    }
    return render(request, "organisations/settings.html", context)


def _update(request: MemberRequest, found: Organisation, form: OrganisationForm) -> bool:
    try:
        services.update_organisation(by=request.user, organisation=found, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("Bewaard."))
    return True


@login_required
def edit_site(request: MemberRequest, slug: str, site_id: int | None = None) -> HttpResponse:
    """Add a site, or change one."""
    found = organisation_of_member(request, slug)
    site = get_object_or_404(Site, pk=site_id, organisation=found) if site_id else None
    form = SiteForm(request.POST or None, site=site)
    if request.method == "POST" and form.is_valid() and _save_site(request, found, site, form):
        return redirect("organisation-settings", slug)
    return render(request, "organisations/site.html", {"organisation": found, "site": site, "form": form})


def _save_site(request: MemberRequest, found: Organisation, site: Site | None, form: SiteForm) -> bool:
    try:
        if site is None:
            services.add_site(by=request.user, organisation=found, **form.cleaned_data)
        else:
            services.update_site(by=request.user, site=site, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return False
    saved = _("De vestiging is bewaard.")
    onward = format_html('<a href="{}">{}</a>', reverse("post"), _("Plaats nu een zoekertje"))
    messages.success(request, format_html_join(" ", "{}", ((part,) for part in (saved, form.said, onward) if part)))
    return True


@login_required
@require_POST
def remove_site(request: MemberRequest, slug: str, site_id: int) -> HttpResponse:
    site = get_object_or_404(Site, pk=site_id, organisation=organisation_of_member(request, slug))
    services.remove_site(by=request.user, site=site)
    messages.success(request, _("De vestiging is weg. Zoekertjes blijven staan waar ze stonden."))
    return redirect("organisation-settings", slug)


@login_required
@require_POST
def invite(request: MemberRequest, slug: str) -> HttpResponse:
    found = organisation_of_member(request, slug)
    form = InvitationForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([text for errors in form.errors.values() for text in errors])
        services.invite_member(by=request.user, organisation=found, **form.cleaned_data)
        messages.success(request, _("%(email)s krijgt een uitnodiging.") % {"email": form.cleaned_data["email"]})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("organisation-settings", slug)


@login_required
@require_POST
def change_member(request: MemberRequest, slug: str, membership_id: int) -> HttpResponse:
    """Give a member another role, or remove them."""
    membership = get_object_or_404(Membership, pk=membership_id, organisation=organisation_of_member(request, slug))
    leaving = membership.user_id == request.user.pk and request.POST.get("action") == "remove"
    try:
        if request.POST.get("action") == "remove":
            services.remove_member(by=request.user, membership=membership)
        else:
            services.change_role(by=request.user, membership=membership, role=request.POST.get("role", ""))
        messages.success(request, _("Bewaard."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        leaving = False
    return redirect("home") if leaving else redirect("organisation-settings", slug)


@login_required
@require_POST
def withdraw_invitation(request: MemberRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation. Pressing the button twice does no harm."""
    organisation = organisation_of_member(request, slug)
    invitation = Invitation.objects.open().filter(pk=invitation_id, organisation=organisation).first()
    if invitation is not None:
        services.withdraw_invitation(by=request.user, invitation=invitation)
        messages.success(request, _("De uitnodiging voor %(email)s is ingetrokken.") % {"email": invitation.email})
    return redirect("organisation-settings", slug)


@login_required
def accept_invitation(request: MemberRequest, token: str) -> HttpResponse:
    """Show who invites, for what, and one button. Opening the link alone must not change anything."""
    invitation = Invitation.objects.open().of_token(token).with_people().first()
    if invitation is None:
        return render(request, "organisations/no_invitation.html", status=404)
    if request.method != "POST":
        context = {"invitation": invitation, "is_for_me": invitation.is_for(request.user)}
        return render(request, "organisations/accept.html", context)
    return _accept(request, token)


def _accept(request: MemberRequest, token: str) -> HttpResponse:
    try:
        accepted = services.accept_invitation(by=request.user, token=token)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("home")
    host = accepted.hub if isinstance(accepted, HubStaff) else accepted.organisation
    messages.success(request, _("Je werkt nu mee voor %(name)s.") % {"name": host.name})
    return redirect("hub-staff" if isinstance(accepted, HubStaff) else "organisation-settings", host.slug)

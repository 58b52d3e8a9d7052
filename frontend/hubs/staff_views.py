"""Who works for a hub: a list for all of them, changes for its managers and for operators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import services
from accounts.models import HubStaff, Invitation, User
from accounts.permissions import can_set_hub_people, holds
from accounts.roles import Right
from frontend.components.form_fields import add_errors
from frontend.hubs.forms import HubStaffForm
from frontend.requests import MemberRequest
from geo.models import Hub
from journal.addresses import mailbox


@login_required
def hub_staff(request: MemberRequest, slug: str) -> HttpResponse:
    found = _hub_of(request, slug)
    form = HubStaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _add(request, found, form):
        return redirect("hub-staff", slug)
    context = {
        "here": "hubs",
        "hub": found,
        "form": form,
        "may_change": can_set_hub_people(request.user, found),
        "staff": found.staff.with_names(),
        "mine": found.staff.filter(user=request.user).first(),
        "invitations": found.invitations.open().with_letter().order_by("email"),
    }
    return render(request, "hubs/staff.html", context)


def _add(request: MemberRequest, found: Hub, form: HubStaffForm) -> bool:
    """Add somebody with an account at once; invite anybody else."""
    email, role = mailbox(form.cleaned_data["email"]), form.cleaned_data["role"]
    user = User.objects.filter(email=email, is_active=True).first()
    try:
        if user is not None:
            services.add_hub_staff(by=request.user, hub=found, user=user, role=role)
            words = {"user": user, "hub": found.name}
            messages.success(request, _("%(user)s werkt nu voor %(hub)s, en krijgt daar een mail over.") % words)
        else:
            services.invite_hub_staff(by=request.user, hub=found, email=email, role=role)
            messages.success(request, _("%(email)s krijgt een uitnodiging.") % {"email": email})
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


@login_required
@require_POST
def change_staff(request: MemberRequest, slug: str, staff_id: int) -> HttpResponse:
    """Give somebody another role, or remove them."""
    staff = get_object_or_404(HubStaff.objects.select_related("hub"), pk=staff_id, hub=_hub_of(request, slug))
    leaving = staff.user_id == request.user.pk and request.POST.get("action") == "remove"
    try:
        if request.POST.get("action") == "remove":
            services.remove_hub_staff(by=request.user, staff=staff)
        else:
            services.change_hub_role(by=request.user, staff=staff, role=request.POST.get("role", ""))
        messages.success(request, _("Bewaard."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        leaving = False
    return redirect("hub", slug) if leaving else redirect("hub-staff", slug)


@login_required
@require_POST
def show_me(request: MemberRequest, slug: str) -> HttpResponse:
    """Show one's own name on the hub's page, or hide it."""
    staff = get_object_or_404(HubStaff, hub=_hub_of(request, slug), user=request.user)
    try:
        services.show_hub_staff(by=request.user, staff=staff, shown="shown" in request.POST)
        messages.success(request, _("Bewaard."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("hub-staff", slug)


@login_required
@require_POST
def withdraw_invitation(request: MemberRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation. Pressing the button twice does no harm."""
    invitation = Invitation.objects.open().filter(pk=invitation_id, hub=_hub_of(request, slug)).first()
    if invitation is not None:
        services.withdraw_invitation(by=request.user, invitation=invitation)
        messages.success(request, _("De uitnodiging voor %(email)s is ingetrokken.") % {"email": invitation.email})
    return redirect("hub-staff", slug)


def _hub_of(request: MemberRequest, slug: str) -> Hub:
    """A hub whose people the user may see. Raises PermissionDenied for others."""
    found = get_object_or_404(Hub, slug=slug)
    if not holds(request.user, Right.SEE_HUB_PEOPLE, hubs=[found.pk]):
        raise PermissionDenied(_("Alleen wie voor %(hub)s werkt of deze site beheert, mag dit.") % {"hub": found.name})
    return found

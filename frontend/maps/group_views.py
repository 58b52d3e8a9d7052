"""Groups of partners that get rights in layers together; for managers of a hub."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frontend.maps.forms import GroupForm
from frontend.maps.saving import tried
from frontend.requests import MemberRequest
from geo.models import Hub
from maps import services
from maps.models import PartnerGroup
from maps.permissions import check_can_govern


@login_required
@require_http_methods(["GET", "POST"])
def groups(request: MemberRequest, slug: str) -> HttpResponse:
    """Groups of partners, and making another; for managers."""
    hub = get_object_or_404(Hub, slug=slug)
    check_can_govern(request.user, hub)
    form = GroupForm(request.POST or None, hub=hub)
    if form.is_valid() and tried(form, lambda: services.create_group(by=request.user, hub=hub, **form.cleaned_data)):
        messages.success(request, _("Bewaard."))
        return redirect("map-groups", slug)
    found = PartnerGroup.objects.filter(hub=hub).prefetch_related("organisations")
    context = {"here": "maps", "hub": hub, "form": form, "groups": found, "group": None}
    return render(request, "maps/groups.html", context, status=409 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def group(request: MemberRequest, slug: str, group_id: int) -> HttpResponse:
    """Another name or other members for a group, or its end."""
    found = get_object_or_404(PartnerGroup.objects.select_related("hub"), pk=group_id, hub__slug=slug)
    check_can_govern(request.user, found.hub)
    if "delete" in request.POST:
        services.delete_group(by=request.user, group=found)
        messages.success(request, _("“%(name)s” is verwijderd.") % {"name": found.name})
        return redirect("map-groups", slug)
    initial = {"name": found.name, "organisations": found.organisations.all()}
    form = GroupForm(request.POST or None, hub=found.hub, initial=initial)
    if form.is_valid() and tried(
        form, lambda: services.update_group(by=request.user, group=found, **form.cleaned_data)
    ):
        messages.success(request, _("Bewaard."))
        return redirect("map-groups", slug)
    context = {"here": "maps", "hub": found.hub, "form": form, "groups": [], "group": found}
    return render(request, "maps/groups.html", context, status=409 if form.errors else 200)

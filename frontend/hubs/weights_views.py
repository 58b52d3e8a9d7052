"""What the parts of a match's score weigh in a hub; for its managers."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import can_manage_hub
from frontend.components.form_fields import add_errors
from frontend.hubs.forms import HubWeightsForm
from frontend.requests import MemberRequest
from geo.models import Hub
from matching.weights.default_weights import WEIGHT_POINTS
from matching.weights.hub_weights import HubWeights, points_of, waits
from matching.weights.services import set_points


@login_required
def hub_weights(request: MemberRequest, slug: str) -> HttpResponse:
    """Six sliders, and the standard beside them."""
    found = get_object_or_404(Hub, slug=slug)
    if not can_manage_hub(request.user, found):
        raise PermissionDenied(_("Alleen beheerders van %(hub)s mogen dit.") % {"hub": found.name})
    given = WEIGHT_POINTS if request.POST.get("action") == "standard" else request.POST or None
    form = HubWeightsForm(given, points=points_of(found))
    if request.method == "POST" and form.is_valid() and _set(request, found, form):
        return redirect("hub-weights", slug)
    rows = [(form[part], share) for part, share in HubWeights().of([found.pk]).items()]
    context = {"here": "hubs", "hub": found, "form": form, "rows": rows, "waits": waits(found)}
    return render(request, "hubs/weights.html", context)


def _set(request: MemberRequest, found: Hub, form: HubWeightsForm) -> bool:
    try:
        set_points(by=request.user, hub=found, points=form.cleaned_data, at=timezone.now())
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("Bewaard."))
    return True

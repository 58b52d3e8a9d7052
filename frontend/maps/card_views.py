"""The card of a material in the region of a hub."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from frontend.components.kept import or_later
from frontend.maps.card import material_card
from frontend.requests import PageRequest
from geo.models import Hub
from materials.models import Material


@require_GET
@or_later
def card(request: PageRequest, hub_slug: str, code: str) -> HttpResponse:
    """What of a material stands and flows in a hub, who takes it and what it could become: one page to print."""
    hub = get_object_or_404(Hub, slug=hub_slug)
    material = get_object_or_404(Material, code=code)
    context = {"here": "maps", "hub": hub, "material": material, "today": timezone.localdate()}
    return render(request, "maps/card.html", context | material_card(hub, material, request.user))

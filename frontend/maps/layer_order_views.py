"""The order of a map's layers, by buttons."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from frontend.maps.views import find_map, number_in
from frontend.requests import MemberRequest
from maps import services
from maps.models import MapLayer
from maps.standing import standing_of


@login_required
@require_POST
def move_layer(request: MemberRequest, hub_slug: str, slug: str) -> HttpResponse:
    """Move a layer of a map a place up or down. The answer's address names the button that was pressed, or the other
    one where there is no further, so that a keyboard goes on from there.
    """
    found, to = find_map(standing_of(request.user), hub_slug, slug), request.POST.get("to", "")
    if to not in ("up", "down"):
        raise Http404
    seen = MapLayer.objects.visible_to(request.user)
    layer = get_object_or_404(seen, pk=number_in(request.POST.get("layer", "")))
    try:
        services.move_layer(by=request.user, material_map=found, layer=layer, up=to == "up")
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("map-edit", args=[hub_slug, slug]))
    order = list(seen.on_map(found).values_list("pk", flat=True))
    place = order.index(layer.pk) + 1
    messages.success(
        request,
        _("“%(title)s” staat nu op plaats %(place)d van %(count)d.")
        % {"title": layer.title, "place": place, "count": len(order)},
    )
    button = {1: "down", len(order): "up"}.get(place, to)
    return HttpResponseRedirect(f"{reverse('map-edit', args=[hub_slug, slug])}#{button}-{layer.pk}")

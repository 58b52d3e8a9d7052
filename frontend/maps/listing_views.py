"""Elements that become listings, and listings that become elements: each by one button, which keeps the link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from frontend.maps.views import element_page, find_element, number_in
from frontend.requests import MemberRequest
from listings.models import Listing
from maps import services
from maps.models import MapLayer
from maps.standing import standing_of


@login_required
@require_POST
def list_element(request: MemberRequest, element_id: int) -> HttpResponse:
    """Begin a listing of an element, filled in with what the map knows."""
    feature = find_element(standing_of(request.user), element_id)
    organisation = get_object_or_404(Organisation.objects.of(request.user), slug=request.POST.get("organisation", ""))
    try:
        made = services.list_feature(by=request.user, feature=feature, organisation=organisation)
    except ValidationError as error:
        return element_page(request, feature, status=409, refused=error.messages)
    messages.success(request, _("Wat de kaart weet, is ingevuld. Kijk het na en publiceer."))
    return redirect("listing-edit", made.pk)


@login_required
@require_POST
def list_for_source(request: MemberRequest, element_id: int) -> HttpResponse:
    """Begin a listing of an element in the name of the partner that it is about, which is told of it."""
    feature = find_element(standing_of(request.user), element_id)
    note = request.POST.get("behalf_note", "")
    try:
        _made, is_new = services.list_for_source(by=request.user, feature=feature, behalf_note=note)
    except ValidationError as error:
        return element_page(request, feature, status=409, refused=error.messages, behalf_note=note)
    if not is_new:
        waits = _("Er wacht al een concept bij %(organisation)s. Er kwam geen tweede, en niemand kreeg nog een mail.")
        messages.info(request, waits % {"organisation": feature.source_organisation})
        return redirect("map-element", element_id)
    told = _("Het concept staat klaar bij %(organisation)s. Haar leden kregen een mail: zij vullen aan en publiceren.")
    messages.success(request, told % {"organisation": feature.source_organisation})
    return redirect("map-element", element_id)


@login_required
@require_POST
def map_listing(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Begin an element of a listing in a layer, filled in with what the listing says."""
    found = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
    layer = get_object_or_404(MapLayer.objects.visible_to(request.user), pk=number_in(request.POST.get("layer", "")))
    try:
        made = services.map_listing(by=request.user, listing=found, layer=layer)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("listing", listing_id)
    messages.success(request, _("Bewaard als concept. Leg het voor als het klaar is."))
    return redirect("map-element", made.pk)

"""The weeks of a service, and booking and cancelling for those who may."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from exchanges.services import book_weeks_for
from frontend.capacity.forms import BookingForm, known_of
from frontend.capacity.page import week_context
from frontend.requests import MemberRequest
from listings.capacity.services import book_weeks, cancel_booking
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind
from listings.models import Listing
from listings.permissions import check_may_book

#: Where a refusal stands that isn't about a field of the form by its own name.
_FIELDS = {"week_start": "weeks", "listing": None, "__all__": None}


@login_required
@require_http_methods(["GET", "POST"])
def weeks(request: MemberRequest, listing_id: int) -> HttpResponse:
    """The calendar with its form. A booking that is refused comes back with what is possible instead."""
    service = _service(request, listing_id)
    check_may_book(request.user, service)
    free = free_capacity([service.pk], timezone.localdate(), WEEKS_AHEAD)[service.pk]
    initial = _known(request, service, free)
    form = BookingForm(request.POST or None, weeks=free, unit=service.capacity_unit, initial=initial)
    if form.is_valid() and _book(request, service, form):
        told = _("Gereserveerd. De organisatie van het aanbod krijgt een mail; je volgt het bij je uitwisselingen.")
        messages.success(request, told if _is_of_others(form, service) else _("Geboekt."))
        return redirect(f"{reverse('listing', args=[service.pk])}#weken")
    return render(
        request, "capacity/weeks_page.html", {"listing": service} | week_context(request.user, service, form)
    )


@login_required
@require_POST
def cancel(request: MemberRequest, listing_id: int, booking_id: int) -> HttpResponse:
    service = _service(request, listing_id)
    booking = service.reservations.bookings().filter(pk=booking_id).first()
    if booking is None:
        messages.info(request, _("Deze boeking was al geannuleerd."))
    else:
        cancel_booking(by=request.user, booking=booking)
        messages.success(request, _("De boeking is geannuleerd."))
    return redirect(f"{reverse('listing', args=[service.pk])}#weken")


def _book(request: MemberRequest, service: Listing, form: BookingForm) -> bool:
    """Book what the form says; what the service refuses stands at its field."""
    given = {name: form.cleaned_data[name] for name in ("weeks", "quantity", "supply", "note")}
    try:
        if _is_of_others(form, service):
            book_weeks_for(by=request.user, service=service, **given)
        else:
            book_weeks(by=request.user, service=service, **given)
    except ValidationError as error:
        for name, texts in error.message_dict.items():
            form.add_error(_FIELDS.get(name, name), texts)
        return False
    return True


def _is_of_others(form: BookingForm, service: Listing) -> bool:
    """Whether it is for the supply of another organisation: then it is agreed with them, in an exchange."""
    supply = form.cleaned_data["supply"]
    return supply is not None and supply.organisation_id != service.organisation_id


def _known(request: MemberRequest, service: Listing, weeks: list[Week]) -> dict[str, Any]:
    """What the form says beforehand, where the address names the supply."""
    given = request.GET.get("voor", "")
    if not given.isdecimal() or len(given) > 18:
        return {}
    supply = Listing.objects.public().of_kind(ListingKind.SUPPLY).filter(pk=int(given)).first()
    return known_of(supply, weeks, service.capacity_unit) if supply else {}


def _service(request: MemberRequest, listing_id: int) -> Listing:
    services = Listing.objects.visible_to(request.user).filter(kind=ListingKind.SERVICE)
    return get_object_or_404(services.select_related("organisation"), pk=listing_id)

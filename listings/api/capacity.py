"""/api/v1/listings/{id}/capacity/"""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.fields import ByNumberField, DayField, NumberField
from listings.api.rows import BookingRow, CapacityRow, WeekRow
from listings.api.serializers import KnownFields
from listings.api.shapes import BOOKING, CAPACITY
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity, cancel_booking
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind
from listings.models import Listing, Reservation
from listings.permissions import may_book


class BookingSerializer(KnownFields, serializers.Serializer[Any]):
    """An amount of a week, in the service's capacity_unit; `supply` says what it is for."""

    week_start = DayField()
    quantity = NumberField(max_digits=12, decimal_places=3)
    supply = ByNumberField(
        "/api/v1/search/", queryset=Listing.objects.of_kind(ListingKind.SUPPLY), required=False, allow_null=True
    )
    note = serializers.CharField(max_length=200, required=False, allow_blank=True)


class CapacityView(APIView):
    """What a service can still take."""

    permission_classes = ()

    @extend_schema(operation_id="listings_capacity_retrieve", responses={200: CAPACITY})
    def get(self, request: Request, listing_id: int) -> Response:
        """What is free in each of the coming weeks; for whoever may book also the bookings."""
        service = _service(request, listing_id)
        today = timezone.localdate()
        weeks = free_capacity([service.pk], today, WEEKS_AHEAD)[service.pk]
        booked = service.reservations.bookings().filter(period__gte=monday_of(today)).select_related("organisation")
        bookings = [booking_row(row) for row in booked] if may_book(request.user, service) else None
        body: CapacityRow = {
            "unit": service.capacity_unit or None,
            "weeks": [_week_row(week) for week in weeks],
            "bookings": bookings,
        }
        return Response(body)


class BookingsView(APIView):
    """Book a week of a service."""

    @extend_schema(operation_id="listings_capacity_book", request=BookingSerializer, responses={201: BOOKING})
    def post(self, request: Request, listing_id: int) -> Response:
        """Take an amount of a week; for members of the service's organisation and staff of its hubs."""
        service = _service(request, listing_id)
        given = BookingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        booking = book_capacity(by=request.user, service=service, **given.validated_data)  # type: ignore[arg-type]
        return Response(booking_row(booking), status=status.HTTP_201_CREATED)


class BookingView(APIView):
    """Cancel a booking."""

    @extend_schema(operation_id="listings_capacity_cancel", responses={204: None})
    def delete(self, request: Request, listing_id: int, booking_id: int) -> Response:
        """Give what was booked back to its week."""
        service = _service(request, listing_id)
        booking = get_object_or_404(service.reservations.bookings(), pk=booking_id)
        cancel_booking(by=request.user, booking=booking)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def booking_row(booking: Reservation) -> BookingRow:
    """A booking as the API writes it."""
    whose = booking.organisation
    return {
        "id": booking.pk,
        "week_start": booking.period,
        "quantity": float(booking.quantity),
        "supply": booking.supply_id,
        "organisation": {"id": whose.pk, "name": whose.name} if whose else None,
        "note": booking.note,
    }


def _week_row(week: Week) -> WeekRow:
    return {
        "week_start": week.start,
        "is_open": week.is_open,
        "capacity": None if week.capacity is None else float(week.capacity),
        "free": None if week.free is None else float(week.free),
    }


def _service(request: Request, listing_id: int) -> Listing:
    """The service with this id that the user may see; 404 where there is none."""
    services = Listing.objects.visible_to(request.user).filter(kind=ListingKind.SERVICE)
    return get_object_or_404(services.select_related("organisation"), pk=listing_id)

"""/api/v1/enquiries/: questions to hubs, and what their people do with them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation, User
from accounts.permissions import check_is_hub_staff, is_hub_staff
from exchanges import services
from exchanges.api.lists import page_of
from exchanges.api.messages import WithPhotos, is_form, safe_photos
from exchanges.api.rows import party_row
from exchanges.api.shapes import ENQUIRIES_PAGE, ENQUIRY_DETAIL
from exchanges.enums import EnquiryState
from exchanges.models import LONGEST_KEY, LONGEST_MESSAGE, LONGEST_SUBJECT, Enquiry
from exchanges.routing import (
    Route,
    no_hub_words,
    route_of_listing,
    route_of_municipality,
    route_of_point,
    route_to,
)
from geo.models import Hub, Municipality
from listings.api.fields import LONGEST_ECHO, ByCodeField, ByNumberField, LocationField, WholeField
from listings.api.pagination import PARAMETERS
from listings.api.queries import check_names
from listings.api.serializers import HUBS, KnownFields
from listings.models import Listing

STATE = OpenApiParameter("state", str, enum=EnquiryState.values, description="All of them if not given.")
#: What may say which hub is asked.
_PLACES = ("hub", "municipality", "listing", "location")


class EnquirySerializer(KnownFields, serializers.Serializer[Any]):
    """A question. One of `hub`, `municipality` (its NIS code), `listing` and `location` says which hub it goes to: the
    one of that place, or the nearest. The same `idempotency_key` again answers with the question that it made.
    """

    hub = ByCodeField("slug", HUBS, queryset=Hub.objects.all(), required=False)
    municipality = ByCodeField("nis", HUBS, queryset=Municipality.objects.all(), required=False)
    listing = ByNumberField("/api/v1/search/", queryset=Listing.objects.public(), required=False)
    location = LocationField(required=False)
    subject = serializers.CharField(max_length=LONGEST_SUBJECT)
    text = serializers.CharField(max_length=LONGEST_MESSAGE)
    organisation = ByCodeField("slug", "/api/v1/me/", queryset=Organisation.objects.all(), required=False)
    idempotency_key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")


class EnquiryWithPhotosSerializer(EnquirySerializer, WithPhotos):
    """The same as a form with photos: JPEG, PNG, WebP, GIF, AVIF or HEIC. A form has no `location`."""


BODY = {"application/json": EnquirySerializer, "multipart/form-data": EnquiryWithPhotosSerializer}


class OwnerSerializer(KnownFields, serializers.Serializer[Any]):
    """Who of the hub sees to it, by number (`colleagues` of the question has them); yourself if not given. Who takes
    it over from a colleague says in `seen_owner` from whom: where somebody else has it, the answer is 409.
    """

    owner = WholeField(min_value=1, max_value=2**31 - 1, required=False, allow_null=True, default=None)
    seen_owner = WholeField(min_value=1, max_value=2**31 - 1, required=False, allow_null=True, default=None)


@method_decorator(never_cache, "dispatch")
class EnquiriesView(APIView):
    """One's own questions to hubs, and asking one."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (*APIView.parser_classes, MultiPartParser)

    @extend_schema(operation_id="enquiries_list", responses={200: ENQUIRIES_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """The newest first."""
        check_names(request, PARAMETERS)
        return _page(request, Enquiry.objects.filter(asker=request.user.pk), "enquiries")

    @extend_schema(operation_id="enquiries_create", request=BODY, responses={201: ENQUIRY_DETAIL})
    def post(self, request: Request) -> Response:
        """Ask a hub something. Its people hear of it by mail, and answer in its messages."""
        given = (EnquiryWithPhotosSerializer if is_form(request) else EnquirySerializer)(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        places = {name: told.pop(name) for name in _PLACES if name in told}
        told |= {"route": _route(places), "listing": places.get("listing")}
        told["photos"] = safe_photos(told.get("photos", ()))
        made = services.ask_hub(by=request.user, **told)  # type: ignore[arg-type]
        return Response(_detail(request, made.pk), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class HubEnquiriesView(APIView):
    """The questions to a hub, for its staff."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="hubs_enquiries_list", responses={200: ENQUIRIES_PAGE}, parameters=[*PARAMETERS, STATE]
    )
    def get(self, request: Request, slug: str) -> Response:
        """The newest first."""
        check_names(request, [*PARAMETERS, STATE])
        hub = get_object_or_404(Hub, slug=slug)
        check_is_hub_staff(request.user, hub)
        rows, state = Enquiry.objects.of_hub(hub.pk), request.query_params.get("state", "")
        if state and state not in EnquiryState.values:
            words = {"text": state[:LONGEST_ECHO], "known": ", ".join(EnquiryState.values)}
            raise ValidationError({"state": _("“%(text)s” ken ik niet. Kies uit: %(known)s.") % words})
        return _page(request, rows.filter(state=state) if state else rows, f"enquiries of a hub {state}")


@method_decorator(never_cache, "dispatch")
class EnquiryView(APIView):
    """One question: for who asked it, and the staff of its hub."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="enquiries_retrieve", responses={200: ENQUIRY_DETAIL})
    def get(self, request: Request, enquiry_id: int) -> Response:
        return Response(_detail(request, enquiry_id))


@method_decorator(never_cache, "dispatch")
class EnquiryOwnerView(APIView):
    """Who of the hub sees to a question."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="enquiries_take", request=OwnerSerializer, responses={200: ENQUIRY_DETAIL})
    def post(self, request: Request, enquiry_id: int) -> Response:
        """See to it yourself, or have a colleague do so; for the hub's staff. 409 where somebody else took it up since
        you looked, and says who.
        """
        found = _found(request, enquiry_id)
        given = OwnerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        number = given.validated_data["owner"]
        check_is_hub_staff(request.user, found.hub)
        owner = User.objects.filter(pk=number, hub_roles__hub=found.hub).first() if number else None
        if number and owner is None:
            raise ValidationError({"owner": _("Kies iemand die voor deze hub werkt.")})
        seen = given.validated_data["seen_owner"]
        services.take_enquiry(by=request.user, enquiry=found, owner=owner, seen_owner=seen)  # type: ignore[arg-type]
        return Response(_detail(request, enquiry_id))


@method_decorator(never_cache, "dispatch")
class EnquiryCloseView(APIView):
    """Closing a question."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="enquiries_close", request=None, responses={200: ENQUIRY_DETAIL})
    def post(self, request: Request, enquiry_id: int) -> Response:
        """It needs no answer any more; for who asked it, and the hub's staff. Closing it twice does no harm."""
        services.close_enquiry(by=request.user, enquiry=_found(request, enquiry_id))  # type: ignore[arg-type]
        return Response(_detail(request, enquiry_id))


def _route(places: dict[str, Any]) -> Route:
    """Where a question goes. Raises ValidationError unless one place says so, and for a place without any hub."""
    if len(places) != 1:
        raise ValidationError({"hub": _("Geef één van deze: hub, municipality, listing of location.")})
    ((name, place),) = places.items()
    ways: dict[str, Any] = {
        "hub": route_to, "municipality": route_of_municipality, "listing": route_of_listing,
        "location": route_of_point,
    }  # fmt: skip
    route: Route | None = ways[name](place)
    if route is None:
        raise ValidationError({name: no_hub_words()})
    return route


def _found(request: Request, enquiry_id: int) -> Enquiry:
    return get_object_or_404(Enquiry.objects.visible_to(request.user).for_rows(), pk=enquiry_id)  # type: ignore[arg-type]


def _page(request: Request, rows: Any, scope: str) -> Response:
    found, following = page_of(request, rows.for_rows(), scope)
    return Response({"next": following, "results": [_row(enquiry) for enquiry in found]})


def _detail(request: Request, enquiry_id: int) -> dict[str, Any]:
    found = _found(request, enquiry_id)
    is_staff = is_hub_staff(request.user, found.hub)
    people = found.hub.staff.select_related("user").order_by("user") if is_staff else []
    return _row(found) | {"colleagues": [_person(found, row.user) for row in people]}


def _person(enquiry: Enquiry, user: User) -> dict[str, Any]:
    return {"id": user.pk, "name": user.name or enquiry.hub.name}


def _row(enquiry: Enquiry) -> dict[str, Any]:
    hub, organisation = enquiry.hub, enquiry.organisation
    return {
        "id": enquiry.pk,
        "state": enquiry.state,
        "ended_by": enquiry.ended_by or None,
        "subject": enquiry.subject,
        "hub": {"name": hub.name, "slug": hub.slug},
        "municipality": enquiry.municipality.nis if enquiry.municipality is not None else None,
        "is_nearest": enquiry.is_nearest,
        "listing": enquiry.listing_id,
        "asker": (enquiry.asker.name if enquiry.asker is not None else "") or None,
        "organisation": party_row(organisation) if organisation is not None else None,
        "owner": _person(enquiry, enquiry.owner) if enquiry.owner is not None else None,
        "created_at": enquiry.created_at,
        "state_since": enquiry.state_since,
        "taken_up_at": enquiry.taken_up_at,
        "due_at": enquiry.due_at,
    }

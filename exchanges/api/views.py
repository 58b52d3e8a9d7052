"""/api/v1/exchanges/: one's own exchanges, asking for something, and the steps after that."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation
from exchanges import services
from exchanges.api.lists import page_of
from exchanges.api.messages import is_form
from exchanges.api.rows import arrangement_row, exchange_detail, exchange_rows, step_rows
from exchanges.api.shapes import ARRANGEMENT, EXCHANGE_DETAIL, EXCHANGES_PAGE, NAMES, STEPS_LIST
from exchanges.api.slips import safe_slip
from exchanges.api.taken import check_taken
from exchanges.checks import unknown_time_words
from exchanges.enums import CarrierExemption, Side, Vehicle, WeightMethod
from exchanges.models import (
    LONGEST_BEHALF_NOTE,
    LONGEST_CARRIER,
    LONGEST_KEY,
    LONGEST_MESSAGE,
    LONGEST_REASON,
    LONGEST_REGISTRATION,
    Arrangement,
    Exchange,
)
from listings.api.fields import ByCodeField, ByNumberField, DayField, MomentField, NumberField, OneOfField, WholeField
from listings.api.pagination import PARAMETERS
from listings.api.queries import check_names
from listings.api.serializers import KnownFields
from listings.models import WHOLE_LOT, Listing
from sandbox import sizes


class RequestSerializer(KnownFields, serializers.Serializer[Any]):
    """What is asked. The same `idempotency_key` again answers with the exchange that it made the first time."""

    organisation = ByCodeField("slug", "/api/v1/me/", queryset=Organisation.objects.all())
    listing = ByNumberField("/api/v1/search/", queryset=Listing.objects.public())
    matched = ByNumberField("/api/v1/listings/", queryset=Listing.objects.all(), required=False, default=None)
    quantity = NumberField(max_digits=14, decimal_places=3)
    week_start = DayField(required=False, allow_null=True, default=None)
    wanted_on = DayField(required=False, allow_null=True, default=None)
    message = serializers.CharField(max_length=LONGEST_MESSAGE, required=False, allow_blank=True, default="")
    behalf_note = serializers.CharField(max_length=LONGEST_BEHALF_NOTE, required=False, allow_blank=True, default="")
    idempotency_key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")


class PartSerializer(KnownFields, serializers.Serializer[Any]):
    supply = ByNumberField("/api/v1/search/", queryset=Listing.objects.public())
    quantity = NumberField(max_digits=14, decimal_places=3)


class BundleSerializer(KnownFields, serializers.Serializer[Any]):
    """What is asked of each supply, for one demand of one's own."""

    demand = ByNumberField("/api/v1/listings/", queryset=Listing.objects.public().select_related("organisation"))
    parts = PartSerializer(many=True)
    wanted_on = DayField(required=False, allow_null=True, default=None)
    message = serializers.CharField(max_length=LONGEST_MESSAGE, required=False, allow_blank=True, default="")
    behalf_note = serializers.CharField(max_length=LONGEST_BEHALF_NOTE, required=False, allow_blank=True, default="")
    idempotency_key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")


class PeriodSerializer(KnownFields, serializers.Serializer[Any]):
    start = MomentField()
    end = MomentField()


class ExchangeStepSerializer(KnownFields, serializers.Serializer[Any]):
    """A step, with what that step needs: a reason, an amount and day, times, an appointment, a carrier, or weights.
    Of what is measured by weight `quantity` and `kg` are one number, and either is enough. `sure` states what is far
    from what was to be expected, and meets after the best-before date of food. Staff of a hub that act for a side say
    in `behalf_note` who of it asked them to, and how.
    """

    step = OneOfField(choices=NAMES)
    idempotency_key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")
    version = WholeField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True, default=None)
    side = OneOfField(choices=Side.choices, required=False)
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True)
    behalf_note = serializers.CharField(max_length=LONGEST_BEHALF_NOTE, required=False, allow_blank=True)
    quantity = NumberField(max_digits=14, decimal_places=3, required=False)
    wanted_on = DayField(required=False)
    times = PeriodSerializer(many=True, required=False)
    appointment = WholeField(min_value=1, max_value=2**63 - 1, required=False)
    method = OneOfField(choices=WeightMethod.choices, required=False)
    kg = NumberField(max_digits=12, decimal_places=3, required=False, allow_null=True)
    vehicle = OneOfField(choices=Vehicle.choices, required=False)
    sure = serializers.BooleanField(required=False)
    name = serializers.CharField(max_length=LONGEST_CARRIER, required=False)
    registration = serializers.CharField(max_length=LONGEST_REGISTRATION, required=False, allow_blank=True)
    exemption = OneOfField(choices=CarrierExemption.choices, required=False)


class WeightWithSlipSerializer(ExchangeStepSerializer):
    """A weight as a form, with a photo of the weighing slip: JPEG, PNG, WebP, GIF, AVIF or HEIC."""

    # What other steps take: it has none of that.
    times = appointment = wanted_on = None  # type: ignore[assignment]
    name = registration = exemption = None  # type: ignore[assignment]
    step = OneOfField(choices=["state_weight"])
    slip = serializers.FileField(required=False, help_text=f"At most {sizes.LARGEST_ATTACHMENT_BYTES // 10**6} MB.")


STEP_BODY = {"application/json": ExchangeStepSerializer, "multipart/form-data": WeightWithSlipSerializer}


#: What each step takes beside a reason, and whether it has to be there.
_TAKES: dict[str, dict[str, bool]] = {
    "counter": {"quantity": False, "wanted_on": False},
    "propose_times": {"times": True, "sure": False},
    "confirm_time": {"appointment": True, "sure": False},
    "state_carrier": {"name": True, "registration": False, "exemption": False},
    "state_weight": {"method": True, "quantity": False, "kg": False, "vehicle": False, "sure": False, "slip": False},
    "settle": {"method": True, "quantity": True, "kg": False, "vehicle": False, "sure": False},
}


@method_decorator(never_cache, "dispatch")
class ExchangesView(APIView):
    """The exchanges of one's organisations, and asking for something."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="exchanges_list", responses={200: EXCHANGES_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """The newest first."""
        check_names(request, PARAMETERS)
        rows = Exchange.objects.of_members(request.user).for_cards()  # type: ignore[arg-type]
        shown, following = page_of(request, rows, "exchanges")
        results = exchange_rows(shown, request.user, timezone.now())  # type: ignore[arg-type]
        return Response({"next": following, "results": results})

    @extend_schema(operation_id="exchanges_create", request=RequestSerializer, responses={201: EXCHANGE_DETAIL})
    def post(self, request: Request) -> Response:
        """Ask for a part of a supply or of a service's week, or offer a part of what a demand asks. 409 says what is
        free. Of a service, `week_start` is the Monday of the week, and `quantity` is in its capacity_unit; of what
        comes back, `wanted_on` says which week, month or quarter. Staff of a hub ask on behalf of its partners,
        and say in `behalf_note` who of them asked for it, and how: both sides read it.
        """
        given = RequestSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        told["period"] = told.pop("week_start") or WHOLE_LOT
        made = services.request_exchange(by=request.user, **told)  # type: ignore[arg-type]
        return Response(_detail(request, made.pk), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class BundlesView(APIView):
    """Asking for all parts of a bundle in one go."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="exchanges_bundles_create", request=BundleSerializer, responses={201: ARRANGEMENT})
    def post(self, request: Request) -> Response:
        """An exchange for each supply, or none. What is refused of one stands at "part_" and the supply's number.
        `behalf_note` is as of one exchange.
        """
        given = BundleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        told["parts"] = [(part["supply"], part["quantity"]) for part in told["parts"]]
        made = services.request_bundle(by=request.user, **told)  # type: ignore[arg-type]
        row = arrangement_row(made, request.user, timezone.now())  # type: ignore[arg-type]
        return Response(row, status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class ArrangementView(APIView):
    """What exchanges that were begun along with each other came to: parts of a bundle, weeks of a service, a chain."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="arrangements_retrieve", responses={200: ARRANGEMENT})
    def get(self, request: Request, arrangement_id: int) -> Response:
        """Of a chain both hand-overs with their days and weights, as far as you belong to them."""
        visible = Exchange.objects.visible_to(request.user).filter(arrangement=OuterRef("pk"))  # type: ignore[arg-type]
        found = get_object_or_404(Arrangement.objects.filter(Exists(visible)), pk=arrangement_id)
        return Response(arrangement_row(found, request.user, timezone.now()))  # type: ignore[arg-type]


@method_decorator(never_cache, "dispatch")
class ExchangeView(APIView):
    """One exchange, with its legs and the steps that you can take now."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="exchanges_retrieve", responses={200: EXCHANGE_DETAIL})
    def get(self, request: Request, exchange_id: int) -> Response:
        return Response(_detail(request, exchange_id))


@method_decorator(never_cache, "dispatch")
class ExchangeStepsView(APIView):
    """What happened in an exchange, and taking the next step."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (*APIView.parser_classes, MultiPartParser)

    @extend_schema(operation_id="exchanges_steps_list", responses={200: STEPS_LIST})
    def get(self, request: Request, exchange_id: int) -> Response:
        """The first step first."""
        return Response({"results": step_rows(_found(request, exchange_id), request.user)})  # type: ignore[arg-type]

    @extend_schema(operation_id="exchanges_steps_create", request=STEP_BODY, responses={200: EXCHANGE_DETAIL})
    def post(self, request: Request, exchange_id: int) -> Response:
        """Take a step. 409 where it no longer fits, or where more is wanted than is free; it says what happened. A
        weight may come as a form, with a photo of its slip.
        """
        exchange = _found(request, exchange_id)
        given = (WeightWithSlipSerializer if is_form(request) else ExchangeStepSerializer)(data=request.data)
        given.is_valid(raise_exception=True)
        name, told = _told(exchange, dict(given.validated_data))
        getattr(services, name)(by=request.user, exchange=exchange, **told)
        return Response(_detail(request, exchange.pk))


def _told(exchange: Exchange, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The step and what its service gets. Raises ValidationError for what is missing, and what it doesn't take."""
    name = given.pop("step")
    told = {"key": given.pop("idempotency_key"), "seen_version": given.pop("version")}
    told |= {field: given.pop(field) for field in ("side", "reason", "behalf_note") if field in given}
    check_taken(_TAKES.get(name, {}), given)
    if "slip" in given:
        given["slip"] = safe_slip(given["slip"])
    if "times" in given:
        given["times"] = [(row["start"], row["end"]) for row in given["times"]]
    if "appointment" in given:
        (leg,) = exchange.legs.all()
        found = leg.appointments.filter(pk=given["appointment"]).first()
        if found is None:
            raise ValidationError({"appointment": unknown_time_words(leg)})
        given["appointment"] = found
    return name, told | given


def _found(request: Request, exchange_id: int) -> Exchange:
    visible = Exchange.objects.visible_to(request.user).with_legs()  # type: ignore[arg-type]
    return get_object_or_404(visible, pk=exchange_id)


def _detail(request: Request, exchange_id: int) -> dict[str, Any]:
    return exchange_detail(_found(request, exchange_id), request.user, timezone.now())  # type: ignore[arg-type]

"""/api/v1/exchanges/agreements/: standing agreements, asking for one, and the steps after that."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Organisation
from exchanges import services
from exchanges.agreements.terms import TERMS, Terms
from exchanges.api.agreement_rows import agreement_detail, agreement_rows
from exchanges.api.lists import page_of
from exchanges.api.shapes import AGREEMENT_DETAIL, AGREEMENT_NAMES, AGREEMENTS_PAGE
from exchanges.api.taken import check_taken
from exchanges.enums import Rhythm, Side
from exchanges.models import (
    LONGEST_BEHALF_NOTE,
    LONGEST_KEY,
    LONGEST_PLACE,
    LONGEST_REASON,
    LONGEST_REMARK,
    MOST_APART,
    StandingAgreement,
)
from exchanges.services.agreement_steps import BY_NAME
from listings.api.fields import ByCodeField, ByNumberField, ClockField, DayField, NumberField, OneOfField, WholeField
from listings.api.pagination import PARAMETERS
from listings.api.queries import check_names
from listings.api.serializers import KnownFields
from listings.models import Listing


class AgreementSerializer(KnownFields, serializers.Serializer[Any]):
    """What is asked. The same `idempotency_key` again answers with the agreement that it made the first time."""

    organisation = ByCodeField("slug", "/api/v1/me/", queryset=Organisation.objects.all())
    listing = ByNumberField("/api/v1/search/", queryset=Listing.objects.public())
    quantity = NumberField(max_digits=14, decimal_places=3)
    rhythm = OneOfField(choices=Rhythm.choices, required=False, default=Rhythm.WEEKS)
    every = WholeField(min_value=1, max_value=MOST_APART, required=False, default=1)
    starts_on = DayField()
    ends_on = DayField(required=False, allow_null=True, default=None)
    from_time = ClockField(required=False, allow_null=True, default=None)
    to_time = ClockField(required=False, allow_null=True, default=None)
    place = serializers.CharField(max_length=LONGEST_PLACE, required=False, allow_blank=True, default="")
    remark = serializers.CharField(max_length=LONGEST_REMARK, required=False, allow_blank=True, default="")
    behalf_note = serializers.CharField(max_length=LONGEST_BEHALF_NOTE, required=False, allow_blank=True, default="")
    idempotency_key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")


class AgreementStepSerializer(KnownFields, serializers.Serializer[Any]):
    """A step, with what that step needs: a reason, the date of a delivery, another quantity or day, or new terms. The
    same `idempotency_key` again changes nothing. Staff of a hub that act for a side say in `behalf_note` who of it
    asked them to, and how.
    """

    step = OneOfField(choices=AGREEMENT_NAMES)
    idempotency_key = serializers.CharField(max_length=LONGEST_KEY, required=False, allow_blank=True, default="")
    version = WholeField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True, default=None)
    side = OneOfField(choices=Side.choices, required=False)
    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True)
    behalf_note = serializers.CharField(max_length=LONGEST_BEHALF_NOTE, required=False, allow_blank=True)
    due_on = DayField(required=False)
    on = DayField(required=False)
    quantity = NumberField(max_digits=14, decimal_places=3, required=False)
    rhythm = OneOfField(choices=Rhythm.choices, required=False)
    every = WholeField(min_value=1, max_value=MOST_APART, required=False)
    starts_on = DayField(required=False)
    ends_on = DayField(required=False, allow_null=True)
    from_time = ClockField(required=False, allow_null=True)
    to_time = ClockField(required=False, allow_null=True)
    place = serializers.CharField(max_length=LONGEST_PLACE, required=False, allow_blank=True)


#: What each step takes beside a reason, and whether it has to be there.
_TAKES: dict[str, dict[str, bool]] = {
    "counter": dict.fromkeys(TERMS, False),
    "change": {name: name == "starts_on" for name in TERMS},
    "skip_delivery": {"due_on": True},
    "change_delivery": {"due_on": True, "on": False, "quantity": False},
}


@method_decorator(never_cache, "dispatch")
class AgreementsView(APIView):
    """The standing agreements of one's organisations, and asking for one."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="exchanges_agreements_list", responses={200: AGREEMENTS_PAGE}, parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """The newest first."""
        check_names(request, PARAMETERS)
        rows = StandingAgreement.objects.of_members(request.user).for_rows()  # type: ignore[arg-type]
        shown, following = page_of(request, rows, "agreements")
        return Response({"next": following, "results": agreement_rows(shown, request.user)})  # type: ignore[arg-type]

    @extend_schema(
        operation_id="exchanges_agreements_create", request=AgreementSerializer, responses={201: AGREEMENT_DETAIL}
    )
    def post(self, request: Request) -> Response:
        """Ask for so much of what comes back, or of a service's week, each time in a rhythm: every so many weeks or
        months from the first day on. Once it is agreed, each date becomes an exchange three weeks before.
        `behalf_note` is as of one exchange.
        """
        given = AgreementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        terms = Terms(**{name: told.pop(name) for name in TERMS})
        made = services.ask_agreement(by=request.user, terms=terms, **told)  # type: ignore[arg-type]
        return Response(_detail(request, made.pk), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class AgreementView(APIView):
    """One standing agreement, with its dates and the steps that you can take now."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="exchanges_agreements_retrieve", responses={200: AGREEMENT_DETAIL})
    def get(self, request: Request, agreement_id: int) -> Response:
        return Response(_detail(request, agreement_id))


@method_decorator(never_cache, "dispatch")
class AgreementStepsView(APIView):
    """Taking the next step of a standing agreement."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="exchanges_agreements_steps_create",
        request=AgreementStepSerializer,
        responses={200: AGREEMENT_DETAIL},
    )
    def post(self, request: Request, agreement_id: int) -> Response:
        """Take a step. 409 where it no longer fits, or where more is wanted than is free. `counter` offers other terms
        than were asked, `change` is about all that follows from `starts_on` on: what they leave out stays as it is.
        What asks more of the other side waits for its `agree_change` or `decline_change`. `skip_delivery` and
        `change_delivery` are about the date `due_on` alone.
        """
        agreement = _found(request, agreement_id)
        given = AgreementStepSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        name, told = _told(dict(given.validated_data))
        BY_NAME[name](by=request.user, agreement=agreement, **told)
        return Response(_detail(request, agreement.pk))


def _told(given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The step and what its service gets. Raises ValidationError for what is missing, and what it doesn't take."""
    name = given.pop("step")
    told = {"key": given.pop("idempotency_key"), "seen_version": given.pop("version")}
    told |= {field: given.pop(field) for field in ("side", "reason", "behalf_note") if field in given}
    check_taken(_TAKES.get(name, {}), given)
    return name, told | ({"terms": given} if name in ("counter", "change") else given)


def _found(request: Request, agreement_id: int) -> StandingAgreement:
    visible = StandingAgreement.objects.visible_to(request.user).for_rows()  # type: ignore[arg-type]
    return get_object_or_404(visible, pk=agreement_id)


def _detail(request: Request, agreement_id: int) -> dict[str, Any]:
    return agreement_detail(_found(request, agreement_id), request.user, timezone.now())  # type: ignore[arg-type]

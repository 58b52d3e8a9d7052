"""An organisation as anyone may know it: what hubs verified and how its exchanges went. For hubs: verifying it."""

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

from accounts.api.representation import verification_row
from accounts.api.shapes import VERIFICATION
from accounts.enums import VerifiedWhat
from accounts.models import LONGEST_EVIDENCE, Organisation, Verification
from accounts.services import verify_organisation, withdraw_verification
from exchanges.api.shapes import ORGANISATION_FACTS
from exchanges.facts import MONTHS, facts_of
from geo.models import Hub
from listings.api.fields import ByCodeField, DayField, OneOfField
from listings.api.serializers import KnownFields


class VerificationSerializer(KnownFields, serializers.Serializer[Any]):
    organisation = ByCodeField("slug", "/api/v1/listings/", queryset=Organisation.objects.all())
    what = OneOfField(choices=VerifiedWhat.choices)
    evidence = serializers.CharField(max_length=LONGEST_EVIDENCE, help_text="What you saw it by; not public.")
    until = DayField(help_text="The last day on which it counts, within five years.")


class WithdrawalSerializer(KnownFields, serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_EVIDENCE, help_text="The organisation reads it.")


class OrganisationView(APIView):
    """What hubs verified of an organisation, and how its exchanges went: counts and times, no marks."""

    @extend_schema(operation_id="organisations_retrieve", responses={200: ORGANISATION_FACTS})
    def get(self, request: Request, slug: str) -> Response:
        return Response(organisation_facts_row(get_object_or_404(Organisation, slug=slug)))


def organisation_facts_row(organisation: Organisation) -> dict[str, Any]:
    facts = facts_of(organisation, at=timezone.now())
    return {
        "slug": organisation.slug,
        "name": organisation.name,
        "kind": organisation.kind,
        "verifications": [verification_row(badge) for badge in organisation.badges],
        "facts": {
            "months": MONTHS,
            "completed": facts.completed,
            "weighed_by_both": facts.weighed_by_both,
            "share_weighed_by_both": facts.share_weighed_by_both,
            "no_shows": facts.no_shows,
            "asked": facts.asked,
            "answered": facts.answered,
            "reply_hours": None if facts.reply is None else round(facts.reply.total_seconds() / 3600, 1),
        },
    }


@method_decorator(never_cache, "dispatch")
class VerificationsView(APIView):
    """Verifying an organisation, for a hub's staff."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="hubs_verifications_create", request=VerificationSerializer, responses={201: VERIFICATION}
    )
    def post(self, request: Request, slug: str) -> Response:
        """Say that you looked at a partner of the hub, or at who has a site in its region. What stands is renewed."""
        hub = get_object_or_404(Hub, slug=slug)
        given = VerificationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = verify_organisation(by=request.user, hub=hub, **given.validated_data)  # type: ignore[arg-type]
        return Response(verification_row(made), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class WithdrawalView(APIView):
    """Withdrawing what a hub verified, for its staff."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="hubs_verifications_withdraw", request=WithdrawalSerializer, responses={200: VERIFICATION}
    )
    def post(self, request: Request, slug: str, verification_id: int) -> Response:
        """Withdraw a verification before its day, with a reason. One that has ended stays as it is."""
        found = get_object_or_404(Verification, pk=verification_id, hub__slug=slug)
        given = WithdrawalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        ended = withdraw_verification(by=request.user, verification=found, **given.validated_data)  # type: ignore[arg-type]
        return Response(verification_row(ended))

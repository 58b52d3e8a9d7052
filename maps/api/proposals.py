"""/api/v1/maps/elements/{id}/proposals/: changes that somebody proposes to a published element."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps import services
from maps.api.elements import seen_element
from maps.api.serializers import ProposalDecisionSerializer, ProposalSerializer, with_shape
from maps.api.shapes import MAP_PROPOSAL, MAP_PROPOSALS
from maps.api.versions import IF_MATCH, MOVED, given_version
from maps.fields import label_of, plain_values
from maps.models import FeatureProposal, MapFeature
from maps.permissions import may_read_proposal, proposals_seen_by
from maps.standing import standing_of

_DECIDED: dict[str, Callable[..., Any]] = {
    "accept": services.accept_proposal,
    "send_back": services.send_back_proposal,
    "take_back": services.take_back_proposal,
}
#: What a decision takes beside the proposal.
_TAKES = {"accept": {"version"}, "send_back": {"reason"}, "take_back": set[str]()}


@method_decorator(never_cache, "dispatch")
class ProposalsView(APIView):
    """Proposals to change an element."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_proposals_list", responses={200: MAP_PROPOSALS})
    def get(self, request: Request, element_id: int) -> Response:
        """Your own, and for those who edit in the layer all; the oldest first."""
        feature = seen_element(request, element_id)
        rows = proposals_seen_by(standing_of(request.user), feature)
        return Response({"next": None, "results": [proposal_row(row, feature) for row in rows]})

    @extend_schema(
        operation_id="maps_proposals_create", request=ProposalSerializer, parameters=[IF_MATCH],
        responses={201: MAP_PROPOSAL, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def post(self, request: Request, element_id: int) -> Response:
        """Propose other values for a published element."""
        feature = seen_element(request, element_id)
        given = ProposalSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = dict(given.validated_data)
        version = given_version(request, fields)
        made = services.propose_change(by=request.user, feature=feature, version=version, **with_shape(fields))  # type: ignore[arg-type]
        return Response(proposal_row(made, feature), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class ProposalView(APIView):
    """Deciding about a proposal."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_proposals_decide", request=ProposalDecisionSerializer,
        responses={200: MAP_PROPOSAL, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def post(self, request: Request, proposal_id: int) -> Response:
        """Accept it, send it back with a reason, or, as who proposed it, take it back."""
        proposal = get_object_or_404(FeatureProposal, pk=proposal_id)
        feature = seen_element(request, proposal.feature_id)
        if not may_read_proposal(standing_of(request.user), proposal, feature):
            raise Http404
        given = ProposalDecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        decision, told = given.validated_data["decision"], dict(given.validated_data)
        del told["decision"]
        if too_many := sorted(set(told) - _TAKES[decision]):
            raise ValidationError({too_many[0]: _("Dit hoort niet bij deze beslissing.")})
        if decision == "send_back":
            told.setdefault("reason", "")
        _DECIDED[decision](by=request.user, proposal=proposal, **told)
        return Response(proposal_row(FeatureProposal.objects.get(pk=proposal.pk), feature))


def proposal_row(proposal: FeatureProposal, feature: MapFeature) -> dict[str, Any]:
    now = plain_values(feature, proposal.changes)
    return {
        "id": proposal.pk,
        "element": proposal.feature_id,
        "base_version": proposal.base_version,
        "changes": [
            {"field": name, "label": label_of(name), "before": now[name], "after": value}
            for name, value in proposal.changes.items()
        ],
        "comment": proposal.comment,
        "state": proposal.state,
        "proposed_at": proposal.proposed_at,
        "reason": proposal.reason,
    }

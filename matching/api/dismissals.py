"""The pairs that a listing's organisation has dismissed: "not for me"."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.fields import ByNumberField, OneOfField
from listings.api.serializers import KnownFields
from listings.models import Listing
from listings.permissions import check_may_change
from matching.api.shapes import DISMISSAL, DISMISSALS
from matching.dismissals.services import dismiss_pair, take_back_dismissal
from matching.models import Dismissal, DismissalReason


class DismissalSerializer(KnownFields, serializers.Serializer[Any]):
    """`other` is a listing of the other side. `words` say why where the reason is "other"; else they are left out."""

    other = ByNumberField("/api/v1/search/", queryset=Listing.objects.all())
    reason = OneOfField(choices=DismissalReason.choices)
    words = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class DismissalsView(APIView):
    """What a listing's organisation doesn't want in its list of matches, and why. For its members."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="listings_dismissals_list", responses={200: DISMISSALS})
    def get(self, request: Request, listing_id: int) -> Response:
        """The newest first."""
        rows = _own(request, listing_id).dismissals.order_by("-created_at", "-pk")
        return Response({"results": [dismissal_row(row) for row in rows]})

    @extend_schema(operation_id="listings_dismissals_create", request=DismissalSerializer, responses={201: DISMISSAL})
    def post(self, request: Request, listing_id: int) -> Response:
        """Dismiss a pair; the next best takes its place. Once more changes the reason."""
        listing = _own(request, listing_id)
        given = DismissalSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = dismiss_pair(by=request.user, listing=listing, **given.validated_data)  # type: ignore[arg-type]
        return Response(dismissal_row(made), status=status.HTTP_201_CREATED)


class DismissalView(APIView):
    """One of them, by the id of the other listing."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="listings_dismissals_destroy", request=None, responses={204: None})
    def delete(self, request: Request, listing_id: int, other_id: int) -> Response:
        """See the pair again."""
        dismissal = get_object_or_404(_own(request, listing_id).dismissals, other_id=other_id)
        take_back_dismissal(by=request.user, dismissal=dismissal)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def dismissal_row(dismissal: Dismissal) -> dict[str, Any]:
    return {
        "other": dismissal.other_id,
        "reason": dismissal.reason,
        "words": dismissal.words,
        "created_at": dismissal.created_at,
    }


def _own(request: Request, listing_id: int) -> Listing:
    """Raises PermissionDenied for whoever isn't a member of its organisation."""
    visible = Listing.objects.visible_to(request.user).select_related("organisation")
    listing = get_object_or_404(visible, pk=listing_id)
    check_may_change(request.user, listing)
    return listing

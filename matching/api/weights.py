"""What the parts of a match's score weigh in a hub. Everyone may read it, and the hub's managers may change it."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.models import Hub
from matching.api.shapes import POINTS, WEIGHTS
from matching.weights.hub_weights import HubWeights, points_of, waits
from matching.weights.services import set_points


class HubWeightsView(APIView):
    """The points of each part, and their share of all points: what it weighs."""

    permission_classes = (IsAuthenticatedOrReadOnly,)

    @extend_schema(operation_id="hubs_weights_retrieve", responses={200: WEIGHTS})
    def get(self, request: Request, slug: str) -> Response:
        return Response(weights_row(get_object_or_404(Hub, slug=slug)))

    @extend_schema(operation_id="hubs_weights_update", request={"application/json": POINTS}, responses={200: WEIGHTS})
    def patch(self, request: Request, slug: str) -> Response:
        """Points for some parts; the hub's demands are then paired anew."""
        hub = get_object_or_404(Hub, slug=slug)
        set_points(by=request.user, hub=hub, points=_points(request.data), at=timezone.now())  # type: ignore[arg-type]
        return Response(weights_row(hub))


def weights_row(hub: Hub) -> dict[str, Any]:
    weights = HubWeights().of([hub.pk])
    return {
        "hub": hub.slug,
        "points": points_of(hub),
        "weights": {part: round(share, 6) for part, share in weights.items()},
        "waits": waits(hub),
    }


def _points(given: Any) -> dict[str, int]:
    wrong = [part for part, value in given.items() if not isinstance(value, int) or isinstance(value, bool)]
    if wrong:
        raise ValidationError({part: [_("Geef een geheel getal.")] for part in wrong})
    points: dict[str, int] = given
    return points

"""The photo of a weighing slip: what a weight rests on, sent along with it and shown to those who take part."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from exchanges.api.messages import PhotoRenderer
from exchanges.models import Exchange, WeighingSlip
from listings.photos import safe_photo


class WeighingSlipView(APIView):
    """The photo of a weighing slip, for those who see the exchange."""

    permission_classes = (IsAuthenticated,)
    renderer_classes = (JSONRenderer, PhotoRenderer)

    @extend_schema(
        operation_id="exchanges_weights_slip_retrieve",
        responses={(200, "image/webp"): {"type": "string", "format": "binary"}},
    )
    def get(self, request: Request, exchange_id: int, statement_id: int) -> HttpResponse:
        """`slip` of a weight of the exchange leads here."""
        found = get_object_or_404(Exchange.objects.visible_to(request.user), pk=exchange_id)  # type: ignore[arg-type]
        slip = get_object_or_404(WeighingSlip, statement=statement_id, statement__leg__exchange=found)
        answer = HttpResponse(bytes(slip.webp), content_type=PhotoRenderer.media_type)
        answer["Cache-Control"] = "private, max-age=3600"
        return answer


def slips_of(exchanges: Iterable[Exchange]) -> dict[int, str]:
    """By the key of a statement the address of its slip, of those that have one. One query, without the photos."""
    rows = WeighingSlip.objects.filter(statement__leg__exchange__in=exchanges)
    return {
        pk: f"{settings.SITE_URL}{reverse('api-weighing-slip', args=[exchange_id, pk])}"
        for pk, exchange_id in rows.values_list("pk", "statement__leg__exchange")
    }


def safe_slip(upload: Any) -> bytes:
    """The photo, made safe to store. Raises ValidationError at its field."""
    try:
        made: bytes = safe_photo(upload).read()
    except ValidationError as error:
        raise ValidationError({"slip": error.messages}) from None
    return made

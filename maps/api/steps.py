"""/api/v1/maps/elements/{id}/steps/: an element's way to the public."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps import services
from maps.api.elements import answer, seen_element
from maps.api.serializers import ElementStepSerializer
from maps.api.shapes import MAP_ELEMENT
from maps.api.versions import MOVED

_TAKEN: dict[str, Callable[..., Any]] = {
    "submit": services.submit_feature,
    "send_back": services.send_back_feature,
    "publish": services.publish_feature,
    "withdraw": services.withdraw_feature,
    "verify": services.verify_feature,
}


@method_decorator(never_cache, "dispatch")
class StepsView(APIView):
    """Putting an element forward, sending it back, publishing, verifying or withdrawing it."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_elements_step", request=ElementStepSerializer,
        responses={200: MAP_ELEMENT, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def post(self, request: Request, element_id: int) -> Response:
        """Take one of `your_steps`; with `version` only if nobody changed it since. Sending back needs `reason`."""
        feature = seen_element(request, element_id)
        given = ElementStepSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        step, told = given.validated_data["step"], dict(given.validated_data)
        del told["step"]
        reason = reason_of(step, told)
        _TAKEN[step](by=request.user, feature=feature, **told, **reason)
        return answer(request, element_id)


def reason_of(step: str, told: dict[str, Any]) -> dict[str, str]:
    """The reason that goes with a step, taken out of what was told. Raises ValidationError for one that doesn't."""
    reason = told.pop("reason", None)
    if step == "send_back":
        return {"reason": reason or ""}
    if reason is not None:
        raise ValidationError({"reason": _("Een reden geef je enkel als je iets terugstuurt.")})
    return {}

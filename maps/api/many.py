"""/api/v1/maps/layers/{id}/elements/many/: the same fields, or the same step, for many elements at once; and back."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps import services
from maps.api.serializers import ManySerializer, ManyUndoSerializer
from maps.api.shapes import MAP_MANY, MAP_MANY_UNDONE
from maps.api.steps import reason_of
from maps.fields import OF_STEPS, WRITABLE, label_of, plain_values
from maps.models import MapFeature, MapLayer
from maps.permissions import check_can_add
from maps.runs import check_is_of_many
from maps.services.many import Many, preview_fields, preview_step

#: What may differ in an element that changed among many: all but its shape. Who checked it, its history says.
_TOLD = [name for name in (*WRITABLE, *OF_STEPS) if name not in ("geometry", "verified_by")]


@method_decorator(never_cache, "dispatch")
class ManyView(APIView):
    """Many elements of a layer at once."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_elements_many", request=ManySerializer, responses={200: MAP_MANY})
    def post(self, request: Request, layer_id: int) -> Response:
        """Give them the same fields, or take the same step with them, as one change; with `preview` nothing is stored.

        Each in the version that you read: what somebody changed since stays, and is named in `left` with all else that
        can't.
        """
        layer = get_object_or_404(MapLayer.objects.visible_to(request.user), pk=layer_id)
        given = ManySerializer(data=request.data)
        given.is_valid(raise_exception=True)
        return Response(_answer(_done(request, layer, dict(given.validated_data))))


@method_decorator(never_cache, "dispatch")
class ManyUndoView(APIView):
    """Taking back a change of many elements."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_elements_many_undo", request=ManyUndoSerializer, responses={200: MAP_MANY_UNDONE}
    )
    def post(self, request: Request, layer_id: int) -> Response:
        """Bring back all elements of one change, by its number. What somebody changed since stays, and is named.

        Who publishes in the layer may, and who changed or put forward all of them themselves.
        """
        layer = get_object_or_404(MapLayer.objects.visible_to(request.user), pk=layer_id)
        given = ManyUndoSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        change = given.validated_data["change"]
        check_can_add(request.user, layer)
        check_is_of_many(change)
        undone = services.undo_batch(by=request.user, layer=layer, change=change)  # type: ignore[arg-type]
        return Response(undone._asdict())


def _done(request: Request, layer: MapLayer, told: dict[str, Any]) -> Many:
    seen = {one["id"]: one["version"] for one in told["elements"]}
    who: dict[str, Any] = {"by": request.user, "layer": layer, "seen": seen}
    step = told.get("step", "")
    who |= reason_of(step, told)
    if step:
        take = preview_step if told["preview"] else services.step_features
        return take(**who, step=step)
    change = preview_fields if told["preview"] else services.change_features
    return change(**who, **told["fields"])


def _answer(many: Many) -> dict[str, Any]:
    return {
        "change": many.change,
        "changed": [
            {"element": after.pk, "version": after.version, "changes": _changes(before, after)}
            for before, after in many.pairs
        ],
        "same": many.same,
        "left": [{"element": one.feature.pk, "title": one.feature.title, "says": one.words} for one in many.left],
        "gone": many.gone,
    }


def _changes(before: MapFeature, after: MapFeature) -> list[dict[str, Any]]:
    was, becomes = plain_values(before, _TOLD), plain_values(after, _TOLD)
    return [
        {"field": name, "label": label_of(name), "before": was[name], "after": becomes[name]}
        for name in _TOLD
        if was[name] != becomes[name]
    ]

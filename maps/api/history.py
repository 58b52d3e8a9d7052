"""/api/v1/maps/elements/{id}/versions/ and /undo/: what an element was, and bringing it back."""

from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.cursors import open_cursor, seal_cursor
from maps import services
from maps.api.elements import answer, seen_element
from maps.api.serializers import ElementUndoSerializer
from maps.api.shapes import MAP_ELEMENT, MAP_ELEMENT_VERSIONS
from maps.api.versions import MOVED
from maps.history import Change, changes_page
from maps.permissions import check_can_read_history


@method_decorator(never_cache, "dispatch")
class HistoryView(APIView):
    """What an element was after each change."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_versions_list", parameters=PARAMETERS, responses={200: MAP_ELEMENT_VERSIONS})
    def get(self, request: Request, element_id: int) -> Response:
        """The newest first, each with who made it and what it changed; for those who edit in the layer."""
        check_names(request, PARAMETERS)
        size, feature = page_size(request), seen_element(request, element_id)
        check_can_read_history(request.user, feature)
        scope = f"versions {feature.pk}"
        place = open_cursor(given_cursor(request), scope)
        changes, more = changes_page(feature, size, before=place[0] if place else None)
        cursor = seal_cursor(scope, changes[-1].number) if more else None
        return Response({"next": next_link(request, cursor), "results": [change_row(change) for change in changes]})


@method_decorator(never_cache, "dispatch")
class UndoView(APIView):
    """Bringing an element back."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_elements_undo", request=ElementUndoSerializer,
        responses={200: MAP_ELEMENT, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def post(self, request: Request, element_id: int) -> Response:
        """To a version, or to before its last change. What it was meanwhile stays in its history."""
        feature = seen_element(request, element_id)
        given = ElementUndoSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        services.undo_feature(by=request.user, feature=feature, **given.validated_data)  # type: ignore[arg-type]
        return answer(request, element_id)


def change_row(change: Change) -> dict[str, Any]:
    return {
        "version": change.version,
        "at": change.at,
        "by": change.by,
        "what": change.what,
        "source": change.source,
        "changes": [
            {"field": one.name, "label": one.label, "before": one.before, "after": one.after} for one in change.fields
        ],
    }

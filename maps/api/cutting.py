"""/api/v1/maps/elements/{id}/split/ and /join/: an element divided along a line, and two made one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.shapes import ShapeRefused, read_shape
from maps import services
from maps.api.elements import answer, seen_element
from maps.api.rows import element_row
from maps.api.serializers import ElementJoinSerializer, ElementSplitSerializer
from maps.api.shapes import MAP_ELEMENT, MAP_ELEMENTS
from maps.api.versions import IF_MATCH, MOVED, given_version
from maps.models import MapFeature
from maps.models.feature import MOST_VERTICES


@method_decorator(never_cache, "dispatch")
class SplitView(APIView):
    """Dividing an element."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_elements_split", request=ElementSplitSerializer, parameters=[IF_MATCH],
        responses={200: MAP_ELEMENTS, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def post(self, request: Request, element_id: int) -> Response:
        """Along a line. It keeps the largest piece; each other becomes an element with the same fields."""
        feature = seen_element(request, element_id)
        given = ElementSplitSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = dict(given.validated_data)
        version = given_version(request, fields)
        try:
            line = read_shape(fields["line"], most_vertices=MOST_VERTICES)
        except ShapeRefused as error:
            raise ValidationError({"line": error.messages}) from None
        parts = services.split_feature(by=request.user, feature=feature, version=version, line=line)  # type: ignore[arg-type]
        rows = MapFeature.objects.for_rows().filter(pk__in=[part.pk for part in parts]).order_by("pk")
        return Response({"next": None, "results": [element_row(row) for row in rows]})


@method_decorator(never_cache, "dispatch")
class JoinView(APIView):
    """Making one element of two."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_elements_join", request=ElementJoinSerializer, parameters=[IF_MATCH],
        responses={200: MAP_ELEMENT, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def post(self, request: Request, element_id: int) -> Response:
        """This one keeps its fields, and their quantities add up. The other is withdrawn, and what hung on it (photos,
        documents, listings) hangs on this one; undoing brings all back.
        """
        feature = seen_element(request, element_id)
        given = ElementJoinSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = dict(given.validated_data)
        version = given_version(request, fields)
        other = seen_element(request, fields["other"])
        services.join_features(
            by=request.user,  # type: ignore[arg-type]
            feature=feature,
            version=version,
            other=other,
            other_version=fields["other_version"],
        )
        return answer(request, element_id)

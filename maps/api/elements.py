"""/api/v1/maps/layers/{id}/elements/ and /api/v1/maps/elements/{id}/"""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.cursors import open_cursor, seal_cursor
from listings.models import Listing
from listings.search.filters.where import BoxFilter
from maps import services
from maps.api.rows import element_detail, element_row
from maps.api.serializers import ElementSerializer, VersionedElementSerializer, with_shape
from maps.api.shapes import MAP_ELEMENT, MAP_ELEMENTS
from maps.api.versions import IF_MATCH, MOVED, etag, given_version
from maps.enums import FeatureState
from maps.models import MapFeature, MapLayer
from maps.querysets import MapFeatureQuerySet
from maps.sight import sight_of
from maps.standing import standing_of

BBOX = OpenApiParameter("bbox", str, description="west,south,east,north in degrees: elements that touch it.")
STATE = OpenApiParameter("state", str, enum=FeatureState.values, description="Elements in this state alone.")
_LISTED = [BBOX, STATE, *PARAMETERS]


@method_decorator(never_cache, "dispatch")
class ElementsView(APIView):
    """The elements of a layer."""

    @extend_schema(operation_id="maps_elements_list", parameters=_LISTED, responses={200: MAP_ELEMENTS})
    def get(self, request: Request, layer_id: int) -> Response:
        """Those that you may see, in the order in which they were added."""
        check_names(request, _LISTED)
        size, standing = page_size(request), standing_of(request.user)
        layer = get_object_or_404(MapLayer.objects.seen_by(standing).select_related("map"), pk=layer_id)
        scope = f"elements {layer.pk}"
        place = open_cursor(given_cursor(request), scope)
        found = MapFeature.objects.in_layer(layer.pk, sight_of(standing, layer)).for_rows().order_by("pk")
        if place:
            found = found.after(place[0])
        found = within_box(found, request)
        if state := request.query_params.get("state"):
            found = found.filter(state=_state(state))
        rows = list(found[: size + 1])
        cursor = seal_cursor(scope, rows[size - 1].pk) if len(rows) > size else None
        return Response({"next": next_link(request, cursor), "results": [element_row(row) for row in rows[:size]]})

    @extend_schema(operation_id="maps_elements_create", request=ElementSerializer, responses={201: MAP_ELEMENT})
    def post(self, request: Request, layer_id: int) -> Response:
        """Begin an element, as a draft. A refused shape comes back with where it is wrong, and what may be meant."""
        layer = get_object_or_404(MapLayer.objects.visible_to(request.user), pk=layer_id)
        given = ElementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = services.add_feature(by=request.user, layer=layer, **with_shape(dict(given.validated_data)))  # type: ignore[arg-type]
        return answer(request, made.pk, status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class ElementView(APIView):
    """One element."""

    @extend_schema(operation_id="maps_elements_retrieve", responses={200: MAP_ELEMENT})
    def get(self, request: Request, element_id: int) -> Response:
        """With the steps that you can take, and its version as ETag."""
        return answer(request, element_id)

    @extend_schema(
        operation_id="maps_elements_update", request=VersionedElementSerializer, parameters=[IF_MATCH],
        responses={200: MAP_ELEMENT, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def patch(self, request: Request, element_id: int) -> Response:
        """Change what is given, in the version that you read. Where it has changed since: 409, with both versions."""
        feature = seen_element(request, element_id)
        given = VersionedElementSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        fields: dict[str, Any] = dict(given.validated_data)
        version = given_version(request, fields)
        services.change_feature(by=request.user, feature=feature, version=version, **with_shape(fields))  # type: ignore[arg-type]
        return answer(request, element_id)


def within_box(found: MapFeatureQuerySet, request: Request) -> MapFeatureQuerySet:
    """Elements that touch the box that is asked for."""
    text = request.query_params.get("bbox")
    return found.within_box(_box(text)) if text else found


def seen_element(request: Request, element_id: int) -> MapFeature:
    return get_object_or_404(MapFeature.objects.visible_to(request.user).for_rows(), pk=element_id)


def answer(request: Request, element_id: int, code: int = status.HTTP_200_OK) -> Response:
    """The element as this reader may see it; where they no longer do, nothing."""
    standing = standing_of(request.user)
    rows = MapFeature.objects.seen_by(standing).for_rows().prefetch_related("photos", "documents")
    feature = rows.filter(pk=element_id).first()
    if feature is None:
        if request.method == "GET":
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)
    # Whose a hub-only listing is, its element may tell.
    seen = Listing.objects.visible_to(request.user).owner_known_to(request.user)
    seen = seen.filter(map_features__feature=feature)
    ids = list(seen.order_by("pk").values_list("pk", flat=True))
    return Response(element_detail(feature, standing, ids), status=code, headers={"ETag": etag(feature)})


def _box(text: str) -> Any:
    try:
        return BoxFilter().parse(text)
    except ValidationError as error:
        raise ValidationError({"bbox": error.messages}) from None


def _state(text: str) -> str:
    if text not in FeatureState.values:
        raise ValidationError({"state": _("Kies uit: %(known)s.") % {"known": ", ".join(FeatureState.values)}})
    return text

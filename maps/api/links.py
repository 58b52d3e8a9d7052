"""What joins things: layers of others on a map, listings of elements, and elements of listings."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.models import Listing
from maps import services
from maps.api.elements import answer, seen_element
from maps.api.serializers import (
    FromListingSerializer,
    ListElementSerializer,
    ListForSourceSerializer,
    ShownLayerSerializer,
)
from maps.api.shapes import MAP_ELEMENT, MAP_LISTED, MAP_SHOWN_LAYER
from maps.models import MapLayer, MapLayerShown, MaterialMap


@method_decorator(never_cache, "dispatch")
class ShownLayersView(APIView):
    """Layers of other maps that a map shows."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_shown_layers_create", request=ShownLayerSerializer, responses={201: MAP_SHOWN_LAYER}
    )
    def post(self, request: Request, map_id: int) -> Response:
        """Show a layer of another map, with its own rights and style, as staff of the hub."""
        given = ShownLayerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        layers = MapLayer.objects.visible_to(request.user)
        layer = get_object_or_404(layers, pk=given.validated_data["layer"])
        shown = services.show_layer(by=request.user, material_map=_map(request, map_id), layer=layer)  # type: ignore[arg-type]
        return Response({"map": shown.map_id, "layer": shown.layer_id}, status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class ShownLayerView(APIView):
    """One of these."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_shown_layers_destroy", responses={204: None})
    def delete(self, request: Request, map_id: int, layer_id: int) -> Response:
        """Show it no longer, as staff of the hub."""
        rows = MapLayerShown.objects.select_related("map__hub", "layer__map")
        shown = get_object_or_404(rows, map=_map(request, map_id), layer=layer_id)
        services.hide_layer(by=request.user, shown=shown)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


class ElementListingsView(APIView):
    """Listings of an element."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_listings_create", request=ListElementSerializer, responses={201: MAP_LISTED})
    def post(self, request: Request, element_id: int) -> Response:
        """Begin a listing of an element, as a draft of one of your organisations; or find the one that was begun. For
        members of the organisation that it is about, whoever began it, and those who edit in the layer.
        """
        feature = seen_element(request, element_id)
        given = ListElementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = services.list_feature(by=request.user, feature=feature, **given.validated_data)  # type: ignore[arg-type]
        return Response({"element": feature.pk, "listing": made.pk}, status=status.HTTP_201_CREATED)


class ListingForSourceView(APIView):
    """A listing of an element in the name of the organisation that it is about."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_listings_for_source_create",
        request=ListForSourceSerializer,
        responses={200: MAP_LISTED, 201: MAP_LISTED},
    )
    def post(self, request: Request, element_id: int) -> Response:
        """Begin one as a draft, as staff of the hub of which the organisation is a partner. Its members are told: they
        complete and publish it. While one waits for them none is begun beside it: 200, with that one and its own note.
        """
        feature = seen_element(request, element_id)
        given = ListForSourceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        by: Any = request.user
        made, is_new = services.list_for_source(by=by, feature=feature, **given.validated_data)
        answered = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response({"element": feature.pk, "listing": made.pk}, status=answered)


class FromListingView(APIView):
    """An element of a listing."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="maps_elements_from_listing", request=FromListingSerializer, responses={201: MAP_ELEMENT}
    )
    def post(self, request: Request, layer_id: int) -> Response:
        """Begin an element of a listing that offers material, where everybody sees it lie, as a draft."""
        layer = get_object_or_404(MapLayer.objects.visible_to(request.user), pk=layer_id)
        given = FromListingSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        by: Any = request.user
        listing = get_object_or_404(Listing.objects.visible_to(by), pk=given.validated_data["listing"])
        made = services.map_listing(by=by, listing=listing, layer=layer)
        return answer(request, made.pk, status.HTTP_201_CREATED)


def _map(request: Request, map_id: int) -> MaterialMap:
    return get_object_or_404(MaterialMap.objects.visible_to(request.user).select_related("hub"), pk=map_id)

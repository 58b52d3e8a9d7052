"""/api/v1/maps/: material maps and their layers."""

from collections.abc import Sequence

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.cursors import open_cursor, seal_cursor
from maps import services
from maps.api.hubs import asked_hub
from maps.api.rows import LayerRow, layer_row, map_row
from maps.api.serializers import (
    LayerChangeSerializer,
    LayerSerializer,
    MapChangeSerializer,
    MapSerializer,
    MoveLayerSerializer,
)
from maps.api.shapes import MAP_LAYER, MAP_LAYERS, MATERIAL_MAP, MATERIAL_MAPS
from maps.api.versions import MOVED
from maps.models import MapLayer, MaterialMap
from maps.sight import counted
from maps.standing import Standing, standing_of

_HUB = OpenApiParameter("hub", str, description="The slug of a hub: its maps alone.")
_SCOPE = "maps"


@method_decorator(never_cache, "dispatch")
class MapsView(APIView):
    """Material maps of all hubs."""

    @extend_schema(operation_id="maps_list", parameters=[_HUB, *PARAMETERS], responses={200: MATERIAL_MAPS})
    def get(self, request: Request) -> Response:
        """Maps with a layer that you may see, in the order in which they were made."""
        check_names(request, [_HUB, *PARAMETERS])
        size, place = page_size(request), open_cursor(given_cursor(request), _SCOPE)
        found = MaterialMap.objects.visible_to(request.user).select_related("hub").order_by("pk")
        if request.query_params.get("hub"):
            found = found.filter(hub=asked_hub(request))
        rows = list((found.filter(pk__gt=place[0]) if place else found)[: size + 1])
        cursor = seal_cursor(_SCOPE, rows[size - 1].pk) if len(rows) > size else None
        return Response({"next": next_link(request, cursor), "results": [map_row(row) for row in rows[:size]]})

    @extend_schema(operation_id="maps_create", request=MapSerializer, responses={201: MATERIAL_MAP})
    def post(self, request: Request) -> Response:
        """Make a map of a hub that you work for."""
        given = MapSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = services.create_map(by=request.user, **given.validated_data)  # type: ignore[arg-type]
        return Response(map_row(made), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class MapView(APIView):
    """One material map."""

    @extend_schema(operation_id="maps_retrieve", responses={200: MATERIAL_MAP})
    def get(self, request: Request, map_id: int) -> Response:
        return Response(map_row(_map(request, map_id)))

    @extend_schema(
        operation_id="maps_update", request=MapChangeSerializer,
        responses={200: MATERIAL_MAP, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def patch(self, request: Request, map_id: int) -> Response:
        """Change what it says of itself, as staff of its hub."""
        row = _map(request, map_id)
        given = MapChangeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = services.update_map(by=request.user, material_map=row, **given.validated_data)  # type: ignore[arg-type]
        return Response(map_row(changed))

    @extend_schema(operation_id="maps_destroy", responses={204: None})
    def delete(self, request: Request, map_id: int) -> Response:
        """Take it away, as a manager of its hub. All in it stays stored, and can be brought back."""
        services.delete_map(by=request.user, material_map=_map(request, map_id))  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


@method_decorator(never_cache, "dispatch")
class LayersView(APIView):
    """The layers of a map."""

    @extend_schema(operation_id="maps_layers_list", responses={200: MAP_LAYERS})
    def get(self, request: Request, map_id: int) -> Response:
        """Its own layers, and those of other maps that it shows, as far as you may see them: the topmost first."""
        return _layers_on(request, _map(request, map_id))

    @extend_schema(operation_id="maps_layers_create", request=LayerSerializer, responses={201: MAP_LAYER})
    def post(self, request: Request, map_id: int) -> Response:
        """Make a layer, as staff of the hub."""
        row = _map(request, map_id)
        given = LayerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = services.create_layer(by=request.user, material_map=row, **given.validated_data)  # type: ignore[arg-type]
        return Response(_layer_row(request, made, standing_of(request.user)), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class MoveLayerView(APIView):
    """The order of the layers of a map."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_layers_move", request=MoveLayerSerializer, responses={200: MAP_LAYERS})
    def post(self, request: Request, map_id: int) -> Response:
        """Move one of them, its own or one of another map that it shows, a place up or down, as staff of the hub."""
        row = _map(request, map_id)
        given = MoveLayerSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        layer = _layer(request, given.validated_data["layer"])
        services.move_layer(by=request.user, material_map=row, layer=layer, up=given.validated_data["up"])  # type: ignore[arg-type]
        return _layers_on(request, row)


@method_decorator(never_cache, "dispatch")
class LayerView(APIView):
    """One layer."""

    @extend_schema(operation_id="maps_layers_retrieve", responses={200: MAP_LAYER})
    def get(self, request: Request, layer_id: int) -> Response:
        return Response(_layer_row(request, _layer(request, layer_id), standing_of(request.user)))

    @extend_schema(
        operation_id="maps_layers_update", request=LayerChangeSerializer,
        responses={200: MAP_LAYER, (409, "application/problem+json"): MOVED},
    )  # fmt: skip
    def patch(self, request: Request, layer_id: int) -> Response:
        """Change it, as staff of its hub."""
        layer = _layer(request, layer_id)
        given = LayerChangeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = services.update_layer(by=request.user, layer=layer, **given.validated_data)  # type: ignore[arg-type]
        return Response(_layer_row(request, changed, standing_of(request.user)))

    @extend_schema(operation_id="maps_layers_destroy", responses={204: None})
    def delete(self, request: Request, layer_id: int) -> Response:
        """Take it away, as a manager of its hub. Its elements stay stored, with their history."""
        services.delete_layer(by=request.user, layer=_layer(request, layer_id))  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def _map(request: Request, map_id: int) -> MaterialMap:
    return get_object_or_404(MaterialMap.objects.visible_to(request.user).select_related("hub"), pk=map_id)


def _layer(request: Request, layer_id: int) -> MapLayer:
    return get_object_or_404(MapLayer.objects.visible_to(request.user).select_related("map__hub"), pk=layer_id)


def _layers_on(request: Request, row: MaterialMap) -> Response:
    standing = standing_of(request.user)
    layers = list(MapLayer.objects.seen_by(standing).on_map(row).select_related("map"))
    return Response({"next": None, "results": _layer_rows(request, layers, standing)})


def _layer_row(request: Request, layer: MapLayer, standing: Standing) -> LayerRow:
    (row,) = _layer_rows(request, [layer], standing)
    return row


def _layer_rows(request: Request, layers: Sequence[MapLayer], standing: Standing) -> list[LayerRow]:
    counts = counted(layers, standing)
    return [
        layer_row(
            layer, standing, counts[layer.pk], request.build_absolute_uri(reverse("map-tilejson", args=[layer.pk]))
        )
        for layer in layers
    ]

"""/api/v1/maps/layers/{id}/rights/, /api/v1/maps/rights/{id}/ and /api/v1/maps/groups/: who may do what in a layer."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.queries import check_names
from maps import services
from maps.api.hubs import asked_hub
from maps.api.rows import group_row, right_row
from maps.api.serializers import GroupChangeSerializer, GroupSerializer, RightSerializer
from maps.api.shapes import MAP_GROUP, MAP_GROUPS, MAP_RIGHT, MAP_RIGHTS
from maps.models import LayerRight, MapLayer, PartnerGroup
from maps.permissions import check_can_curate, check_can_govern

_HUB = OpenApiParameter("hub", str, required=True, description="The slug of a hub that you manage.")


@method_decorator(never_cache, "dispatch")
class RightsView(APIView):
    """Rights in a layer."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_rights_list", responses={200: MAP_RIGHTS})
    def get(self, request: Request, layer_id: int) -> Response:
        """Of others than the hub's own people; for staff of the hub."""
        layer = _layer(request, layer_id)
        check_can_curate(request.user, layer.map.hub)
        rows = layer.rights.select_related("person", "organisation", "group")
        return Response({"next": None, "results": [right_row(row) for row in rows]})

    @extend_schema(operation_id="maps_rights_create", request=RightSerializer, responses={201: MAP_RIGHT})
    def post(self, request: Request, layer_id: int) -> Response:
        """Give a person, an organisation or a group of partners a right, as a manager of the hub. Whoever has another
        one in this layer has this one from now on.
        """
        layer = _layer(request, layer_id)
        check_can_govern(request.user, layer.map.hub)
        given = RightSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told: dict[str, Any] = dict(given.validated_data)
        made = services.give_right(by=request.user, layer=layer, to=told["to"], power=told["power"])  # type: ignore[arg-type]
        return Response(right_row(made), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class RightView(APIView):
    """One right."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_rights_destroy", responses={204: None})
    def delete(self, request: Request, right_id: int) -> Response:
        """Take it back, as a manager of the hub."""
        right = get_object_or_404(LayerRight.objects.select_related("layer__map__hub"), pk=right_id)
        check_can_govern(request.user, right.layer.map.hub)
        services.take_right(by=request.user, right=right)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


@method_decorator(never_cache, "dispatch")
class GroupsView(APIView):
    """Groups of partners that get rights together."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_groups_list", parameters=[_HUB], responses={200: MAP_GROUPS})
    def get(self, request: Request) -> Response:
        """Those of a hub, for its managers."""
        check_names(request, [_HUB])
        hub = asked_hub(request)
        check_can_govern(request.user, hub)
        rows = PartnerGroup.objects.filter(hub=hub).select_related("hub").prefetch_related("organisations")
        return Response({"next": None, "results": [group_row(row) for row in rows]})

    @extend_schema(operation_id="maps_groups_create", request=GroupSerializer, responses={201: MAP_GROUP})
    def post(self, request: Request) -> Response:
        """Name some partners of a hub together, as its manager."""
        given = GroupSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        made = services.create_group(by=request.user, **given.validated_data)  # type: ignore[arg-type]
        return Response(group_row(made), status=status.HTTP_201_CREATED)


@method_decorator(never_cache, "dispatch")
class GroupView(APIView):
    """One group of partners."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_groups_retrieve", responses={200: MAP_GROUP})
    def get(self, request: Request, group_id: int) -> Response:
        """For managers of its hub."""
        return Response(group_row(_group(request, group_id)))

    @extend_schema(operation_id="maps_groups_update", request=GroupChangeSerializer, responses={200: MAP_GROUP})
    def patch(self, request: Request, group_id: int) -> Response:
        """Another name, or other members: all of them are named."""
        group = _group(request, group_id)
        given = GroupChangeSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changed = services.update_group(by=request.user, group=group, **given.validated_data)  # type: ignore[arg-type]
        return Response(group_row(changed))

    @extend_schema(operation_id="maps_groups_destroy", responses={204: None})
    def delete(self, request: Request, group_id: int) -> Response:
        """Forget it, and the rights that it has."""
        services.delete_group(by=request.user, group=_group(request, group_id))  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def _layer(request: Request, layer_id: int) -> MapLayer:
    return get_object_or_404(MapLayer.objects.visible_to(request.user).select_related("map__hub"), pk=layer_id)


def _group(request: Request, group_id: int) -> PartnerGroup:
    """Which partners a hub names together is its managers' affair."""
    group = get_object_or_404(PartnerGroup.objects.select_related("hub"), pk=group_id)
    check_can_govern(request.user, group.hub)
    return group

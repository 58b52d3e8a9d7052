"""/api/v1/maps/layers/{id}/imports/ and /api/v1/maps/imports/{id}/: files compared with a layer, and taken."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.tiles import check_tile, tile_response
from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.cursors import open_cursor, seal_cursor
from maps import services
from maps.api.import_rows import import_line, import_row
from maps.api.import_serializers import ImportChoiceSerializer, ImportFileSerializer, RowChoiceSerializer
from maps.api.shapes import MAP_IMPORT, MAP_IMPORT_ROWS, MAP_IMPORTS
from maps.enums import TAKEABLE, Fate
from maps.imports.between import drawn_between, other_import
from maps.imports.finding import seen_import
from maps.imports.rows import draw, drawn_rows_of, rows_of, rows_page
from maps.models import MapLayer
from maps.permissions import check_can_import
from maps.sight import sight_of
from maps.standing import standing_of

_FATES = [fate.value for fate in (*TAKEABLE, Fate.WRONG)]
FATE = OpenApiParameter("fate", str, enum=_FATES)
_ROWS_ASKED = [FATE, *PARAMETERS]
#: Imports of a layer that a list holds: the newest.
MOST_LISTED = 50


@method_decorator(never_cache, "dispatch")
class ImportsView(APIView):
    """Files for a layer."""

    permission_classes = (IsAuthenticated,)
    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="maps_imports_list", responses={200: MAP_IMPORTS})
    def get(self, request: Request, layer_id: int) -> Response:
        """The newest first, for those who edit in the layer."""
        layer = _layer(request, layer_id)
        check_can_import(request.user, layer)
        found = layer.imports.select_related("layer__map")[:MOST_LISTED]
        return Response({"next": None, "results": [import_row(one) for one in found]})

    @extend_schema(
        operation_id="maps_imports_create", request={"multipart/form-data": ImportFileSerializer},
        responses={202: MAP_IMPORT},
    )  # fmt: skip
    def post(self, request: Request, layer_id: int) -> Response:
        """Send a file; a worker reads it and compares it with the layer. Nothing of it is taken yet."""
        layer = _layer(request, layer_id)
        check_can_import(request.user, layer)
        given = ImportFileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = services.start_map_import(by=_member(request), layer=layer, upload=given.validated_data["file"])
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from None
        return Response(import_row(made), status=status.HTTP_202_ACCEPTED)


@method_decorator(never_cache, "dispatch")
class ImportView(APIView):
    """A file for a layer."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_imports_retrieve", responses={200: MAP_IMPORT})
    def get(self, request: Request, import_id: int) -> Response:
        """How far it is, how it was read, and how many rows are new, changed, gone or wrong."""
        return Response(import_row(seen_import(request.user, import_id)))

    @extend_schema(operation_id="maps_imports_update", request=ImportChoiceSerializer, responses={202: MAP_IMPORT})
    def patch(self, request: Request, import_id: int) -> Response:
        """Say how it is to be read; it is read and compared anew."""
        found = seen_import(request.user, import_id)
        given = ImportChoiceSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        choices: dict[str, Any] = dict(given.validated_data)
        again = services.reread_map_import(by=_member(request), map_import=found, **choices)
        return Response(import_row(again), status=status.HTTP_202_ACCEPTED)


@method_decorator(never_cache, "dispatch")
class ImportRowsView(APIView):
    """The rows of a compared file."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_import_rows_list", parameters=_ROWS_ASKED, responses={200: MAP_IMPORT_ROWS})
    def get(self, request: Request, import_id: int) -> Response:
        """Each with what it would change, field by field; what stays the same isn't told."""
        check_names(request, _ROWS_ASKED)
        size, found = page_size(request), seen_import(request.user, import_id)
        fate = request.query_params.get("fate", "")
        if fate and fate not in _FATES:
            raise ValidationError({"fate": _("Kies uit: %(known)s.") % {"known": ", ".join(_FATES)}})
        rows = rows_of(found, sight_of(standing_of(request.user), found.layer))
        scope = f"import {found.pk} {fate}"
        place = open_cursor(given_cursor(request), scope)
        seen, following = rows_page(
            rows.filter(fate=fate) if fate else rows, size, (place[0], place[1]) if place else None
        )
        cursor = seal_cursor(scope, *following) if following else None
        return Response({"next": next_link(request, cursor), "results": [import_line(one) for one in seen]})

    @extend_schema(operation_id="maps_import_rows_choose", request=RowChoiceSerializer, responses={200: MAP_IMPORT})
    def patch(self, request: Request, import_id: int) -> Response:
        """Choose which rows are to be taken: some by their ids, or all of a fate."""
        found = seen_import(request.user, import_id)
        given = RowChoiceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told: dict[str, Any] = dict(given.validated_data)
        if ("rows" in told) == ("fate" in told):
            raise ValidationError({"rows": _("Geef rijen, of zeg van welke soort je alle rijen bedoelt.")})
        which = {"ids": told["rows"]} if "rows" in told else {"fates": [told["fate"]]}
        services.choose_rows(by=_member(request), map_import=found, chosen=told["chosen"], **which)
        return Response(import_row(found))


class ImportTakeView(APIView):
    """Taking what was chosen."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_imports_take", request=None, responses={202: MAP_IMPORT})
    def post(self, request: Request, import_id: int) -> Response:
        """Have a worker take the chosen rows, some at a time. What somebody changed since is shown first.

        Where it is stopped or breaks off, what was taken stays, and the rest can be taken once more. All that was
        taken is one change, which is undone as one.
        """
        found = seen_import(request.user, import_id)
        taking = services.take_map_import(by=_member(request), map_import=found)
        return Response(import_row(taking), status=status.HTTP_202_ACCEPTED)


class ImportCancelView(APIView):
    """Stopping with a file."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_imports_cancel", request=None, responses={200: MAP_IMPORT})
    def post(self, request: Request, import_id: int) -> Response:
        """Stop. What was taken of it already stays, and can be undone as one; the rest isn't taken.

        Where it was being undone, nothing is.
        """
        found = seen_import(request.user, import_id)
        return Response(import_row(services.cancel_map_import(by=_member(request), map_import=found)))


class ImportUndoView(APIView):
    """Taking back what a file brought."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="maps_imports_undo", request=None, responses={200: MAP_IMPORT, 202: MAP_IMPORT})
    def post(self, request: Request, import_id: int) -> Response:
        """Bring the layer back to before, for those who publish in it. What somebody changed since stays.

        Where that is many elements, a worker does it (202); until then it can be stopped.
        """
        found = seen_import(request.user, import_id)
        undone = services.undo_map_import(by=_member(request), map_import=found)
        code = status.HTTP_202_ACCEPTED if undone.is_running else status.HTTP_200_OK
        return Response(import_row(undone), status=code)


def import_tile(request: HttpRequest, import_id: int, z: int, x: int, y: int) -> HttpResponse:
    """A tile of what a file would change: new in full, changed dotted, gone dashed; or of what it has otherwise than
    another file, the number of which is `beside`.
    """
    check_tile(z, x, y)
    found = seen_import(request.user, import_id)
    sight, other = sight_of(standing_of(request.user), found.layer), request.GET.get("beside", "")
    drawn = drawn_between(found, other_import(request.user, found, other), sight) if other else None
    response = tile_response(request, draw(drawn or drawn_rows_of(found, sight), z, x, y), max_age_s=0)
    response["Cache-Control"] = "private, no-cache"
    return response


def _layer(request: Request, layer_id: int) -> MapLayer:
    return get_object_or_404(MapLayer.objects.visible_to(request.user).select_related("map__hub"), pk=layer_id)


def _member(request: Request) -> Any:
    """Who asks: IsAuthenticated has seen to it that it is somebody."""
    return request.user

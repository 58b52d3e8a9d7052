"""/api/v1/maps/layers/{id}/export/"""

from collections.abc import Iterator
from itertools import chain

from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from listings.api.queries import check_names
from maps.api.elements import BBOX, STATE, narrowed
from maps.exports import exported
from maps.files.child.sniffing import Format
from maps.files.refusals import FileRefused
from maps.files.writing import MEDIA_TYPES
from maps.models import MapFeature, MapLayer
from maps.sight import sight_of
from maps.standing import standing_of

_FORMAT = OpenApiParameter("format", str, enum=[one.value for one in Format], required=True)
_ASKED = [_FORMAT, BBOX, STATE]


@method_decorator(never_cache, "dispatch")
class ExportView(APIView):
    """The elements of a layer as a file."""

    @extend_schema(
        operation_id="maps_layers_export", parameters=_ASKED,
        responses={(200, media_type): OpenApiTypes.BINARY for media_type in MEDIA_TYPES},
    )  # fmt: skip
    def get(self, request: Request, layer_id: int) -> HttpResponseBase:
        """Those that you may see, with their source and licence; in degrees (EPSG:4326)."""
        check_names(request, _ASKED)
        standing = standing_of(request.user)
        layer = get_object_or_404(MapLayer.objects.seen_by(standing).select_related("map__hub"), pk=layer_id)
        given = request.query_params.get("format", "")
        if given not in list(Format):
            known = ", ".join(one.value for one in Format)
            raise ValidationError({"format": _("Kies uit: %(known)s.") % {"known": known}})
        found = narrowed(MapFeature.objects.in_layer(layer.pk, sight_of(standing, layer)), request)
        export = exported(layer, found, Format(given))
        response = StreamingHttpResponse(_begun(export.chunks), content_type=export.media_type)
        response["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
        return response


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, the first of which is made before anything is answered: a refusal is told as any other."""
    try:
        first = next(chunks, b"")
    except FileRefused as refused:
        raise ValidationError({"format": refused.text}) from None
    return chain([first], chunks)

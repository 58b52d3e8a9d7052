"""/api/v1/maps/layers/{id}/export/"""

from collections.abc import Iterable, Iterator
from itertools import chain

from django.core.exceptions import ValidationError
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from listings.api.queries import check_names
from maps.api.elements import BBOX, STATE, within_box
from maps.enums import Certainty, FeatureKind, FeatureState
from maps.exports import exported
from maps.files.child.sniffing import Format
from maps.files.refusals import FileRefused
from maps.files.writing import MEDIA_TYPES
from maps.models import MapFeature, MapLayer
from maps.narrowing import Narrowed, UnknownChoice, narrowed_by
from maps.sight import edits_in, sight_of
from maps.standing import standing_of
from materials.enums import Unit

_FORMAT = OpenApiParameter("format", str, enum=[one.value for one in Format], required=True)
#: As the tiles of a layer are asked for, and its table in Dutch (maps.narrowing).
_NARROWING = [
    OpenApiParameter("kind", str, enum=FeatureKind.values, description="Elements of this kind alone."),
    STATE,
    OpenApiParameter("material", str, description="Code of a material: elements of it and all below it."),
    OpenApiParameter("source", str, description="Id of the organisation that elements come from."),
    OpenApiParameter("municipality", str, description="NIS code of the municipality that elements lie in."),
    OpenApiParameter(
        "available_from", OpenApiTypes.DATE, description="Those to be had on this day or later. Without days: always."
    ),
    OpenApiParameter("available_until", OpenApiTypes.DATE, description="Those to be had on this day or before."),
    OpenApiParameter("min_quantity", OpenApiTypes.DECIMAL, description="Those of at least so much. Needs unit."),
    OpenApiParameter("max_quantity", OpenApiTypes.DECIMAL, description="Those of at most so much. Needs unit."),
    OpenApiParameter(
        "unit",
        str,
        enum=Unit.values,
        description=(
            "Of min_quantity and max_quantity. By kg and tonne it goes by weight, also of what is in pieces. "
            "Flows go by what a year brings."
        ),
    ),
    OpenApiParameter("certainty", str, enum=Certainty.values, description="Those the hub is so sure of."),
    OpenApiParameter(
        "owner", str, description="For who edits: id of a person who looks after elements at the hub; none for nobody."
    ),
    OpenApiParameter("overdue", str, enum=["1"], description="For who edits: those too long not verified."),
    OpenApiParameter("text", str, description="Words in a title, source, reference or destination."),
]
_ASKED = [_FORMAT, BBOX, *_NARROWING]
_CHOICES = {"kind": FeatureKind.values, "state": FeatureState.values}


@method_decorator(never_cache, "dispatch")
class ExportView(APIView):
    """The elements of a layer as a file."""

    @extend_schema(
        operation_id="maps_layers_export", parameters=_ASKED,
        responses={(200, media_type): OpenApiTypes.BINARY for media_type in MEDIA_TYPES},
    )  # fmt: skip
    def get(self, request: Request, layer_id: int) -> HttpResponseBase:
        """Those that you may see, with their source and licence; in degrees (EPSG:4326).

        Filtered as its table and map are, and then the file has what these show. What is withdrawn is left out unless
        `state` asks for it.
        """
        check_names(request, _ASKED)
        standing = standing_of(request.user)
        layer = get_object_or_404(MapLayer.objects.seen_by(standing).select_related("map__hub"), pk=layer_id)
        given = request.query_params.get("format", "")
        if given not in list(Format):
            raise ValidationError({"format": _choose(one.value for one in Format)})
        found = MapFeature.objects.in_layer(layer.pk, sight_of(standing, layer))
        found = found.narrowed(_narrowed(request, edits=edits_in(standing, layer)), timezone.localdate())
        export = exported(layer, within_box(found, request), Format(given))
        response = StreamingHttpResponse(_begun(export.chunks), content_type=export.media_type)
        response["Content-Disposition"] = f'attachment; filename="{export.file_name}"'
        return response


def _narrowed(request: Request, *, edits: bool) -> Narrowed:
    """What is asked for. Raises ValidationError for what there is none of: an empty file would look like an answer."""
    try:
        return narrowed_by(request.query_params.dict(), edits=edits)
    except UnknownChoice as refused:
        known = _CHOICES.get(refused.name)
        words = [refused.words, *([_choose(known)] if known else [])]
        raise ValidationError({refused.name: " ".join(words)}) from None


def _choose(known: Iterable[str]) -> str:
    return _("Kies uit: %(known)s.") % {"known": ", ".join(known)}


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, the first of which is made before anything is answered: a refusal is told as any other."""
    try:
        first = next(chunks, b"")
    except FileRefused as refused:
        raise ValidationError({"format": refused.text}) from None
    return chain([first], chunks)

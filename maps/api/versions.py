"""Which version of an element a change is meant for: its entity tag (RFC 9110), or `version` in the body."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request

from maps.models import MapFeature

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that came with what you changed."
)
MOVED = OpenApiResponse(
    {"$ref": "#/components/schemas/Problem"},
    description="Somebody changed it since you read it: `conflict` has both versions, field by field.",
)
_TAG = re.compile(r'"(\d{1,9})"')


def etag(feature: MapFeature) -> str:
    """The entity tag of the version that is stored."""
    return f'"{feature.version}"'


def given_version(request: Request, fields: dict[str, Any]) -> int:
    """The version that a change is meant for, taken out of the fields. Raises ValidationError where none is named."""
    version = fields.pop("version", None)
    if version is not None:
        return int(version)
    found = _TAG.fullmatch(request.headers.get("If-Match", "").strip())
    if found is None:
        raise ValidationError({"version": _("Geef de versie die je wijzigt: die staat bij het element.")})
    return int(found[1])

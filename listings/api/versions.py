"""Which version of a listing a change is meant for: the entity tag of RFC 9110, or `updated_at` in the body."""

import datetime as dt
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.request import Request
from rest_framework.serializers import ValidationError

from listings.models import Listing
from listings.validators import StaleListing

IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, description="The ETag that came with what you changed."
)
CHANGED_MEANWHILE = OpenApiResponse(
    {"$ref": "#/components/schemas/Problem"}, description="Somebody changed it since you read it. Read it again."
)


def etag(listing: Listing) -> str:
    """The entity tag of the version that is stored."""
    return f'"{listing.updated_at.isoformat()}"'


def split_version(request: Request, listing: Listing) -> tuple[Any, dt.datetime | None]:
    """The body without `updated_at`, and the version that the change is meant for; None where the request names none.

    Raises StaleListing where If-Match names other versions than the stored one.
    """
    data, seen_at = request.data, None
    asked = [tag.strip() for tag in request.headers.get("If-Match", "").split(",") if tag.strip()]
    if asked and "*" not in asked:
        if etag(listing) not in asked:
            raise StaleListing
        seen_at = listing.updated_at
    if isinstance(data, dict) and "updated_at" in data:
        data = dict(data)
        seen_at = _moment(data.pop("updated_at"))
    return data, seen_at


def _moment(text: Any) -> dt.datetime:
    try:
        found = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ValidationError({"updated_at": [_("Geef het tijdstip terug zoals je het las, of laat het weg.")]})
    return found

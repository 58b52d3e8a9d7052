"""The hub that a request names in its address."""

from django.core.exceptions import ValidationError
from rest_framework.request import Request

from geo.hubs import hub_named
from geo.models import Hub


def asked_hub(request: Request) -> Hub:
    """By its slug in `hub`. Raises ValidationError, by that name, where there is none."""
    try:
        return hub_named(request.query_params.get("hub", ""))
    except ValidationError as error:
        raise ValidationError({"hub": error.messages}) from error

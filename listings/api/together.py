"""/api/v1/listings/many/: many listings in one go."""

import hashlib
import json
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts.models import Organisation
from listings.api.fields import ByNumberField
from listings.api.read_rows import listing_rows
from listings.api.serializers import KnownFields, ListingWriteSerializer
from listings.api.shapes import LISTINGS_MADE
from listings.models import LONGEST_POSTING_KEY
from listings.together import MOST_TOGETHER, post_listings

ROWS_ALIKE = OpenApiResponse(
    {"$ref": "#/components/schemas/Problem"},
    description="Rows look like listings that you have, or like earlier rows, see `rows`; or something else came by "
    "the key before. Nothing is stored.",
)


class ListingRowSerializer(ListingWriteSerializer):
    """A listing, as for one alone. `sure` publishes it though it looks like a listing that your organisation has."""

    organisation = None  # type: ignore[assignment]
    sure = serializers.BooleanField(required=False)

    class Meta(ListingWriteSerializer.Meta):
        fields = [*(name for name in ListingWriteSerializer.Meta.fields if name != "organisation"), "sure"]


class ListingsTogetherSerializer(KnownFields, serializers.Serializer[Any]):
    """Listings of one of your organisations. `idempotency_key` is a text of your own: the same one again gives what it
    made before. `publish` is true unless they are to stay drafts; `sure` says of all rows what each may say of itself.
    """

    idempotency_key = serializers.CharField(max_length=LONGEST_POSTING_KEY)
    organisation = ByNumberField("/api/v1/me/", queryset=Organisation.objects.all())
    publish = serializers.BooleanField(required=False, default=True)
    sure = serializers.BooleanField(required=False, default=False)
    listings = ListingRowSerializer(many=True)

    def to_internal_value(self, data: Any) -> Any:
        rows = data.get("listings") if isinstance(data, dict) else None
        if isinstance(rows, list) and not 1 <= len(rows) <= MOST_TOGETHER:
            words = _("Stuur 1 tot %(most)d zoekertjes in één keer. Een langere lijst lees je in als bestand.")
            raise serializers.ValidationError({"listings": [words % {"most": MOST_TOGETHER}]})
        return super().to_internal_value(data)


class ListingsTogetherView(APIView):
    """Many listings at once."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="listings_create_many", request=ListingsTogetherSerializer,
        responses={201: LISTINGS_MADE, (409, "application/problem+json"): ROWS_ALIKE},
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Post and publish up to 100 listings, all of them or nothing. What is wrong is named by row: listings.3.unit.

        Rows that look like an open listing of your organisation, or like an earlier row, are asked about: 409 says
        which, as `rows`. Send it all again with `sure` at each that is something else, or once for all.
        """
        given = ListingsTogetherSerializer(data=request.data)
        _check(given)
        fields = given.validated_data
        rows = [dict(row) for row in fields["listings"]]
        sure = {number for number, row in enumerate(rows) if row.pop("sure", False) or fields["sure"]}
        made = post_listings(
            by=request.user, organisation=fields["organisation"], rows=rows, key=fields["idempotency_key"],  # type: ignore[arg-type]
            digest=_digest(request.data), publish=fields["publish"], sure=sure,
        )  # fmt: skip
        return Response({"results": listing_rows(made.listing_ids, request.user)}, status=status.HTTP_201_CREATED)


def _check(given: ListingsTogetherSerializer) -> None:
    """Raise ValidationError that names the row of each mistake, "listings.3.unit": the serializer's own doesn't."""
    if given.is_valid():
        return
    mistakes = dict(given.errors)
    of_rows = mistakes.get("listings")
    if isinstance(of_rows, list) and any(isinstance(row, dict) for row in of_rows):
        of_rows = dict(enumerate(of_rows))
    if isinstance(of_rows, dict):
        mistakes["listings"] = _of_itself({number: _of_itself(row) for number, row in of_rows.items() if row})
    raise serializers.ValidationError(mistakes)


def _of_itself(mistakes: Any) -> Any:
    """What is wrong with a whole, where that is all."""
    whole = api_settings.NON_FIELD_ERRORS_KEY
    return mistakes[whole] if isinstance(mistakes, dict) and list(mistakes) == [whole] else mistakes


def _digest(sent: Any) -> str:
    """What tells one sending from another."""
    return hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()

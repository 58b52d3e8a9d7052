"""/api/v1/listings/"""

import datetime as dt
from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.hubs import hub_slugs
from listings import services
from listings.api.pagination import PARAMETERS, next_link, open_cursor, page_size, seal_cursor
from listings.api.serializers import ListingChangeSerializer, ListingWriteSerializer, StepSerializer
from listings.api.shapes import LISTING, LISTINGS
from listings.models import Listing
from listings.search.representation import detail_row, listing_rows

#: What a cursor of this list is good for.
SCOPE = "own listings"
STEPS = {
    "published": services.publish_listing,
    "reserved": services.reserve_listing,
    "closed": services.close_listing,
    "withdrawn": services.withdraw_listing,
}


class ListingsView(APIView):
    """A member's own listings."""

    @extend_schema(operation_id="listings_list", parameters=PARAMETERS, responses={200: LISTINGS})
    def get(self, request: Request) -> Response:
        """The listings of your organisations, in every status, last changed first. /search/ finds those of others."""
        size, after = page_size(request), open_cursor(request, SCOPE)
        own = Listing.objects.editable_by(request.user).last_changed_first().for_cards()
        if after is not None:
            own = own.changed_before(dt.datetime.fromisoformat(after[0]), after[1])
        rows = list(own[: size + 1])
        last = rows[size - 1] if len(rows) > size else None
        sealed = seal_cursor(SCOPE, last.updated_at.isoformat(), last.pk) if last else None
        return Response({"next": next_link(request, sealed), "results": listing_rows(rows[:size])})

    @extend_schema(operation_id="listings_create", request=ListingWriteSerializer, responses={201: LISTING})
    def post(self, request: Request) -> Response:
        """Make a draft for one of your organisations; it may lack anything. It is found once it is published."""
        fields = _written(ListingWriteSerializer(data=request.data))
        listing = services.create_listing(by=request.user, **fields)  # type: ignore[arg-type]
        return Response(_detail(listing.pk, request), status=status.HTTP_201_CREATED)


class ListingView(APIView):
    """One listing, which members of its organisation may change."""

    @extend_schema(operation_id="listings_retrieve", responses={200: LISTING})
    def get(self, request: Request, listing_id: int) -> Response:
        """A listing that is public, or of your organisation."""
        return Response(_detail(listing_id, request))

    @extend_schema(operation_id="listings_update", request=ListingChangeSerializer, responses={200: LISTING})
    def patch(self, request: Request, listing_id: int) -> Response:
        """Change what is given, and nothing else. A published listing stays complete, and is paired anew."""
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        fields = _written(ListingChangeSerializer(listing, data=request.data, partial=True))
        services.update_listing(by=request.user, listing=listing, **fields)  # type: ignore[arg-type]
        return Response(_detail(listing_id, request))

    @extend_schema(operation_id="listings_destroy", responses={204: None})
    def delete(self, request: Request, listing_id: int) -> Response:
        """Throw a draft away. What was ever public is withdrawn instead: see /status/."""
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        services.delete_draft(by=request.user, listing=listing)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


class ListingStatusView(APIView):
    """A step in a listing's life."""

    @extend_schema(operation_id="listings_step", request=StepSerializer, responses={200: LISTING})
    def post(self, request: Request, listing_id: int) -> Response:
        """Publish, reserve, close or withdraw a listing of your organisation."""
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        step = _written(StepSerializer(data=request.data))["status"]
        STEPS[step](by=request.user, listing=listing)  # type: ignore[arg-type]
        return Response(_detail(listing_id, request))


def _written(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _detail(listing_id: int, request: Request) -> dict[str, Any]:
    listing = get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=listing_id)
    return detail_row(listing, hub_slugs())

"""/api/v1/listings/"""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.hubs import hub_slugs
from listings import services
from listings.api.serializers import ListingWriteSerializer, StepSerializer
from listings.models import Listing
from listings.search.representation import listing_row, listing_rows

STEPS = {
    "published": services.publish_listing,
    "reserved": services.reserve_listing,
    "closed": services.close_listing,
    "withdrawn": services.withdraw_listing,
}


class NewestFirst(CursorPagination):
    ordering = ("-updated_at", "-id")
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class ListingsView(APIView):
    """The listings of your organisations, in every status; post a draft. Use /search/ to find others'."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, operation_id="listings_list")
    def get(self, request: Request) -> Response:
        pages = NewestFirst()
        rows = pages.paginate_queryset(_own(request), request, view=self) or []
        return Response({"next": pages.get_next_link(), "results": listing_rows(rows)})

    @extend_schema(request=ListingWriteSerializer, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        fields = _written(ListingWriteSerializer(data=request.data))
        listing = services.create_listing(by=request.user, **fields)  # type: ignore[arg-type]
        return Response(_detail(listing.pk, request), status=status.HTTP_201_CREATED)


class ListingView(APIView):
    """One listing; members of its organisation change it, step it on, or throw a draft away."""

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, operation_id="listings_retrieve")
    def get(self, request: Request, listing_id: int) -> Response:
        return Response(_detail(listing_id, request))

    @extend_schema(request=ListingWriteSerializer, responses={200: OpenApiTypes.OBJECT})
    def patch(self, request: Request, listing_id: int) -> Response:
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        fields = _written(ListingWriteSerializer(listing, data=request.data, partial=True))
        fields.pop("organisation", None)
        fields.pop("kind", None)
        services.update_listing(by=request.user, listing=listing, **fields)  # type: ignore[arg-type]
        return Response(_detail(listing_id, request))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, listing_id: int) -> Response:
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        services.delete_draft(by=request.user, listing=listing)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


class ListingStatusView(APIView):
    """Publish, reserve, close or withdraw."""

    @extend_schema(request=StepSerializer, responses={200: OpenApiTypes.OBJECT})
    def post(self, request: Request, listing_id: int) -> Response:
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        step = _written(StepSerializer(data=request.data))["status"]
        STEPS[step](by=request.user, listing=listing)  # type: ignore[arg-type]
        return Response(_detail(listing_id, request))


def _own(request: Request) -> QuerySet[Listing]:
    return Listing.objects.editable_by(request.user).for_cards()


def _written(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _detail(listing_id: int, request: Request) -> dict[str, Any]:
    listing = get_object_or_404(Listing.objects.visible_to(request.user).for_cards(), pk=listing_id)
    row = listing_row(listing, hub_slugs())
    row["description"] = listing.description
    row["materials"] = [material.code for material in listing.materials.all()]
    row["photos"] = [{"url": photo.image.url, "alt": photo.alt} for photo in listing.photos.all()]
    row["packaging"] = listing.packaging or None
    row["eural_code"] = listing.eural_code or None
    row["declared_status"] = listing.declared_status
    return row

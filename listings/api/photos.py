"""/api/v1/listings/{id}/photos/"""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings import services
from listings.api.details import photo_row
from listings.api.serializers import PhotoSerializer
from listings.api.shapes import PHOTO
from listings.models import Listing, ListingPhoto


class PhotosView(APIView):
    """Add a photo to a listing of your organisation."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="listings_photos_create", request={"multipart/form-data": PhotoSerializer}, responses={201: PHOTO}
    )
    def post(self, request: Request, listing_id: int) -> Response:
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        given = PhotoSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        photo = _add(request.user, listing, given.validated_data)
        return Response(photo_row(photo), status=status.HTTP_201_CREATED)


class PhotoView(APIView):
    """Take a photo away."""

    @extend_schema(operation_id="listings_photos_destroy", responses={204: None})
    def delete(self, request: Request, listing_id: int, photo_id: int) -> Response:
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        photo = get_object_or_404(listing.photos, pk=photo_id)
        services.remove_photo(by=request.user, photo=photo)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def _add(by: Any, listing: Listing, given: dict[str, Any]) -> ListingPhoto:
    """Add a photo; a refusal names the field `image`."""
    try:
        return services.add_photo(by=by, listing=listing, upload=given["image"], alt=given.get("alt", ""))
    except ValidationError as error:
        raise ValidationError({"image": error.messages}) from None

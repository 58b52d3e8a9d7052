"""/api/v1/maps/elements/{id}/photos/"""

from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.serializers import PhotoSerializer
from maps import services
from maps.api.elements import seen_element
from maps.api.rows import photo_row
from maps.api.serializers import PhotoCaptionSerializer
from maps.api.shapes import MAP_PHOTO
from maps.models import MapFeaturePhoto


class PhotosView(APIView):
    """Add a photo to an element."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="maps_photos_create", request={"multipart/form-data": PhotoSerializer}, responses={201: MAP_PHOTO}
    )
    def post(self, request: Request, element_id: int) -> Response:
        """For those who may change the element. It is made smaller, and loses what it says of where it was taken."""
        feature = seen_element(request, element_id)
        given = PhotoSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        by: Any = request.user
        told: dict[str, Any] = dict(given.validated_data)
        try:
            photo = services.add_photo(by=by, feature=feature, upload=told["image"], alt=told.get("alt", ""))
        except ValidationError as error:
            raise ValidationError({"image": error.messages}) from None
        return Response(photo_row(photo), status=status.HTTP_201_CREATED)


class PhotoView(APIView):
    """Say anew what is on a photo of an element, or take it away."""

    @extend_schema(operation_id="maps_photos_update", request=PhotoCaptionSerializer, responses={200: MAP_PHOTO})
    def patch(self, request: Request, element_id: int, photo_id: int) -> Response:
        """For those who may change the element. What it said before stays in the history."""
        feature = seen_element(request, element_id)
        photo = get_object_or_404(MapFeaturePhoto, feature=feature, pk=photo_id)
        given = PhotoCaptionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        by: Any = request.user
        return Response(photo_row(services.caption_photo(by=by, photo=photo, **given.validated_data)))

    @extend_schema(operation_id="maps_photos_destroy", responses={204: None})
    def delete(self, request: Request, element_id: int, photo_id: int) -> Response:
        feature = seen_element(request, element_id)
        photo = get_object_or_404(MapFeaturePhoto, feature=feature, pk=photo_id)
        services.remove_photo(by=request.user, photo=photo)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)

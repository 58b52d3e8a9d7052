"""/api/v1/maps/elements/{id}/documents/: files that hang on an element, for whoever may see it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from maps import services
from maps.api.elements import seen_element
from maps.api.rows import document_row
from maps.api.serializers import DocumentSerializer
from maps.api.shapes import MAP_DOCUMENT
from maps.enums import DocumentKind
from maps.models import MapFeatureDocument


class DocumentsView(APIView):
    """Add a document to an element."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="maps_documents_create",
        request={"multipart/form-data": DocumentSerializer},
        responses={201: MAP_DOCUMENT},
    )
    def post(self, request: Request, element_id: int) -> Response:
        """For those who may change the element: a PDF, an office file without macros, or an image, kept as it is."""
        feature = seen_element(request, element_id)
        given = DocumentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        told: dict[str, Any] = dict(given.validated_data)
        try:
            made = services.add_document(
                by=request.user,  # type: ignore[arg-type]
                feature=feature,
                upload=told["file"],
                name=told.get("name", ""),
            )
        except ValidationError as error:
            raise ValidationError({"file": error.messages}) from None
        return Response(document_row(made), status=status.HTTP_201_CREATED)


class DocumentView(APIView):
    """One document of an element."""

    @extend_schema(
        operation_id="maps_documents_retrieve",
        responses={(200, kind.media_type): OpenApiTypes.BINARY for kind in DocumentKind},
    )
    def get(self, request: Request, element_id: int, document_id: int) -> FileResponse:
        """The file, to be saved: browsers don't open it as a page of this site."""
        document = _document(request, element_id, document_id)
        response = FileResponse(
            document.file.open("rb"),
            as_attachment=True,
            filename=document.name,
            content_type=DocumentKind(document.kind).media_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Cache-Control"] = "private, no-store"
        return response

    @extend_schema(operation_id="maps_documents_destroy", responses={204: None})
    def delete(self, request: Request, element_id: int, document_id: int) -> Response:
        """Take it away, for those who may change the element."""
        document = _document(request, element_id, document_id)
        services.remove_document(by=request.user, document=document)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def _document(request: Request, element_id: int, document_id: int) -> MapFeatureDocument:
    feature = seen_element(request, element_id)
    return get_object_or_404(MapFeatureDocument, feature=feature, pk=document_id)

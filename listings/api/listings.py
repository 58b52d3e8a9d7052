"""/api/v1/listings/"""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_200_OK, HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.views import APIView

from accounts.permissions import can_write_for
from listings import services
from listings.api.details import detail_row, own_row
from listings.api.fields import LONGEST_ECHO
from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.api.read_rows import listing_rows
from listings.api.rows import ListingRow, ListingsRow
from listings.api.serializers import ListingChangeSerializer, ListingWriteSerializer, StepSerializer, changes
from listings.api.shapes import LISTING, LISTINGS
from listings.api.versions import CHANGED_MEANWHILE, IF_MATCH, etag, split_version
from listings.cursors import open_cursor, seal_cursor
from listings.duplicates.own import check_not_duplicate
from listings.enums import ListingKind, ListingStatus
from listings.models import Listing
from listings.permissions import check_may_change
from listings.querysets import ListingQuerySet

#: The list that a cursor belongs to.
SCOPE = "own listings"
OWN_PARAMETERS = [
    *PARAMETERS,
    OpenApiParameter("q", str, description=f"Words in the title, of {LONGEST_ECHO} letters at most."),
    OpenApiParameter("kind", str, enum=ListingKind.values),
    OpenApiParameter("status", str, enum=ListingStatus.values),
]
LOOKS_ALIKE = OpenApiResponse(
    {"$ref": "#/components/schemas/Problem"},
    description="It looks like listings that you have, see `alike`; or somebody else changed it at the same moment.",
)


class ListingsView(APIView):
    """A member's own listings."""

    @extend_schema(operation_id="listings_list", parameters=OWN_PARAMETERS, responses={200: LISTINGS})
    def get(self, request: Request) -> Response:
        """The listings of your organisations, in every status, last changed first. /search/ finds those of others."""
        check_names(request, OWN_PARAMETERS)
        size, after = page_size(request), open_cursor(given_cursor(request), SCOPE)
        own = _asked(request, Listing.objects.editable_by(request.user)).last_changed_first()
        if after is not None:
            own = own.changed_before(dt.datetime.fromisoformat(after[0]), after[1])
        rows = list(own.values_list("updated_at", "pk")[: size + 1])
        last = rows[size - 1] if len(rows) > size else None
        sealed = seal_cursor(SCOPE, last[0].isoformat(), last[1]) if last else None
        results = listing_rows([pk for _updated_at, pk in rows[:size]], request.user)
        body: ListingsRow = {"next": next_link(request, sealed), "results": results}
        return Response(body)

    @extend_schema(operation_id="listings_create", request=ListingWriteSerializer, responses={201: LISTING})
    def post(self, request: Request) -> Response:
        """Make a draft for one of your organisations; it may lack anything. It is found once it is published."""
        fields = _written(ListingWriteSerializer(data=request.data))
        listing = services.create_listing(by=request.user, **fields)  # type: ignore[arg-type]
        return _answer(listing.pk, request, HTTP_201_CREATED)


def _asked(request: Request, own: ListingQuerySet) -> ListingQuerySet:
    """Those that the parameters ask for. Raises ValidationError for a word that none of them takes."""
    asked: dict[str, str] = {}
    for name, values in (("kind", ListingKind.values), ("status", ListingStatus.values)):
        given = request.query_params.get(name, "")
        if given and given not in values:
            words = {"text": given[:LONGEST_ECHO], "known": ", ".join(values)}
            raise ValidationError({name: _("“%(text)s” ken ik niet. Kies uit: %(known)s.") % words})
        asked |= {name: given} if given else {}
    text = request.query_params.get("q", "").strip()
    if len(text) > LONGEST_ECHO or "\0" in text:
        raise ValidationError({"q": _("Zoek met hoogstens %(most)d tekens.") % {"most": LONGEST_ECHO}})
    return own.filter(title__icontains=text, **asked) if text else own.filter(**asked)


class ListingView(APIView):
    """One listing, which members of its organisation may change."""

    @extend_schema(operation_id="listings_retrieve", responses={200: LISTING})
    def get(self, request: Request, listing_id: int) -> Response:
        """A listing that is public, or of your organisation: yours has every member that PATCH takes, and an ETag."""
        return _answer(listing_id, request)

    @extend_schema(
        operation_id="listings_update", request=ListingChangeSerializer, parameters=[IF_MATCH],
        responses={200: LISTING, (412, "application/problem+json"): CHANGED_MEANWHILE},
    )  # fmt: skip
    def patch(self, request: Request, listing_id: int) -> Response:
        """Change what is given, and nothing else. A published listing stays complete, and is paired anew.

        What was read may be sent back whole. With the ETag that came with it as If-Match, or its `updated_at` in the
        body, nothing is changed where somebody else was first: 412.
        """
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        data, seen_at = split_version(request, listing)
        given = changes(data, _row(request, listing))
        fields = _written(ListingChangeSerializer(listing, data=given, partial=True))
        services.update_listing(by=request.user, listing=listing, seen_at=seen_at, **fields)  # type: ignore[arg-type]
        return _answer(listing_id, request)

    @extend_schema(operation_id="listings_destroy", responses={204: None})
    def delete(self, request: Request, listing_id: int) -> Response:
        """Throw a draft away. What was ever public is withdrawn instead: see /status/."""
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        services.delete_draft(by=request.user, listing=listing)  # type: ignore[arg-type]
        return Response(status=HTTP_204_NO_CONTENT)


class ListingStatusView(APIView):
    """A step in a listing's life."""

    @extend_schema(
        operation_id="listings_step", request=StepSerializer,
        responses={200: LISTING, (409, "application/problem+json"): LOOKS_ALIKE},
    )  # fmt: skip
    def post(self, request: Request, listing_id: int) -> Response:
        """Publish, reserve, close or withdraw a listing of your organisation.

        A draft that looks like what your organisation has is published once you are `sure`: before that, 409 says
        which listings it looks like, as `alike`.
        """
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        given = _written(StepSerializer(data=request.data))
        is_new = listing.status == ListingStatus.DRAFT and given["status"] == ListingStatus.PUBLISHED
        if is_new and not given.get("sure"):
            check_may_change(request.user, listing)
            check_not_duplicate(listing)
        services.take_step(by=request.user, listing=listing, status=given["status"])  # type: ignore[arg-type]
        return _answer(listing_id, request)


def _written(serializer: Any) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _answer(listing_id: int, request: Request, code: int = HTTP_200_OK) -> Response:
    """The listing as this reader may see it, with its version for those who may change it."""
    listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
    headers = {"ETag": etag(listing)} if can_write_for(request.user, listing.organisation) else None
    return Response(_row(request, listing), status=code, headers=headers)


def _row(request: Request, listing: Listing) -> ListingRow:
    row = own_row if can_write_for(request.user, listing.organisation) else detail_row
    return row(listing, request.user)

"""/api/v1/hubs/{slug}/duplicates/: what two organisations may both have listed, for the staff of their hub."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import check_is_hub_staff
from geo.models import Hub
from listings.api.duplicate_rows import DuplicateRow, DuplicatesRow, NoDuplicateRow, NoDuplicatesRow, SaidRow
from listings.api.fields import ByNumberField
from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.api.read_rows import rows_by_id
from listings.api.rows import CardRow
from listings.api.serializers import KnownFields
from listings.api.shapes import DUPLICATES, NO_DUPLICATE_SAID, NO_DUPLICATES
from listings.duplicates.pairs import Page, Said, alike_in_hub, find_said, said_in_hub, said_to
from listings.duplicates.services import say_no_duplicate, take_back_no_duplicate
from listings.models import LONGEST_WHY_NOT, Listing

NOT_ALIKE = OpenApiResponse(
    {"$ref": "#/components/schemas/Problem"},
    description="The two don't look alike (any more), or one has changed since it was `seen`.",
)


class NoDuplicateSerializer(KnownFields, serializers.Serializer[Any]):
    """Two listings that aren't one lot. `seen` is that of their row in the list, so that nobody says it of what they
    didn't see; without it, it is said of what both say now.
    """

    listing = ByNumberField("/api/v1/search/", queryset=Listing.objects.public())
    other = ByNumberField("/api/v1/search/", queryset=Listing.objects.public())
    reason = serializers.CharField(max_length=LONGEST_WHY_NOT, required=False, allow_blank=True, default="")
    seen = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class HubDuplicatesView(APIView):
    """Published goods of two organisations that may be one lot. For the hub's staff."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="hubs_duplicates_list", responses={200: DUPLICATES}, parameters=PARAMETERS)
    def get(self, request: Request, slug: str) -> Response:
        """The newest first, without what staff of any hub said is none. That comes back, with what was `said`, once
        the title, material, quantity or place of either listing changed.
        """
        hub = _hub_of(request, slug)
        check_names(request, PARAMETERS)
        page = alike_in_hub(hub, cursor=given_cursor(request), size=page_size(request))
        cards = _cards(page, request)
        results: list[DuplicateRow] = [
            {
                "newer": cards[pair.newer.pk], "older": cards[pair.older.pk], "seen": pair.seen,
                "said": said_row(pair.said) if pair.said else None, "changes": pair.changes,
            }
            for pair in page.pairs
            if pair.newer.pk in cards and pair.older.pk in cards
        ]  # fmt: skip
        body: DuplicatesRow = {"next": next_link(request, page.next_cursor), "results": results}
        return Response(body)


class NoDuplicatesView(APIView):
    """Pairs that staff said are no duplicates. For the hub's staff."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="hubs_no_duplicates_list", responses={200: NO_DUPLICATES}, parameters=PARAMETERS)
    def get(self, request: Request, slug: str) -> Response:
        """Said last stands first; only what holds."""
        hub = _hub_of(request, slug)
        check_names(request, PARAMETERS)
        page = said_in_hub(hub, cursor=given_cursor(request), size=page_size(request))
        cards = _cards(page, request)
        results: list[NoDuplicateRow] = [
            {"newer": cards[pair.newer.pk], "older": cards[pair.older.pk], "said": said_row(pair.said)}
            for pair in page.pairs
            if pair.said and pair.newer.pk in cards and pair.older.pk in cards
        ]
        body: NoDuplicatesRow = {"next": next_link(request, page.next_cursor), "results": results}
        return Response(body)

    @extend_schema(
        operation_id="hubs_no_duplicates_create", request=NoDuplicateSerializer,
        responses={201: NO_DUPLICATE_SAID, (409, "application/problem+json"): NOT_ALIKE},
    )  # fmt: skip
    def post(self, request: Request, slug: str) -> Response:
        """Say that two listings aren't one lot. Said once more, while it holds, it stays as it was said first."""
        hub = _hub_of(request, slug)
        given = NoDuplicateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        fields = given.validated_data
        made = say_no_duplicate(
            by=request.user, hub=hub, one=fields["listing"], other=fields["other"], reason=fields["reason"],  # type: ignore[arg-type]
            seen=fields["seen"],
        )  # fmt: skip
        return Response(said_row(said_to([made], hub)[made.pk]), status=status.HTTP_201_CREATED)


class NoDuplicateView(APIView):
    """One of them."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(operation_id="hubs_no_duplicates_destroy", request=None, responses={204: None})
    def delete(self, request: Request, slug: str, said_id: int) -> Response:
        """Put the pair back on the list."""
        hub = _hub_of(request, slug)
        said = find_said(hub, said_id)
        if said is None:
            raise Http404
        take_back_no_duplicate(by=request.user, hub=hub, said=said)  # type: ignore[arg-type]
        return Response(status=status.HTTP_204_NO_CONTENT)


def said_row(said: Said) -> SaidRow:
    hub = said.hub.slug if said.hub is not None else None
    return {"id": said.id, "at": said.at, "by": said.by, "hub": hub, "reason": said.reason}


def _cards(page: Page, request: Request) -> dict[int, CardRow]:
    return rows_by_id({listing.pk for pair in page.pairs for listing in (pair.newer, pair.older)}, request.user)


def _hub_of(request: Request, slug: str) -> Hub:
    """Raises PermissionDenied for whoever doesn't work there."""
    hub = get_object_or_404(Hub, slug=slug)
    check_is_hub_staff(request.user, hub)
    return hub

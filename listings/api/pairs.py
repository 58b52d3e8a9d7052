"""Matches of a listing, and the pairs of a hub."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.hubs import hub_slugs
from geo.models import Hub
from listings.api.pagination import next_link
from listings.models import Listing, Match
from listings.pairing.explain import explain
from listings.pairing.pages import page_of
from listings.pairing.querysets import MatchQuerySet
from listings.search.representation import listing_row


class ListingMatchesView(APIView):
    """What pairs with a listing, best first, each with its parts and why."""

    permission_classes = ()

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, parameters=[OpenApiParameter("cursor", str)])
    def get(self, request: Request, listing_id: int) -> Response:
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        return _page(request, Match.objects.current().of_listing(listing), f"listing {listing_id}")


class HubPairsView(APIView):
    """The pairs of a hub's region, best first, each with its parts and why."""

    permission_classes = ()

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, parameters=[OpenApiParameter("cursor", str)])
    def get(self, request: Request, slug: str) -> Response:
        hub = get_object_or_404(Hub, slug=slug)
        return _page(request, Match.objects.current().in_hub(hub.pk), f"hub {slug}")


def match_row(match: Match, slugs: dict[int, str]) -> dict[str, Any]:
    """A match with both sides, its score and parts (0..1), its facts, and the same in words."""
    words = explain(match)
    return {
        "score": match.score,
        "parts": {
            name: getattr(match, f"{name}_part")
            for name in ("material", "distance", "quantity", "timing", "price", "condition")
        },
        "distance_m": match.distance_m,
        "coverage": match.coverage,
        "overlap_days": match.overlap_days,
        "reasons": words.reasons,
        "lacks": words.lacks,
        "hubs": [slugs[hub_id] for hub_id in match.hub_ids if hub_id in slugs],
        "supply": listing_row(match.supply, slugs),
        "demand": listing_row(match.demand, slugs),
    }


def _page(request: Request, matches: MatchQuerySet, scope: str) -> Response:
    page = page_of(matches, scope=scope, cursor=request.query_params.get("cursor", ""))
    slugs = hub_slugs()
    results = [match_row(match, slugs) for match in page.matches]
    return Response({"next": next_link(request, page.next_cursor), "results": results})

"""Matches of a listing, and the pairs of a hub."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.hubs import hub_slugs
from geo.models import Hub
from listings.api.pagination import PARAMETERS, next_link, open_cursor, page_size, seal_cursor
from listings.api.shapes import MATCHES
from listings.models import Listing, Match
from listings.pairing.explain import explain
from listings.pairing.querysets import MatchQuerySet
from listings.search.representation import listing_row


class ListingMatchesView(APIView):
    """What pairs with a listing, best first, each with its parts and why."""

    permission_classes = ()

    @extend_schema(operation_id="listings_matches_list", responses={200: MATCHES}, parameters=PARAMETERS)
    def get(self, request: Request, listing_id: int) -> Response:
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        return _page(request, Match.objects.current().of_listing(listing), f"listing {listing_id}")


class HubPairsView(APIView):
    """The pairs of a hub's region, best first, each with its parts and why."""

    permission_classes = ()

    @extend_schema(operation_id="hubs_pairs_list", responses={200: MATCHES}, parameters=PARAMETERS)
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
    size, after = page_size(request), open_cursor(request, scope)
    if after is not None:
        matches = matches.after(*after)
    rows = list(matches.best_first().for_cards()[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    slugs = hub_slugs()
    results = [match_row(match, slugs) for match in rows[:size]]
    sealed = seal_cursor(scope, last.score, last.pk) if last else None
    return Response({"next": next_link(request, sealed), "results": results})

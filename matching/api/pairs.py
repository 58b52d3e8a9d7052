"""Matches of a listing, and the pairs of a hub."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.models import Hub
from listings.api.pagination import PARAMETERS, given_cursor, next_link, page_size
from listings.api.queries import check_names
from listings.api.read_rows import rows_by_id
from listings.api.rows import CardRow
from listings.models import Listing
from matching.api.shapes import LISTING_MATCHES, MATCHES
from matching.bundles.read import ReadBundle, bundle_of
from matching.explain import explain
from matching.models import Match
from matching.pairs.pages import page_of
from matching.querysets import MatchQuerySet
from matching.weights.default_weights import WEIGHT_POINTS
from matching.weights.hub_weights import HubWeights


class ListingMatchesView(APIView):
    """What pairs with a listing, best first, each with the parts of its score and the reasons in words."""

    permission_classes = ()

    @extend_schema(operation_id="listings_matches_list", responses={200: LISTING_MATCHES}, parameters=PARAMETERS)
    def get(self, request: Request, listing_id: int) -> Response:
        """Of a demand the first page also says which supplies serve most of it together, as `bundle`."""
        listing = get_object_or_404(Listing.objects.visible_to(request.user), pk=listing_id)
        page = _page(request, Match.objects.current().shown_with(listing), f"listing {listing_id}")
        if "cursor" not in request.query_params:
            page.data["bundle"] = _bundle_row(bundle_of(listing, at=timezone.now()), request)
        return page


class HubPairsView(APIView):
    """The pairs of a hub's region, best first, each with the parts of its score and the reasons in words."""

    permission_classes = ()

    @extend_schema(operation_id="hubs_pairs_list", responses={200: MATCHES}, parameters=PARAMETERS)
    def get(self, request: Request, slug: str) -> Response:
        hub = get_object_or_404(Hub, slug=slug)
        return _page(request, Match.objects.current().in_hub(hub.pk), f"hub {slug}")


def match_row(match: Match, sides: dict[int, CardRow], weights: HubWeights) -> dict[str, Any]:
    """A match as the API writes it: both sides (taken from rows by id), score and parts (0..1), facts, and words."""
    words = explain(match)
    return {
        "score": match.score,
        "parts": {name: getattr(match, f"{name}_part") for name in WEIGHT_POINTS},
        "weights": {part: round(share, 6) for part, share in weights.of(match.demand.hub_ids).items()},
        "distance_m": match.distance_m,
        "coverage": match.coverage,
        "lot_share": match.lot_share,
        "overlap_days": match.overlap_days,
        "reasons": words.reasons,
        "lacks": words.lacks,
        "hubs": [weights.slugs[hub_id] for hub_id in match.hub_ids if hub_id in weights.slugs],
        "supply": sides[match.supply_id],
        "demand": sides[match.demand_id],
    }


def _bundle_row(bundle: ReadBundle | None, request: Request) -> dict[str, Any] | None:
    if bundle is None:
        return None
    rows = rows_by_id([stop.supply.pk for stop in bundle.stops], request.user)
    stops = [
        {"share": stop.share, "distance_m": stop.distance_m, "supply": rows[stop.supply.pk]} for stop in bundle.stops
    ]
    return {"coverage": bundle.coverage, "proven": bundle.proven, "stops": stops}


def _page(request: Request, matches: MatchQuerySet, scope: str) -> Response:
    check_names(request, PARAMETERS)
    page = page_of(matches.for_reasons(), scope=scope, cursor=given_cursor(request), size=page_size(request))
    weights = HubWeights()
    ids = {pk for match in page.matches for pk in (match.supply_id, match.demand_id)}
    sides = rows_by_id(ids, request.user)
    results = [match_row(match, sides, weights) for match in page.matches]
    return Response({"next": next_link(request, page.next_cursor), "results": results})

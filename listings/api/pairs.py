"""Matches of a listing, and the pairs of a hub."""

from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
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
from listings.pairing.querysets import MatchQuerySet
from listings.search.representation import listing_row

PAGE_SIZE = 20
_SALT = "listings.api.pairs"


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
    cursor = request.query_params.get("cursor", "")
    if cursor:
        matches = matches.after(*_open(cursor, scope))
    rows = list(matches.best_first().for_cards()[: PAGE_SIZE + 1])
    last = rows[PAGE_SIZE - 1] if len(rows) > PAGE_SIZE else None
    sealed = signing.dumps([scope, last.score, last.pk], salt=_SALT) if last else None
    slugs = hub_slugs()
    results = [match_row(match, slugs) for match in rows[:PAGE_SIZE]]
    return Response({"next": next_link(request, sealed), "results": results})


def _open(cursor: str, scope: str) -> tuple[float, int]:
    try:
        for_scope, score, last_id = signing.loads(cursor[:500], salt=_SALT)
    except (signing.BadSignature, ValueError):
        for_scope, score, last_id = None, 0.0, 0
    if for_scope != scope:
        raise ValidationError(
            {"cursor": _("Deze cursor hoort niet bij deze lijst. Begin opnieuw bij de eerste pagina.")}
        )
    return score, last_id

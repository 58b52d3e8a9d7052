"""Chains of a listing."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.hubs import hub_slugs
from listings.api.read_rows import rows_by_id
from listings.api.rows import CardRow
from listings.models import Listing
from matching.api.shapes import CHAINS
from matching.chains.find import Chain, chains_of
from matching.explain import explain_chain


class ListingChainsView(APIView):
    """The chains that a listing is part of, best first: a supply, the service that it needs first, and a demand."""

    permission_classes = ()

    @extend_schema(operation_id="listings_chains_list", responses={200: CHAINS})
    def get(self, request: Request, listing_id: int) -> Response:
        listing = get_object_or_404(
            Listing.objects.visible_to(request.user).select_related("material"), pk=listing_id
        )  # fmt: skip
        chains, slugs = chains_of(listing, at=timezone.now()), hub_slugs()
        ids = {side.pk for chain in chains for side in (chain.supply, chain.service, chain.demand)}
        sides = rows_by_id(ids, request.user)
        return Response({"results": [chain_row(chain, slugs, sides) for chain in chains]})


def chain_row(chain: Chain, slugs: dict[int, str], sides: dict[int, CardRow]) -> dict[str, Any]:
    """A chain as the API writes it: three sides (taken from rows by id), score and parts (0..1), facts, and words."""
    words = explain_chain(chain)
    return {
        "score": chain.score,
        "parts": chain.parts,
        "distance_m": chain.distance_m,
        "to_service_m": chain.to_service_m,
        "to_demand_m": chain.to_demand_m,
        "coverage": chain.coverage,
        "lot_share": chain.lot_share,
        "condition_after": chain.condition_after.slug,
        "capacity_known": chain.capacity_known,
        "weeks": [
            {"week_start": week.start, "free": None if week.free is None else float(week.free)}
            for week in chain.weeks
        ],
        "overlap_days": chain.overlap_days,
        "reasons": words.reasons,
        "lacks": words.lacks,
        "hubs": [slugs[hub_id] for hub_id in chain.hub_ids if hub_id in slugs],
        "supply": sides[chain.supply.pk],
        "service": sides[chain.service.pk],
        "demand": sides[chain.demand.pk],
    }  # fmt: skip

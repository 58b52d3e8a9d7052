"""GET /api/v1/search/"""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.pagination import next_link
from listings.api.shapes import SEARCH_FEATURES, SEARCH_PAGE
from listings.enums import Condition, ListingKind, ServiceKind
from listings.search.parameters import DEFAULT_RADIUS_KM, LARGEST_PAGE_SIZE, LARGEST_RADIUS_KM, SearchParameters
from listings.search.query import search
from listings.search.representation import feature_collection, listing_rows
from materials.enums import Unit


def _parameter(name: str, description: str, type_: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, type_, description=description, **more)


PARAMETERS = [
    _parameter("kind", "supply, demand or service", enum=ListingKind.values),
    _parameter("lat", "Latitude, WGS84. Needs lon.", OpenApiTypes.DOUBLE),
    _parameter("lon", "Longitude, WGS84. Needs lat.", OpenApiTypes.DOUBLE),
    _parameter(
        "radius_km",
        f"At most {LARGEST_RADIUS_KM:.0f}. Without it, hub or bbox, {DEFAULT_RADIUS_KM:.0f} km around the point.",
        OpenApiTypes.DOUBLE,
    ),
    _parameter("hub", "A hub's slug: its region with its border policy."),
    _parameter("bbox", "west,south,east,north in degrees"),
    _parameter("material", "A material's code: includes everything below it."),
    _parameter("service", "What a service offers, or what a supply needs.", enum=ServiceKind.values),
    _parameter("q", "Words in title or description, or the name of a material, spelled roughly."),
    _parameter("available_on", "A day: 2026-12-31, or today.", OpenApiTypes.DATE),
    _parameter("min_quantity", "At least this much. Needs unit.", OpenApiTypes.DECIMAL),
    _parameter("unit", "Unit of min_quantity; units of the same dimension compare.", enum=Unit.values),
    _parameter("condition", "At least as good as this.", enum=[choice.slug for choice in Condition]),
    _parameter("max_price", "Euro. Leaves out prices on request.", OpenApiTypes.DECIMAL),
    _parameter("sort", "distance (nearest first) or newest", enum=["distance", "newest"]),
    _parameter("cursor", "From a page's next link."),
    _parameter("page_size", f"1 to {LARGEST_PAGE_SIZE}", OpenApiTypes.INT),
    _parameter("format", "geojson for a FeatureCollection", enum=["json", "geojson"]),
]


class SearchView(APIView):
    """Published listings, nearest first.

    One of lat and lon, hub, or bbox says where. Distances are metres as the crow flies from the point, or else from
    the middle of the box or hub. The count stops at 1000: `{"value": 1000, "exact": false}`.
    """

    permission_classes = ()

    @extend_schema(
        operation_id="search",
        parameters=PARAMETERS,
        responses={
            (200, "application/json"): SEARCH_PAGE,
            (200, "application/geo+json"): SEARCH_FEATURES,
        },
    )
    def get(self, request: Request) -> Response:
        parameters = SearchParameters.parse(request.query_params)
        page = search(parameters, request.user)
        body: dict[str, Any] = {"count": {"value": page.count, "exact": page.exact}}
        body["next"] = next_link(request, page.next_cursor)
        if request.query_params.get("format") == "geojson":
            return Response(body | feature_collection(page.results), content_type="application/geo+json")
        return Response(body | {"radius_km": parameters.radius_km, "results": listing_rows(page.results)})

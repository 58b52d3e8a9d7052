"""GET /api/v1/search/"""

from typing import Any

from django.core.exceptions import ValidationError
from django.middleware.http import ConditionalGetMiddleware
from django.utils.decorators import decorator_from_middleware, method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.pagination import next_link
from listings.api.queries import check_names
from listings.api.shapes import SEARCH_FACETS, SEARCH_FEATURES, SEARCH_PAGE
from listings.enums import Condition, ListingKind, ServiceKind
from listings.search.counts import FacetCount, condition_counts, family_counts, kind_counts
from listings.search.lexicon import with_known_words
from listings.search.parameters import (
    DEFAULT_DETOUR_KM,
    DEFAULT_RADIUS_KM,
    LARGEST_DETOUR_KM,
    LARGEST_PAGE_SIZE,
    LARGEST_RADIUS_KM,
    SearchParameters,
)
from listings.search.query import search
from listings.search.representation import feature_collection, found_rows
from materials.enums import Unit


def _parameter(name: str, description: str, type_: Any = OpenApiTypes.STR, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, type_, description=description, **more)


#: An answer that is the same as the one that was had isn't sent again (ETag, If-None-Match).
_answers_304 = decorator_from_middleware(ConditionalGetMiddleware)

FORMATS = ["json", "geojson"]
PARAMETERS = [
    _parameter("kind", "supply, demand or service", enum=ListingKind.values),
    _parameter("lat", "Latitude, WGS84. Needs lon.", OpenApiTypes.DOUBLE),
    _parameter("lon", "Longitude, WGS84. Needs lat.", OpenApiTypes.DOUBLE),
    _parameter(
        "radius_km",
        f"At most {LARGEST_RADIUS_KM:.0f}. Without it, hub or bbox, {DEFAULT_RADIUS_KM:.0f} km around the point.",
        OpenApiTypes.DOUBLE,
    ),
    _parameter("to_lat", "Latitude of where a route from lat and lon ends. Needs to_lon.", OpenApiTypes.DOUBLE),
    _parameter("to_lon", "Longitude of where it ends. Needs to_lat.", OpenApiTypes.DOUBLE),
    _parameter(
        "detour_km",
        f"How much longer the route may get, as the crow flies: at most {LARGEST_DETOUR_KM:.0f}, "
        f"{DEFAULT_DETOUR_KM:.0f} if not given. Each result then has its own detour_m.",
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
    _parameter("format", "geojson for a FeatureCollection", enum=FORMATS),
]


class FacetsView(APIView):
    """How many listings a search would find with each kind, family of materials or condition.

    Each list counts as if its own filter weren't there. A count stops at 1000; of many, the nearest are counted:
    `exact` is false then, and there are at least so many. The same parameters as the search; pages play no part.
    """

    permission_classes = ()

    @extend_schema(operation_id="search_facets", parameters=PARAMETERS, responses={200: SEARCH_FACETS})
    def get(self, request: Request) -> Response:
        asked = _asked(request)
        counts = {"kinds": kind_counts(asked), "families": family_counts(asked), "conditions": condition_counts(asked)}
        rows = {name: [_facet_row(facet) for facet in facets] for name, facets in counts.items()}
        return Response({"corrected": dict(asked.corrected)} | rows)


def _asked(request: Request) -> SearchParameters:
    """What a request searches for. Raises ValidationError by parameter."""
    check_names(request, PARAMETERS)
    if (request.query_params.get("format") or "json") not in FORMATS:
        known = ", ".join(FORMATS)
        raise ValidationError({"format": _("Dit formaat ken ik niet. Kies uit: %(known)s.") % {"known": known}})
    return with_known_words(SearchParameters.parse(request.query_params))


def _facet_row(facet: FacetCount) -> dict[str, Any]:
    return {"value": facet.value, "count": {"value": facet.count, "exact": facet.exact}}


@method_decorator(_answers_304, name="dispatch")
class SearchView(APIView):
    """Published listings, nearest first.

    One of lat and lon, hub, or bbox says where. Distances are metres as the crow flies from the point, or else from
    the middle of the box or hub. The count stops at 1000: `{"value": 1000, "exact": false}`.
    A word that no listing has is taken for the nearest that some have: `{"vaatwaser": "vaatwasser"}`.
    """

    permission_classes = ()
    # Anyone finds the same.
    authentication_classes = ()

    @extend_schema(
        operation_id="search",
        parameters=PARAMETERS,
        responses={
            (200, "application/json"): SEARCH_PAGE,
            (200, "application/geo+json"): SEARCH_FEATURES,
        },
    )
    def get(self, request: Request) -> Response:
        parameters = _asked(request)
        page = search(parameters)
        rows = found_rows(page.found, parameters)
        body: dict[str, Any] = {"count": {"value": page.count, "exact": page.exact}}
        body["corrected"] = dict(parameters.corrected)
        body["next"] = next_link(request, page.next_cursor)
        if request.query_params.get("format") == "geojson":
            return Response(body | feature_collection(rows), content_type="application/geo+json")
        return Response(body | {"radius_km": parameters.radius_km, "results": rows})

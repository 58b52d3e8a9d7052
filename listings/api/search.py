"""GET /api/v1/search/"""

from django.core.exceptions import ValidationError
from django.middleware.http import ConditionalGetMiddleware
from django.utils.decorators import decorator_from_middleware, method_decorator
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from listings.api.pagination import next_link
from listings.api.queries import check_names
from listings.api.read_rows import feature_of, found_rows
from listings.api.rows import CountRow, FacetRow, SearchFacetsRow, SearchFeaturesRow, SearchPageRow, UnderstoodRow
from listings.api.shapes import SEARCH_FACETS, SEARCH_FEATURES, SEARCH_PAGE
from listings.search.asking import ask
from listings.search.counts import FacetCount, condition_counts, family_counts, kind_counts
from listings.search.filters import FILTERS
from listings.search.filters.base import Parameter
from listings.search.parameters import ORDERING, SearchParameters
from listings.search.path_header import tell_path
from listings.search.query import SearchPage, search

#: An answer that is the same as the one that was had isn't sent again (ETag, If-None-Match).
_answers_304 = decorator_from_middleware(ConditionalGetMiddleware)

FORMATS = ["json", "geojson"]
_FORMAT = Parameter("format", "geojson for a FeatureCollection", choices=FORMATS)
PARAMETERS = [
    OpenApiParameter(name, type_, description=about, enum=choices or None)
    for name, about, type_, choices in (
        *(parameter for filter in FILTERS for parameter in filter.parameters), *ORDERING, _FORMAT
    )
]  # fmt: skip


class FacetsView(APIView):
    """How many listings a search would find with each kind, family of materials or condition.

    Each list counts as if its own filter weren't there. A count stops at 1000; of many, the nearest are counted:
    `exact` is false then, and there are at least so many. The same parameters as the search; pages play no part.
    """

    permission_classes = ()

    @extend_schema(operation_id="search_facets", parameters=PARAMETERS, responses={200: SEARCH_FACETS})
    def get(self, request: Request) -> Response:
        asked = _asked(request)
        body: SearchFacetsRow = {
            "corrected": dict(asked.corrected),
            "understood": _understood(asked),
            "passed_over": _passed_over(asked),
            "kinds": [_facet_row(facet) for facet in kind_counts(asked)],
            "families": [_facet_row(facet) for facet in family_counts(asked)],
            "conditions": [_facet_row(facet) for facet in condition_counts(asked)],
        }
        return Response(body)


def _asked(request: Request) -> SearchParameters:
    """What a request searches for. Raises ValidationError by parameter."""
    check_names(request, PARAMETERS)
    if (request.query_params.get("format") or "json") not in FORMATS:
        known = ", ".join(FORMATS)
        raise ValidationError({"format": _("Dit formaat ken ik niet. Kies uit: %(known)s.") % {"known": known}})
    return ask(request.query_params)


def _understood(asked: SearchParameters) -> list[UnderstoodRow]:
    if asked.reading is None:
        return []
    sentence = asked.reading.sentence
    return [{"text": sentence.of(piece.span), "asks": dict(piece.parameters)} for piece in asked.reading.used]


def _passed_over(asked: SearchParameters) -> list[str]:
    if asked.reading is None:
        return []
    reading = asked.reading
    return [*map(reading.sentence.of, reading.passed), *reading.left_out, *reading.not_looked_up]


def _facet_row(facet: FacetCount) -> FacetRow:
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
        asked = _asked(request)
        page = search(asked)
        if request.query_params.get("format") == "geojson":
            response = Response(_features(request, asked, page), content_type="application/geo+json")
        else:
            response = Response(_page(request, asked, page))
        tell_path(response, page.path)
        return response


def _page(request: Request, asked: SearchParameters, page: SearchPage) -> SearchPageRow:
    return {
        "count": _count_row(page),
        "next": next_link(request, page.next_cursor),
        "corrected": dict(asked.corrected),
        "understood": _understood(asked),
        "passed_over": _passed_over(asked),
        "radius_km": asked.radius_km,
        "results": found_rows(page.found, asked, request.user),
    }


def _features(request: Request, asked: SearchParameters, page: SearchPage) -> SearchFeaturesRow:
    return {
        "count": _count_row(page),
        "next": next_link(request, page.next_cursor),
        "corrected": dict(asked.corrected),
        "understood": _understood(asked),
        "passed_over": _passed_over(asked),
        "type": "FeatureCollection",
        "features": [feature_of(row) for row in found_rows(page.found, asked, request.user)],
    }


def _count_row(page: SearchPage) -> CountRow:
    return {"value": page.count, "exact": page.exact}

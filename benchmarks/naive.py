"""The search as most projects of this kind have it: a view of REST framework, with a library for each part.

django-filter reads the filters, rest_framework_gis the distance and the GeoJSON, and pages count all that is found.
It answers on /search/ over the same rows, with a spatial index on the point as such projects have one.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django_filters import rest_framework as filters
from rest_framework.generics import ListAPIView
from rest_framework.pagination import PageNumberPagination
from rest_framework_gis.filters import DistanceToPointFilter, DistanceToPointOrderingFilter
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from listings.models import Listing

#: Its index, for which Werkstof's own searches have no use.
INDEX = "CREATE INDEX naive_point ON listings_listing USING gist (shown_location)"


class ListingSerializer(GeoFeatureModelSerializer):
    """The columns of a row of Werkstof's own, with their relations."""

    class Meta:
        model = Listing
        geo_field = "shown_location"
        depth = 1
        fields = (
            "id", "kind", "status", "title", "language", "is_fictional", "organisation", "material",
            "quantity", "unit", "mass_kg", "splittable", "recurrence", "available_from", "available_until",
            "condition", "price_kind", "price_eur", "price_basis", "pickup", "delivery", "reach_km",
            "needs_services", "municipality", "precision", "published_at",
        )  # fmt: skip


class ListingFilter(filters.FilterSet):
    """Equal values and ranges."""

    material = filters.CharFilter("material__code")
    condition = filters.NumberFilter("condition", lookup_expr="gte")

    class Meta:
        model = Listing
        fields = ("kind", "material", "condition")


class Pages(PageNumberPagination):
    page_size = 20


class SearchView(ListAPIView):
    """?point=lon,lat&dist=metres&kind=…&material=…&condition=…, nearest first."""

    authentication_classes = ()
    permission_classes = ()
    serializer_class = ListingSerializer
    pagination_class = Pages
    filter_backends = (filters.DjangoFilterBackend, DistanceToPointFilter, DistanceToPointOrderingFilter)
    filterset_class = ListingFilter
    distance_filter_field = "shown_location"
    distance_ordering_filter_field = "shown_location"
    distance_filter_convert_meters = True
    queryset = Listing.objects.filter(status="published").select_related("organisation", "material", "municipality")


def live(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("search/", SearchView.as_view()), path("health/live", live)]

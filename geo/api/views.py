"""Hubs, their regions, and the gazetteer over the API."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from geo.api.representation import hub_row, region_feature
from geo.api.shapes import HUB, HUBS, PLACES, REGIONS
from geo.boundaries import current_quality
from geo.gazetteer import LONGEST_QUESTION, house_in, look_up
from geo.models import Hub


class HubsView(APIView):
    """Every hub, with its regions. There are few: one page holds all."""

    permission_classes = ()

    @extend_schema(operation_id="hubs_list", responses={200: HUBS})
    def get(self, request: Request) -> Response:
        return Response({"next": None, "results": [hub_row(hub) for hub in Hub.objects.with_regions()]})


class HubView(APIView):
    """One hub, with its regions."""

    permission_classes = ()

    @extend_schema(operation_id="hubs_retrieve", responses={200: HUB})
    def get(self, request: Request, slug: str) -> Response:
        return Response(hub_row(get_object_or_404(Hub.objects.with_regions(), slug=slug)))


class HubRegionView(APIView):
    """A hub's regions as GeoJSON, with the quality of the boundaries and where the mapping comes from."""

    permission_classes = ()

    @extend_schema(operation_id="hubs_region_retrieve", responses={(200, "application/geo+json"): REGIONS})
    def get(self, request: Request, slug: str) -> Response:
        hub = get_object_or_404(Hub, slug=slug)
        quality = current_quality()
        features = [region_feature(region, hub, quality) for region in hub.regions.with_area(quality)]
        body = {"type": "FeatureCollection", "features": features}
        return Response(body, content_type="application/geo+json")


class GeocodeView(APIView):
    """Where a place, a postal code or the town of an address lies. Spelling mistakes do no harm."""

    permission_classes = ()

    @extend_schema(
        operation_id="geocode",
        parameters=[OpenApiParameter("q", str, required=True, description="A place, a postal code, or an address.")],
        responses={200: PLACES},
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "").strip()
        if not text:
            raise ValidationError({"q": _("Geef een plaats, een postcode of een adres.")})
        if len(text) > LONGEST_QUESTION:
            raise ValidationError({"q": _("Zoek met hoogstens %(most)d tekens.") % {"most": LONGEST_QUESTION}})
        if "\x00" in text:
            raise ValidationError({"q": _("Deze tekst bevat een teken dat niet te bewaren is. Haal het weg.")})
        # A service elsewhere is asked for who posts something, not for everybody who searches.
        house = house_in(text) if request.user.is_authenticated else None
        results = [*([house] if house else []), *look_up(text)]
        return Response({"results": [vars(found) for found in results]})

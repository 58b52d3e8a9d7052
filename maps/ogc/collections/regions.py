"""Regions in which hubs work."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib.gis.db.models import Union
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.models import Boundary, HubRegion, Provenance, RegionKind
from geo.points import METRIC_SRID
from maps.ogc.boxes import Area
from maps.ogc.collections.base import Facts
from maps.ogc.collections.municipalities import BoundedCollection
from maps.ogc.meeting import meets
from maps.ogc.properties import Property, chosen


class RegionCollection(BoundedCollection):
    """The regions of all hubs that say where they work: their municipalities as one area."""

    id = "hub-regions"
    columns = {METRIC_SRID: "area"}

    def rows(self) -> QuerySet[Any]:
        area = Union(
            "municipalities__boundaries__geometry", filter=Q(municipalities__boundaries__quality=self.quality)
        )
        return HubRegion.objects.place_based().annotate(area=area)

    def in_area(self, rows: QuerySet[Any], area: Area) -> QuerySet[Any]:
        """By the boundaries of their municipalities: a region touches what one of them touches."""
        of_region = Boundary.objects.of_quality(self.quality).filter(municipality__hub_regions=OuterRef("pk"))
        touching = of_region.filter(meets(area, {METRIC_SRID: "geometry"}))
        return rows.filter(Exists(touching) | ~Exists(of_region))

    def facts(self) -> Facts:
        return self.sourced(
            gettext("Regio's van hubs"),
            gettext("De kernregio's en gedeelde regio's van de sociaal-circulaire hubs, als hun gemeenten samen."),
        )

    @cached_property
    def properties(self) -> Sequence[Property]:
        nis_codes = ArrayAgg(F("municipalities__nis"), distinct=True, order_by="municipalities__nis")
        return (
            Property("hub", _("hub, als in haar adres"), "hub__slug", always=True),
            Property("hub_name", _("naam van de hub"), "hub__name", always=True),
            Property("region", _("naam van de regio"), "name", always=True),
            chosen("kind", RegionKind, "kind", _("soort")),
            chosen("provenance", Provenance, "provenance", _("herkomst")),
            Property("municipalities", _("NIS-codes van de gemeenten"), nis_codes, "array", always=True),
        )

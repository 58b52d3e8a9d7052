"""Municipalities with their boundaries."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib.gis.db.models import Extent
from django.db.models import FilteredRelation, IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from geo.boundaries import current_quality
from geo.models import Boundary, Municipality, Quality
from geo.points import METRIC_SRID, WGS84_SRID
from listings.querysets import Box
from maps.enums import licence_said
from maps.ogc.boxes import moved
from maps.ogc.collections.base import Collection, Facts
from maps.ogc.crs import METRIC
from maps.ogc.properties import Property

#: By how sure boundaries are, what is said of them.
_SAID = {
    Quality.OFFICIAL: _("Hun grenzen zijn de officiële."),
    Quality.APPROXIMATE: _("Hun grenzen zijn bij benadering: ze kloppen voor ongeveer 93 % van de oppervlakte."),
}


class BoundedCollection(Collection):
    """Areas that follow from the boundaries that count now. There are few."""

    stored = METRIC
    shape = "geometry-multipolygon"

    @cached_property
    def quality(self) -> str:
        return current_quality()

    def boundaries_said(self) -> str:
        return str(_SAID[Quality(self.quality)])

    @cached_property
    def boundary(self) -> Boundary | None:
        """One of them, for where they come from."""
        return Boundary.objects.of_quality(self.quality).first()

    def sourced(self, title: str, description: str) -> Facts:
        """Facts with the source and the licence of the boundaries."""
        source = self.boundary.source if self.boundary else ""
        licence = self.boundary.licence if self.boundary else ""
        known = licence_said(licence)
        return Facts(
            title,
            f"{description} {self.boundaries_said()}",
            attribution=source,
            licence=licence,
            licence_address=known.address if known else "",
        )

    def extent(self) -> Box | None:
        found = Boundary.objects.of_quality(self.quality).aggregate(extent=Extent("geometry"))["extent"]
        return moved(found, METRIC_SRID, WGS84_SRID) if found else None


class MunicipalityCollection(BoundedCollection):
    """By their NIS code: a number that the country gives."""

    id = "municipalities"
    key = "number"
    columns = {METRIC_SRID: "boundary__geometry"}

    def rows(self) -> QuerySet[Any]:
        return Municipality.objects.annotate(
            number=Cast("nis", IntegerField()),
            boundary=FilteredRelation("boundaries", condition=Q(boundaries__quality=self.quality)),
        )

    def facts(self) -> Facts:
        return self.sourced(gettext("Gemeenten"), gettext("De gemeenten van Vlaanderen en Brussel, met hun NIS-code."))

    @cached_property
    def properties(self) -> Sequence[Property]:
        return (
            Property("nis", _("NIS-code"), "nis", always=True),
            Property("name_nl", _("naam in het Nederlands"), "name_nl", always=True),
            Property("name_fr", _("naam in het Frans"), "name_fr", always=True),
            Property("name_en", _("naam in het Engels"), "name_en", always=True),
            Property("region", _("gewest"), "region", choices=("vlaanderen", "brussel"), always=True),
            Property("boundary_quality", _("hoe zeker de grens is"), "boundary__quality", choices=Quality.values),
            Property("boundary_source", _("bron van de grens"), "boundary__source", asked=False),
        )

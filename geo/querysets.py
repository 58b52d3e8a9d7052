"""Chainable reads of places, municipalities and hubs."""

from typing import TYPE_CHECKING, Self

from django.contrib.gis.db.models import Union
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Point
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

if TYPE_CHECKING:
    from geo.models import Boundary, Hub, HubRegion, Municipality, Place  # noqa: F401


class Unaccented(models.Func):
    """Lower case without accents, by the immutable wrapper that the indexes use."""

    function = "geo_plain"
    arity = 1
    output_field = models.TextField()


class BoundaryQuerySet(models.QuerySet["Boundary"]):
    def of_quality(self, quality: str) -> Self:
        return self.filter(quality=quality)

    def holding(self, point: Point) -> Self:
        """Boundaries that hold a metric point, their edge included."""
        return self.filter(geometry__intersects=point)


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def without_hub(self) -> Self:
        """Not in any place-based region: thematic regions don't count."""
        return self.exclude(hub_regions__kind__in=["core", "shared"])


class HubQuerySet(models.QuerySet["Hub"]):
    def covering(self, municipality: "Municipality") -> Self:
        return self.filter(regions__municipalities=municipality).distinct()

    def with_regions(self) -> Self:
        return self.prefetch_related("regions__municipalities")


class HubRegionQuerySet(models.QuerySet["HubRegion"]):
    def with_area(self, quality: str) -> Self:
        """`area`: the boundaries of its municipalities as one (WGS84); None before any are loaded."""
        boundaries = Union(
            "municipalities__boundaries__geometry", filter=Q(municipalities__boundaries__quality=quality)
        )
        return self.annotate(area=Transform(boundaries, 4326))


class PlaceQuerySet(models.QuerySet["Place"]):
    def shipped(self) -> Self:
        """Places in Flanders and Brussels: those abroad and in Wallonia only bound the approximate areas."""
        return self.filter(municipality__isnull=False)

    def named_like(self, text: str) -> Self:
        """Spelled roughly like the text, best first; larger places first among equals."""
        plain = Unaccented(Value(text))
        return (
            self.annotate(
                likeness=Greatest(
                    TrigramWordSimilarity(plain, Unaccented(F("name"))),  # type: ignore[arg-type]
                    TrigramWordSimilarity(plain, Unaccented(F("name_alt"))),  # type: ignore[arg-type]
                )
            )
            .filter(likeness__gte=0.45)
            .order_by("-likeness", "-population", "id")
        )

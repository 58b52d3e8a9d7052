"""Chainable reads of places, municipalities and hubs."""

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

from django.contrib.gis.db.models import Union
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Point
from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Greatest, Length, Replace

if TYPE_CHECKING:
    from geo.models import Boundary, Hub, HubRegion, Municipality, Place  # noqa: F401


#: A beginning of so many letters, or a name so close (pg_trgm, 0 to 1), is taken for the place without asking.
SURE_LETTERS, SURE_CLOSENESS = 3, 0.5


class Fit(IntEnum):
    """How a place's names fit what was typed, best first."""

    CALLED = 0
    ALSO_CALLED = 1
    BEGINS = 2
    ROUGH = 3


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

    def without_place_of_their_name(self) -> Self:
        """Such as Voeren, or those that mergers named anew: no place leads to them."""
        return self.exclude(places__name=F("name_nl"))

    def beginning(self, text: str) -> Self:
        """Whose name begins so in Dutch or French, accents, capitals and hyphens aside; the shortest first."""
        typed = _spaced(Value(text.replace(",", " ").strip()))
        named = self.annotate(plain_nl=_spaced(F("name_nl")), plain_fr=_spaced(F("name_fr")))
        found = named.filter(Q(plain_nl__startswith=typed) | Q(plain_fr__startswith=typed))
        return found.order_by(Length("name_nl"), "nis").distinct()


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
        """Called so, then beginning so, then spelled roughly so; among equals the closest, then the largest first."""
        plain = Unaccented(Value(text))
        likeness = Greatest(
            TrigramWordSimilarity(plain, Unaccented(F("name"))),  # type: ignore[arg-type]
            TrigramWordSimilarity(plain, Unaccented(F("name_alt"))),  # type: ignore[arg-type]
        )
        return (
            self._with_fit(text)
            .annotate(likeness=Case(When(fit=Fit.ROUGH, then=likeness), default=Value(1.0)))
            .filter(likeness__gte=0.45)
            .order_by("fit", "-likeness", "-population", "id")
        )

    def surely_named(self, text: str) -> Self:
        """Those of `named_like` that can be taken without asking: what was typed is hardly anything else."""
        close = TrigramSimilarity(Unaccented(F("name")), Unaccented(Value(text)))  # type: ignore[arg-type]
        sure = Q(fit__lte=Fit.ALSO_CALLED) | Q(closeness__gte=SURE_CLOSENESS)
        if len(text) >= SURE_LETTERS:
            sure |= Q(fit=Fit.BEGINS)
        return self.named_like(text).annotate(closeness=close).filter(sure)

    def called(self, text: str) -> Self:
        """Called exactly so, accents, capitals and hyphens aside; the largest first."""
        return self._with_fit(text).filter(fit__lte=Fit.ALSO_CALLED).order_by("fit", "-population", "id")

    def _with_fit(self, text: str) -> Self:
        """`fit`, and `names`: ", ghent, gand," with all that a place is called."""
        name, typed = _spaced(F("name")), _spaced(Value(text.replace(",", " ").strip()))
        return self.annotate(
            names=_spaced(_joined(", ", F("name"), ", ", F("name_alt"), ",")),
            plain_name=name,
            fit=Case(
                When(plain_name=typed, then=Fit.CALLED),
                When(names__contains=_joined(", ", typed, ","), then=Fit.ALSO_CALLED),
                When(names__contains=_joined(", ", typed), then=Fit.BEGINS),
                default=Fit.ROUGH,
                output_field=models.IntegerField(),
            ),
        )


def _spaced(text: Any) -> Replace:
    """Plain, with spaces for hyphens: "sint niklaas"."""
    return Replace(Unaccented(text), Value("-"), Value(" "), output_field=models.TextField())


def _joined(*parts: Any) -> Concat:
    texts = [Value(part) if isinstance(part, str) else part for part in parts]
    return Concat(*texts, output_field=models.TextField())

"""Chainable reads of places, municipalities and hubs."""

from enum import IntEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.gis.db.models import Union
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Greatest, Length, Replace

from geo.points import WGS84_SRID

if TYPE_CHECKING:
    from geo.models import Boundary, Hub, HubRegion, Municipality, Place  # noqa: F401


#: Regions of these kinds say where a hub works. Those of the third kind, thematic, say what it works on.
PLACE_BASED = ("core", "shared")
#: A place is taken without asking when what was typed is the beginning of its name, at least this many letters long,
#: or when the two names are this similar (pg_trgm, 0 to 1).
SURE_LETTERS, SURE_CLOSENESS = 3, 0.5
#: Below this similarity (pg_trgm, 0 to 1) a name isn't suggested at all.
LEAST_LIKENESS = 0.45


class Fit(IntEnum):
    """How well a place's names fit what was typed, the best first. The place in the examples is Gent, also Ghent."""

    #: Its own name was typed: "gent".
    CALLED = 0
    #: Another name of it was typed: "ghent".
    ALSO_CALLED = 1
    #: One of its names begins so: "ghe".
    BEGINS = 2
    #: At best a name looks like it: "gnet".
    ROUGH = 3


class Unaccented(models.Func):
    """A text in lower case without accents: "Liège" becomes "liege".

    geo_plain() is a function of the first migration. Indexes may use it, which they may not use unaccent() itself.
    """

    function = "geo_plain"
    arity = 1
    output_field = models.TextField()


class BoundaryQuerySet(models.QuerySet["Boundary"]):
    def of_quality(self, quality: str) -> Self:
        return self.filter(quality=quality)


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def without_hub(self) -> Self:
        """In no region that says where a hub works."""
        return self.exclude(hub_regions__kind__in=PLACE_BASED)

    def without_place_of_their_name(self) -> Self:
        """Municipalities that no place is called after, such as Voeren, or those that got a new name by a merger."""
        return self.exclude(places__name=F("name_nl"))

    def beginning(self, text: str) -> Self:
        """Those of which a name in one of our languages begins with a text, the shortest name first.

        Accents, capitals and hyphens don't count.
        """
        typed = _spaced(Value(text.replace(",", " ").strip()))
        plain = {f"plain_{language}": _spaced(F(f"name_{language}")) for language in settings.LANGUAGE_CODES}
        begins = [Q((f"{name}__startswith", typed)) for name in plain]
        found = self.annotate(**plain).filter(reduce(or_, begins))
        return found.order_by(Length("name_nl"), "nis").distinct()


class HubQuerySet(models.QuerySet["Hub"]):
    def covering(self, municipality: "Municipality") -> Self:
        return self.filter(regions__municipalities=municipality).distinct()

    def with_regions(self) -> Self:
        return self.prefetch_related("regions__municipalities")


class HubRegionQuerySet(models.QuerySet["HubRegion"]):
    def place_based(self) -> Self:
        """Regions that say where a hub works."""
        return self.filter(kind__in=PLACE_BASED)

    def with_area(self, quality: str) -> Self:
        """`area`: the boundaries of its municipalities as one (WGS84); None before any are loaded."""
        boundaries = Union(
            "municipalities__boundaries__geometry", filter=Q(municipalities__boundaries__quality=quality)
        )
        return self.annotate(area=Transform(boundaries, WGS84_SRID))


class PlaceQuerySet(models.QuerySet["Place"]):
    def shipped(self) -> Self:
        """Places in Flanders and Brussels. The others lie around them."""
        return self.filter(municipality__isnull=False)

    def named_like(self, text: str) -> Self:
        """Places that a text may mean, in the order of Fit; of one fit the most similar first, then the largest."""
        plain = Unaccented(Value(text))
        likeness = Greatest(
            TrigramWordSimilarity(plain, Unaccented(F("name"))),  # type: ignore[arg-type]
            TrigramWordSimilarity(plain, Unaccented(F("name_alt"))),  # type: ignore[arg-type]
        )
        return (
            self._with_fit(text)
            .annotate(likeness=Case(When(fit=Fit.ROUGH, then=likeness), default=Value(1.0)))
            .filter(likeness__gte=LEAST_LIKENESS)
            .order_by("fit", "-likeness", "-population", "id")
        )

    def surely_named(self, text: str) -> Self:
        """Those of named_like() that the text surely means, so that nobody has to be asked."""
        close = TrigramSimilarity(Unaccented(F("name")), Unaccented(Value(text)))  # type: ignore[arg-type]
        sure = Q(fit__lte=Fit.ALSO_CALLED) | Q(closeness__gte=SURE_CLOSENESS)
        if len(text) >= SURE_LETTERS:
            sure |= Q(fit=Fit.BEGINS)
        return self.named_like(text).annotate(closeness=close).filter(sure)

    def _with_fit(self, text: str) -> Self:
        """Annotated with `fit`, and with what it is found by: `plain_name` ("gent") and `names` (", gent, ghent,")."""
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
    """A text without accents, capitals and hyphens: "Sint-Niklaas" becomes "sint niklaas"."""
    return Replace(Unaccented(text), Value("-"), Value(" "), output_field=models.TextField())


def _joined(*parts: Any) -> Concat:
    texts = [Value(part) if isinstance(part, str) else part for part in parts]
    return Concat(*texts, output_field=models.TextField())

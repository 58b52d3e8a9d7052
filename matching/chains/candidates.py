"""Finds the nearest listings that could form a chain with one listing.

Only what an index can tell is asked here: kind, material, hubs, distance. `matching.chains.score` then decides.
"""

import datetime as dt
from collections.abc import Iterable

from django.contrib.gis.db.models.functions import GeometryDistance
from django.contrib.gis.geos import Point, Polygon
from django.db.models import F, IntegerField, Q, Value
from django.db.models.functions import Cast

from geo.hubs import reach_of_hubs
from listings.enums import CatchmentKind, ListingKind
from listings.models import Listing
from listings.querysets import ListingQuerySet, NumberRange, SpansOverlap
from matching.chains.needs import needing_something
from matching.pairs.candidates import pairable
from matching.rules import CHAIN_NEAREST
from materials.models import Material

#: Material numbers (first, last), both included.
Span = tuple[int, int]


class Neighbours:
    """The listings in a listing's hubs, nearest first."""

    def __init__(self, listing: Listing, today: dt.date) -> None:
        self.listing, self.today = listing, today
        self.point: Point = listing.position
        self.box: Polygon | None = reach_of_hubs(listing.hub_ids)

    def goods(self, kind: ListingKind, spans: Iterable[Span], within_m: float | None = None) -> list[int]:
        """Ids of the CHAIN_NEAREST nearest supplies or demands with material numbers in these spans.

        Of supplies only those that need a service first.
        """
        near = self._near(kind, within_m)
        if kind == ListingKind.SUPPLY:
            near = near.filter(needing_something())
        return self._nearest(
            near.filter(material_number__gte=first, material_number__lte=last) for first, last in _joined(spans)
        )

    def services(self, span: Span, kinds: list[str], within_m: float | None = None) -> list[int]:
        """Ids of the CHAIN_NEAREST services that do all of `kinds`, and take a material with a number in this span."""
        first, last = (Cast(Value(number), IntegerField()) for number in span)
        near = self._near(ListingKind.SERVICE, within_m)
        near = near.filter(SpansOverlap(F("material_spans"), NumberRange(first, last)))
        return self._nearest([near.filter(service_kinds__contains=kinds) if kinds else near])

    def _near(self, kind: ListingKind, within_m: float | None) -> ListingQuerySet:
        found = pairable(kind, self.today).filter(hub_ids__overlap=self.listing.hub_ids)
        if self.box is not None:
            found = found.filter(position__bboverlaps=self.box)
        return found if within_m is None else found.within(self.point, within_m)

    def _nearest(self, parts: Iterable[ListingQuerySet]) -> list[int]:
        """Ids of the CHAIN_NEAREST nearest that some searches find together, in one query.

        However many searches there are, such as for each material that a service takes, no more are compared.
        """
        nearest = [
            part.annotate(away=GeometryDistance("position", self.point)).order_by("away").values_list("away", "pk")
            for part in parts
        ]
        first, *rest = (part[:CHAIN_NEAREST] for part in nearest)
        found = sorted(set(first.union(*rest, all=True) if rest else first))
        return [pk for _away, pk in found[:CHAIN_NEAREST]]


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The same numbers in as few spans as possible: of (4, 6), (7, 7) and (5, 6) it is (4, 7)."""
    joined = list[Span]()
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def related_spans(spans: Iterable[Span]) -> list[Span]:
    """These spans of material numbers, and a span for each material above any of them. One query."""
    spans = list(spans)
    above = Q(pk__in=[])
    for first, last in spans:
        above |= Q(tree_left__lt=first, tree_right__gte=last)
    numbers = Material.objects.filter(above).order_by("tree_left").values_list("tree_left", flat=True)
    return [*spans, *((number, number) for number in numbers)]


def span_of(listing: Listing) -> Span:
    """The numbers of the material of a supply or demand, and of all below it."""
    material = listing.material
    assert material is not None  # published goods have one, by constraint
    return material.tree_left, material.tree_right


def reach_m(listing: Listing) -> float | None:
    """How far a listing goes at most, in metres; None where it sets no radius."""
    by_radius = listing.kind != ListingKind.SERVICE or listing.catchment_kind == CatchmentKind.RADIUS
    return listing.reach_km * 1000.0 if by_radius and listing.reach_km is not None else None

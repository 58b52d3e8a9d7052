"""The card of a material in a hub: what of it stands and flows there, who takes it, what reusing it avoids, and by
which sources; as much as fits on one printed page.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.impact.assumptions import displacement_of
from exchanges.impact.formula import Range, avoided_kg_co2e
from exchanges.impact.ledger import family_of, reused_range
from frontend.components import figures
from frontend.components.cards import Card, make_cards
from frontend.maps.page import quantity_words
from geo.models import Hub
from listings.enums import ListingKind
from listings.models import Listing
from listings.querysets import ListingQuerySet, not_over
from maps.enums import FeatureKind, Period
from maps.models import MapFeature, MapLayer
from maps.querysets import MapFeatureQuerySet
from maps.standing import standing_of
from maps.statistics import YEARLY_KG
from materials.enums import Basis
from materials.factors import factors_of
from materials.models import ImpactFactor, Material

#: Rows of each list: all of them fit on one page.
ELEMENTS_SHOWN, TAKERS_SHOWN, NAMES_SHOWN = 8, 5, 12
_TONNE_KG = Decimal(1000)


@dataclass(frozen=True)
class Avoided:
    """What reusing one tonne instead of making it new avoids, before transport, in kg CO2e; and by which source."""

    kg: Range
    factor: ImpactFactor


def material_card(hub: Hub, material: Material, user: User | AnonymousUser) -> dict[str, Any]:
    """All that the page shows, as far as somebody sees it. Nothing is estimated: what has no known weight is counted
    and said.
    """
    takes_part = _elements(hub, material, user)
    # What people bring things to weighs nothing: it says who takes them.
    elements = takes_part.exclude(kind=FeatureKind.PLACE)
    listings = Listing.objects.published().in_hub(hub.pk).not_over(timezone.localdate())
    related = Material.objects.related_to(material)
    below = related.filter(tree_left__gt=material.tree_left, tree_left__lte=material.tree_right)
    # What stands before what flows: kilograms of the one say nothing beside those a year of the other.
    heaviest = elements.for_rows().order_by("-kind", YEARLY_KG.desc(nulls_last=True), "pk")
    shown = list(heaviest[:ELEMENTS_SHOWN])
    return {
        "above": Material.objects.with_ancestors_of(material).exclude(pk=material.pk).order_by("depth"),
        "below": below.order_by("tree_left")[:NAMES_SHOWN],
        "sums": _sums(elements),
        "count": elements.count(),
        "without_weight": elements.filter(mass_kg__isnull=True).count(),
        "rows": [(row, quantity_words(row)) for row in shown],
        "goes_to": _destinations(elements),
        "offered": listings.filter(kind=ListingKind.SUPPLY, material__in=_with_below(material)).count(),
        "demands": _cards(listings.filter(kind=ListingKind.DEMAND, material__in=related), user),
        "services": _cards(listings.filter(kind=ListingKind.SERVICE, pk__in=_services_for(related)), user),
        "avoided": _avoided(material),
        "places": _places(hub, related, user),
        "layers": MapLayer.objects.filter(pk__in=takes_part.order_by().values("layer")).order_by("title"),
    }


def _elements(hub: Hub, material: Material, user: User | AnonymousUser) -> MapFeatureQuerySet:
    """What is on the hub's own maps of a material and all below it, and isn't over."""
    return _now_on_maps(hub, user).filter(material__in=_with_below(material))


def _now_on_maps(hub: Hub, user: User | AnonymousUser) -> MapFeatureQuerySet:
    seen = MapFeature.objects.seen_by(standing_of(user)).published().filter(not_over(timezone.localdate()))
    return seen.filter(layer__map__hub=hub)


def _places(hub: Hub, related: QuerySet[Material], user: User | AnonymousUser) -> list[MapFeature]:
    """Where on the hub's own maps such things are taken in: of the material, of all below it, and of all above it."""
    found = _now_on_maps(hub, user).filter(kind=FeatureKind.PLACE, material__in=related)
    return list(found.select_related("municipality").order_by("title", "pk")[:TAKERS_SHOWN])


def _with_below(material: Material) -> QuerySet[Material]:
    return Material.objects.filter(tree_left__gte=material.tree_left, tree_left__lte=material.tree_right)


def _sums(elements: MapFeatureQuerySet) -> list[tuple[str, str]]:
    """How much stands, and how much flows per day, week, month and year: each with what it is called."""
    rows = elements.exclude(mass_kg=None).order_by().values_list("kind", "period").annotate(Sum("mass_kg"))
    found = {(kind, period): mass for kind, period, mass in rows}
    kinds = [(FeatureKind.STOCK, ""), *((FeatureKind.FLOW, period) for period in Period)]
    return [
        (str(Period(period).label) if period else _("voorraad"), figures.mass(found[kind, period]))
        for kind, period in kinds
        if (kind, period) in found
    ]


def _destinations(elements: MapFeatureQuerySet) -> list[tuple[str, int]]:
    """Where it goes now, what most elements say first."""
    rows = elements.exclude(destination="").order_by().values_list("destination").annotate(many=Count("pk"))
    return list(rows.order_by("-many", "destination")[:NAMES_SHOWN])


def _services_for(materials: QuerySet[Material]) -> QuerySet[Any]:
    return Listing.objects.filter(materials__in=materials).values("pk")


def _cards(listings: ListingQuerySet, user: User | AnonymousUser) -> list[Card]:
    return make_cards(listings.for_cards().newest_first()[:TAKERS_SHOWN], user)


def _avoided(material: Material) -> Avoided | None:
    """By the formula of the impact ledger, with the factors of the material; None where no source has any."""
    factors = {row.basis: row for row in factors_of(material)}
    primary = factors.get(Basis.PRIMARY)
    if primary is None:
        return None
    avoided = avoided_kg_co2e(
        kg=Range.exactly(_TONNE_KG), displacement=displacement_of(family_of(material)).figure,
        primary=primary.kg_co2e_per_tonne, reused=reused_range(primary, factors.get(Basis.REUSED)),
        transport=Range.exactly(Decimal(0)),
    )  # fmt: skip
    return Avoided(avoided, primary)

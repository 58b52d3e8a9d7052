"""The card of a material in a hub: what of it stands and flows there, who takes it, what it could become, and by which
sources; as much as fits on one printed page.
"""

import datetime as dt
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from frontend.components import figures
from frontend.components.cards import Card, make_cards
from frontend.components.kept import kept_or_counted, key_for
from frontend.maps.becoming import HandedOver, becoming, handed_over_in
from frontend.maps.page import quantity_words
from geo.models import Hub
from listings.enums import ListingKind
from listings.models import Listing
from listings.querysets import ListingQuerySet, not_over
from maps.enums import FeatureKind, Period
from maps.models import MapFeature, MapLayer
from maps.querysets import MapFeatureQuerySet
from maps.standing import Standing, standing_of
from maps.statistics import YEARLY_KG, published_features, sees_more_than_a_stranger
from materials.models import Material

#: Rows of each list: all of them fit on one page.
ELEMENTS_SHOWN, TAKERS_SHOWN, NAMES_SHOWN = 8, 5, 12


@dataclass(frozen=True)
class Added:
    """What elements of a material add up to: kilograms by kind and period, and which weigh most. `places` are where
    such things are taken in, `handed_over` is how often and how many kilograms.
    """

    counted_at: dt.datetime
    kg: dict[tuple[str, str], Decimal]
    elements: int
    without_weight: int
    heaviest: list[int]
    destinations: list[tuple[str, int]]
    places: list[int]
    layer_ids: list[int]
    handed_over: tuple[int, Decimal]


#: What is kept is made of these: an older version of the program had others.
_FORM = [one.name for one in fields(Added)]


def material_card(hub: Hub, material: Material, user: User | AnonymousUser) -> dict[str, Any]:
    """All that the page shows, as far as somebody sees it. Nothing is estimated: what has no known weight is counted
    and said. What elements add up to is of at most some minutes ago (frontend.components.kept, which raises
    StillCounting); what is named of them is read anew.
    """
    standing, today = standing_of(user), timezone.localdate()
    if not sees_more_than_a_stranger(standing, hub):
        standing = Standing()
    key = key_for("card", standing, hub.pk, material.pk, today.isoformat(), _FORM)
    related = Material.objects.related_to(material)

    def counted() -> Added:
        of_material, of_related = (_elements(hub, some, standing, today) for some in (_with_below(material), related))
        handed_over = handed_over_in(hub, _with_below(material))
        return _added(of_material, of_related.filter(kind=FeatureKind.PLACE), handed_over)

    added = kept_or_counted(key, counted)
    listings = Listing.objects.published().in_hub(hub.pk).not_over(today)
    below = related.filter(tree_left__gt=material.tree_left, tree_left__lte=material.tree_right)
    named = MapFeature.objects.seen_by(standing).published().for_rows().in_bulk([*added.heaviest, *added.places])
    layers = MapLayer.objects.seen_by(standing).filter(pk__in=added.layer_ids)
    demands = listings.filter(kind=ListingKind.DEMAND, material__in=related)
    services = listings.filter(kind=ListingKind.SERVICE, pk__in=_services_for(related))
    return {
        "above": Material.objects.with_ancestors_of(material).exclude(pk=material.pk).order_by("depth"),
        "below": below.order_by("tree_left")[:NAMES_SHOWN],
        "sums": _sums(added.kg),
        "count": added.elements,
        "without_weight": added.without_weight,
        "rows": [(named[pk], quantity_words(named[pk])) for pk in added.heaviest if pk in named],
        "goes_to": added.destinations,
        "offered": listings.filter(kind=ListingKind.SUPPLY, material__in=_with_below(material)).count(),
        "demands": _cards(demands, user),
        "services": _cards(services, user),
        "becoming": becoming(material, HandedOver(*added.handed_over), services=services, demands=demands),
        "places": [named[pk] for pk in added.places if pk in named],
        "layers": layers.select_related("map__hub").order_by("title"),
    }


def _elements(hub: Hub, materials: QuerySet[Material], standing: Standing, today: dt.date) -> MapFeatureQuerySet:
    """What is on the hub's own maps of some materials, and isn't over."""
    # By their ids: the database reckons how many elements those have, and finds them by their index.
    ids = list(materials.values_list("pk", flat=True))
    return published_features(hub, standing).filter(not_over(today), material__in=ids)


def _added(of_material: MapFeatureQuerySet, places: MapFeatureQuerySet, handed_over: HandedOver) -> Added:
    """Of all elements of a material and all below it, and of the places that take in those and what is above them.
    Four queries, each of which looks at every element once.
    """
    began = timezone.now()
    # What people bring things to weighs nothing: it says who takes them.
    elements = of_material.exclude(kind=FeatureKind.PLACE)
    parts = list(
        of_material.order_by().values("layer_id", "kind", "period")
        .annotate(elements=Count("pk"), weighed=Count("mass_kg"), kg=Sum("mass_kg"))
    )  # fmt: skip
    kg: dict[tuple[str, str], Decimal] = {}
    for part in parts:
        if part["kg"] is not None:
            of = part["kind"], part["period"]
            kg[of] = kg.get(of, Decimal(0)) + part["kg"]
    # What stands before what flows: kilograms of the one say nothing beside those a year of the other.
    heaviest = elements.order_by("-kind", YEARLY_KG.desc(nulls_last=True), "pk").values_list("pk", flat=True)
    to_weigh = [part for part in parts if part["kind"] != FeatureKind.PLACE]
    count = sum(part["elements"] for part in to_weigh)
    return Added(
        counted_at=began,
        kg=kg,
        elements=count,
        without_weight=count - sum(part["weighed"] for part in to_weigh),
        heaviest=list(heaviest[:ELEMENTS_SHOWN]),
        destinations=_destinations(elements),
        places=list(places.order_by("title", "pk").values_list("pk", flat=True)[:TAKERS_SHOWN]),
        layer_ids=sorted({part["layer_id"] for part in parts}),
        handed_over=(handed_over.times, handed_over.kg),
    )


def _with_below(material: Material) -> QuerySet[Material]:
    return Material.objects.filter(tree_left__gte=material.tree_left, tree_left__lte=material.tree_right)


def _sums(kg: dict[tuple[str, str], Decimal]) -> list[tuple[str, str]]:
    """How much stands, and how much flows per day, week, month and year: each with what it is called."""
    kinds = [(FeatureKind.STOCK, ""), *((FeatureKind.FLOW, period) for period in Period)]
    return [
        (str(Period(period).label) if period else _("voorraad"), figures.mass(kg[kind, period]))
        for kind, period in kinds
        if (kind, period) in kg
    ]


def _destinations(elements: MapFeatureQuerySet) -> list[tuple[str, int]]:
    """Where it goes now, what most elements say first."""
    rows = elements.exclude(destination="").order_by().values_list("destination").annotate(many=Count("pk"))
    return list(rows.order_by("-many", "destination")[:NAMES_SHOWN])


def _services_for(materials: QuerySet[Material]) -> QuerySet[Any]:
    return Listing.objects.filter(materials__in=materials).values("pk")


def _cards(listings: ListingQuerySet, user: User | AnonymousUser) -> list[Card]:
    return make_cards(listings.for_cards().newest_first()[:TAKERS_SHOWN], user)

"""What the elements of a hub's maps add up to. What isn't known is counted, never guessed."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Max,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from geo.models import Hub
from listings.models import Listing
from listings.querysets import not_over
from maps.enums import FeatureKind, FeatureState, Period, QuantityBasis
from maps.models import MapFeature, MapFeatureListing, MapLayer
from maps.querysets import MapFeatureQuerySet
from maps.standing import Standing

_KG = DecimalField(max_digits=24, decimal_places=6)
#: How often a year the quantity of an element comes, in twelfths: a flow of three months comes a quarter of the times.
_MONTHS = Func("season_months", function="cardinality", output_field=IntegerField())
_TWELFTHS = Case(
    When(kind=FeatureKind.STOCK, then=Value(12)),
    When(Q(period=Period.YEAR) | Q(season_months=[]), then=Value(12)),
    default=_MONTHS,
    output_field=IntegerField(),
)
_TIMES = Case(
    *(When(kind=FeatureKind.FLOW, period=each, then=Value(each.times_a_year)) for each in Period),
    default=Value(1),
    output_field=IntegerField(),
)
#: Kilograms of a stock, or of a flow in a year.
YEARLY_KG = ExpressionWrapper(F("mass_kg") * _TIMES * _TWELFTHS / Value(Decimal(12)), output_field=_KG)


@dataclass(frozen=True)
class Share:
    """Elements of one kind, material and municipality; either may be unknown. `kg` is of a year where they are flows.

    `measured_kg` is what of it was measured, and `unknown` how many elements have no known mass.
    """

    kind: str
    material_id: int | None
    municipality_id: int | None
    elements: int
    kg: Decimal
    measured_kg: Decimal
    unknown: int


@dataclass(frozen=True)
class LayerSource:
    """Where figures come from: a layer with how many of its elements were counted, and when one last changed."""

    layer: MapLayer
    elements: int
    changed_at: dt.datetime


def counted_features(hub: Hub, standing: Standing, today: dt.date) -> MapFeatureQuerySet:
    """The elements that figures of a hub count, as somebody may see them: published, on its own maps, and not over.

    What other hubs have on their maps about this region isn't counted: both may have written down the same.
    """
    return _published(hub, standing).filter(not_over(today))


def count_ended(hub: Hub, standing: Standing, today: dt.date) -> int:
    """Published elements that aren't counted since they ended before today."""
    return _published(hub, standing).exclude(not_over(today)).count()


def shares_of(features: MapFeatureQuerySet) -> list[Share]:
    """What they add up to, in one query."""
    rows = (
        features.order_by()
        .values("kind", "material_id", "municipality_id")
        .annotate(
            elements=Count("pk"),
            kg=_sum(YEARLY_KG),
            measured_kg=_sum(YEARLY_KG, Q(quantity_basis=QuantityBasis.MEASURED)),
            unknown=Count("pk", filter=Q(mass_kg=None)),
        )
    )
    return [Share(**row) for row in rows]


def sources_of(features: MapFeatureQuerySet) -> list[LayerSource]:
    """The layers that they lie in, in order; in two queries."""
    rows = features.order_by().values("layer_id").annotate(elements=Count("pk"), changed_at=Max("updated_at"))
    counted = {row["layer_id"]: row for row in rows}
    layers = MapLayer.objects.filter(pk__in=counted).select_related("map")
    in_order = layers.order_by("map__order", "map_id", "order", "pk")
    return [LayerSource(layer, counted[layer.pk]["elements"], counted[layer.pk]["changed_at"]) for layer in in_order]


def listings_of(features: MapFeatureQuerySet) -> dict[int, list[int]]:
    """By the id of a listing that anyone may see the elements that it was made from, or that were made from it."""
    found: dict[int, list[int]] = {}
    rows = MapFeatureListing.objects.filter(
        feature__in=features.order_by().values("pk"), listing__in=Listing.objects.public()
    )
    for listing_id, feature_id in rows.order_by("listing_id", "feature_id").values_list("listing_id", "feature_id"):
        found.setdefault(listing_id, []).append(feature_id)
    return found


def _published(hub: Hub, standing: Standing) -> MapFeatureQuerySet:
    return MapFeature.objects.seen_by(standing).filter(layer__map__hub=hub, state=FeatureState.PUBLISHED)


def _sum(what: Any, only: Q | None = None) -> Coalesce:
    return Coalesce(Sum(what, filter=only, output_field=_KG), Value(Decimal(0)), output_field=_KG)

"""What the elements of a hub's maps add up to. What isn't known is counted, never guessed."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DecimalField,
    Max,
    Q,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from geo.models import Hub
from listings.models import Listing
from listings.querysets import not_over
from maps.enums import FeatureKind, FeatureState, QuantityBasis
from maps.models import MapFeature, MapFeatureListing, MapLayer
from maps.querysets import MapFeatureQuerySet
from maps.standing import Standing
from maps.yearly import PerYear

_KG = DecimalField(max_digits=24, decimal_places=6)
#: Kilograms of a stock, or of a flow in a year.
YEARLY_KG = PerYear("mass_kg")


@dataclass(frozen=True)
class Share:
    """Elements of one kind, material and municipality; either may be unknown. `kg` is of a year where they are flows.

    `measured_kg` is what of it was measured, and `unknown` how many elements have no known mass. A place has none to
    know: it is counted, and weighs nothing.
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

    layer_id: int
    map_title: str
    title: str
    attribution: str
    licence: str
    elements: int
    changed_at: dt.datetime


@dataclass(frozen=True)
class Summed:
    """What elements add up to. `ended` is how many aren't counted since they ended before the day."""

    shares: list[Share]
    sources: list[LayerSource]
    ended: int


def published_features(hub: Hub, standing: Standing) -> MapFeatureQuerySet:
    """The elements on a hub's own maps that are published, as somebody may see them.

    What other hubs have on their maps about this region isn't among them: both may have written down the same.
    """
    return MapFeature.objects.seen_by(standing).filter(layer__map__hub=hub, state=FeatureState.PUBLISHED)


def summed(features: MapFeatureQuerySet, today: dt.date) -> Summed:
    """What those add up to that aren't over; each is looked at once, by one query. One more reads their layers."""
    on = not_over(today)
    rows = (
        features.order_by()
        .values("layer_id", "kind", "material_id", "municipality_id")
        .annotate(
            elements=Count("pk", filter=on),
            ended=Count("pk", filter=~on),
            kg=_sum(YEARLY_KG, on),
            measured_kg=_sum(YEARLY_KG, on & Q(quantity_basis=QuantityBasis.MEASURED)),
            unknown=Count("pk", filter=on & Q(mass_kg=None) & ~Q(kind=FeatureKind.PLACE)),
            changed_at=Max("updated_at", filter=on),
        )
    )
    parts: dict[tuple[str, int | None, int | None], list[Any]] = {}
    in_layers: dict[int, list[Any]] = {}
    ended = 0
    for row in rows:
        ended += row["ended"]
        if row["elements"]:
            parts.setdefault((row["kind"], row["material_id"], row["municipality_id"]), []).append(row)
            in_layers.setdefault(row["layer_id"], []).append(row)
    shares = [
        Share(*of, *(sum(row[name] for row in rows) for name in ("elements", "kg", "measured_kg", "unknown")))
        for of, rows in parts.items()
    ]
    return Summed(shares, _sources(in_layers), ended)


def _sources(in_layers: dict[int, list[Any]]) -> list[LayerSource]:
    """The layers by their ids, in order, of what was counted in each."""
    layers = MapLayer.objects.filter(pk__in=in_layers).select_related("map__hub")
    return [
        LayerSource(
            layer_id=layer.pk,
            **_called(layer),
            elements=sum(row["elements"] for row in in_layers[layer.pk]),
            changed_at=max(row["changed_at"] for row in in_layers[layer.pk]),
        )
        for layer in layers.order_by("map__order", "map_id", "order", "pk")
    ]


def as_called_now(sources: list[LayerSource], standing: Standing) -> list[LayerSource]:
    """The same of layers that somebody still may see, as they are called by now."""
    layers = MapLayer.objects.seen_by(standing).select_related("map__hub").in_bulk([one.layer_id for one in sources])
    return [replace(one, **_called(layers[one.layer_id])) for one in sources if one.layer_id in layers]


def _called(layer: MapLayer) -> dict[str, Any]:
    return {
        "map_title": layer.map.title,
        "title": layer.title,
        "attribution": layer.said_source,
        "licence": layer.licence,
    }


def sees_more_than_a_stranger(standing: Standing, hub: Hub) -> bool:
    """Whether somebody may see published elements of a hub that not everyone does."""
    if hub.pk in standing.partner_hub_ids | standing.staff_hub_ids | standing.managed_hub_ids or standing.rights:
        return True
    about_them = Q(owner=standing.user_id) | Q(source_organisation__in=standing.organisation_ids)
    return standing.user_id is not None and published_features(hub, standing).filter(about_them).exists()


def listings_of(features: MapFeatureQuerySet) -> dict[int, list[int]]:
    """By the id of a listing that anyone may see the elements that it was made from, or that were made from it."""
    found: dict[int, list[int]] = {}
    rows = MapFeatureListing.objects.filter(
        feature__in=features.order_by().values("pk"), listing__in=Listing.objects.public()
    )
    for listing_id, feature_id in rows.order_by("listing_id", "feature_id").values_list("listing_id", "feature_id"):
        found.setdefault(listing_id, []).append(feature_id)
    return found


def _sum(what: Any, only: Q) -> Coalesce:
    return Coalesce(Sum(what, filter=only, output_field=_KG), Value(Decimal(0)), output_field=_KG)

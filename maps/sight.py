"""What of one layer somebody sees, as plain values: for lists, tiles and counts of that layer alone."""

from collections.abc import Iterable
from typing import NamedTuple

from maps.enums import FeatureState, Power, Visibility
from maps.models import MapLayer, MapLayerCount
from maps.standing import Standing


class Sight(NamedTuple):
    """What of a layer somebody sees: elements in these states that are shown to so many, at least; and their own."""

    states: list[str]
    at_least: int
    user_id: int | None
    organisation_ids: list[int]


def sight_of(standing: Standing, layer: MapLayer) -> Sight:
    """What maps.permissions.can_see() comes to for the elements of one layer that somebody may see. Reads its map."""
    return Sight(
        list(FeatureState.values) if edits_in(standing, layer) else [FeatureState.PUBLISHED.value],
        int(standing.threshold_in(layer.pk, layer.map.hub_id)),
        standing.user_id,
        sorted(standing.organisation_ids) if layer.visibility >= Visibility.HUB else [],
    )


def edits_in(standing: Standing, layer: MapLayer) -> bool:
    """Whether somebody edits in a layer. Reads its map."""
    return standing.power_in(layer.pk, layer.map.hub_id) >= Power.EDIT


def counted(layers: Iterable[MapLayer], standing: Standing) -> dict[int, int]:
    """How many elements of each layer somebody sees on the map, but for what only they see; without looking at one.

    In one query for all layers. Reads their maps.
    """
    sights = {layer.pk: sight_of(standing, layer) for layer in layers}
    found = dict.fromkeys(sights, 0)
    rows = MapLayerCount.objects.filter(layer__in=list(sights)).exclude(state=FeatureState.WITHDRAWN)
    for layer_id, state, visibility, count in rows.values_list("layer_id", "state", "visibility", "count"):
        sight = sights[layer_id]
        if state in sight.states and visibility >= sight.at_least:
            found[layer_id] += count
    return found

"""What of one layer somebody sees, as plain values: for lists, tiles and counts of that layer alone."""

from typing import NamedTuple

from django.db.models import Sum

from maps.enums import FeatureState, Power, Visibility
from maps.models import MapLayer
from maps.standing import Standing


class Sight(NamedTuple):
    """What of a layer somebody sees: elements in these states that are shown to so many, at least; and their own."""

    states: list[str]
    at_least: int
    user_id: int | None
    organisation_ids: list[int]


def sight_of(standing: Standing, layer: MapLayer) -> Sight:
    """What maps.permissions.can_see() comes to for the elements of one layer that somebody may see. Reads its map."""
    hub_id = layer.map.hub_id
    edits = standing.power_in(layer.pk, hub_id) >= Power.EDIT
    states = [FeatureState.DRAFT, FeatureState.REVIEW, FeatureState.PUBLISHED] if edits else [FeatureState.PUBLISHED]
    return Sight(
        [state.value for state in states],
        int(standing.threshold_in(layer.pk, hub_id)),
        standing.user_id,
        sorted(standing.organisation_ids) if layer.visibility >= Visibility.HUB else [],
    )


def counted(layer: MapLayer, sight: Sight) -> int:
    """How many elements of a layer somebody sees, but for what only they see; without looking at one."""
    rows = layer.counts.filter(state__in=sight.states, visibility__gte=sight.at_least)
    return rows.aggregate(count=Sum("count"))["count"] or 0

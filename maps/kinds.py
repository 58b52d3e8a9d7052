"""Which kinds of elements a layer has, by what is counted: no element is looked at."""

from collections.abc import Iterable

from maps.enums import FeatureKind
from maps.models import MapLayer, MapLayerCell
from maps.sight import sight_of
from maps.standing import Standing
from maps.tiles import LEVELS


def kinds_in(layers: Iterable[MapLayer], standing: Standing) -> dict[int, list[FeatureKind]]:
    """The kinds of those that somebody sees on the map, but for what only they see, in the order of FeatureKind.

    In one query for all layers. Reads their maps.
    """
    sights = {layer.pk: sight_of(standing, layer) for layer in layers}
    found: dict[int, set[str]] = {number: set() for number in sights}
    # The coarsest cells: a layer has few of them.
    rows = MapLayerCell.objects.filter(layer__in=list(sights), level=LEVELS[0], count__gt=0)
    for layer_id, state, visibility, kind in rows.values_list("layer_id", "state", "visibility", "kind").distinct():
        sight = sights[layer_id]
        if state in sight.states and visibility >= sight.at_least:
            found[layer_id].add(kind)
    return {number: [kind for kind in FeatureKind if kind in kinds] for number, kinds in found.items()}

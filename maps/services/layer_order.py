"""The order of a map's layers, its own and those that it shows: what stands higher lies on top."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.events import record
from maps.models import MapLayer, MapLayerShown, MaterialMap
from maps.permissions import check_can_curate
from maps.services.curated import present_map
from maps.standing import standing_of
from maps.verbs import MapVerb


@transaction.atomic
def move_layer(*, by: User, material_map: MaterialMap, layer: MapLayer, up: bool) -> MapLayer:
    """Move a layer of a map one place up or down, past the next that the curator sees. Raises ValidationError for a
    layer that the map doesn't have, and for one that is first or last already.
    """
    check_can_curate(by, material_map.hub)
    stored = present_map(material_map)
    order = list(MapLayer.objects.present().on_map(stored).values_list("pk", flat=True))
    seen = list(MapLayer.objects.seen_by(standing_of(by)).on_map(stored).values_list("pk", flat=True))
    if layer.pk not in seen:
        raise ValidationError(_("Deze kaart toont die laag niet meer. Laad de pagina opnieuw."))
    beside = seen.index(layer.pk) + (-1 if up else 1)
    if not 0 <= beside < len(seen):
        raise ValidationError(_("Deze laag staat al bovenaan.") if up else _("Deze laag staat al onderaan."))
    order.remove(layer.pk)
    order.insert(order.index(seen[beside]) + (0 if up else 1), layer.pk)
    _number(stored, order)
    record(MapVerb.LAYER_MOVED, layer, by=by, hub_ids=[stored.hub_id])
    return layer


def _number(material_map: MaterialMap, order: list[int]) -> None:
    """Number the layers of a locked map from nought. What they say of themselves stays the version that it was."""
    places = {pk: place for place, pk in enumerate(order)}
    own = list(material_map.layers.filter(pk__in=places))
    shown = list(material_map.shown_layers.filter(layer__in=places))
    for layer in own:
        layer.order = places[layer.pk]
    for one in shown:
        one.order = places[one.layer_id]
    MapLayer.objects.bulk_update(own, ["order"])
    MapLayerShown.objects.bulk_update(shown, ["order"])

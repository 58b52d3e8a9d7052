"""Making, changing, taking away and bringing back layers; showing those of others."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.events import changed, record, values_of
from listings.querysets import is_among
from maps.enums import GeometryKind
from maps.models import MapLayer, MapLayerShown, MaterialMap
from maps.permissions import can_see_layer, check_can_curate, check_can_govern
from maps.services.curated import check_seen, fill_curated, present_map
from maps.standing import standing_of
from maps.style import read_style
from maps.verbs import MapVerb

LAYER_FIELDS = frozenset(
    {
        "title", "description", "licence", "attribution", "order", "geometry_kind", "style", "visibility",
        "verify_every_months",
    }
)  # fmt: skip
#: Layers of one map, its own and those that it shows, at most.
MOST_LAYERS = 40


@transaction.atomic
def create_layer(*, by: User | None, material_map: MaterialMap, title: str, **fields: Any) -> MapLayer:
    """Make an empty layer of a map. `by` None is an operator at the command line."""
    if by is not None:
        check_can_curate(by, material_map.hub)
    stored = present_map(material_map)
    layer = MapLayer(map=stored, created_by=by, licence=stored.licence, attribution=stored.attribution)
    layer.order = _room_for_one_more(stored)
    _fill(layer, {"title": title, **fields})
    layer.save()
    _record(MapVerb.LAYER_CREATED, by, layer)
    return layer


@transaction.atomic
def update_layer(*, by: User, layer: MapLayer, version: int | None = None, **fields: Any) -> MapLayer:
    """Change a layer that somebody saw in this version. Raises CuratedConflict where it has changed since, and
    ValidationError for shapes that its elements don't have.
    """
    check_can_curate(by, layer.map.hub)
    stored = _locked(layer)
    if stored.deleted_at is not None:
        raise ValidationError(_("Deze laag is weggehaald. Zet ze eerst terug."))
    if "style" in fields:
        fields["style"] = read_style(fields["style"])
    check_seen(stored, version, fields)
    before = values_of(stored, LAYER_FIELDS)
    _fill(stored, fields)
    _check_shapes(stored)
    stored.version += 1
    stored.save()
    changes = changed(before, values_of(stored, LAYER_FIELDS), private=["style"])
    _record(MapVerb.LAYER_CHANGED, by, stored, changes)
    return stored


@transaction.atomic
def delete_layer(*, by: User, layer: MapLayer) -> None:
    """Take a layer away, with its elements. All stays stored, with its history: `restore_layer` brings it back."""
    check_can_govern(by, layer.map.hub)
    stored = _locked(layer)
    if stored.deleted_at is not None:
        raise ValidationError(_("Deze laag is al weggehaald."))
    stored.deleted_at, stored.deleted_by = timezone.now(), by
    stored.save()
    _record(MapVerb.LAYER_DELETED, by, stored)


@transaction.atomic
def restore_layer(*, by: User, layer: MapLayer) -> MapLayer:
    """Bring a layer back as it was."""
    check_can_govern(by, layer.map.hub)
    stored = _locked(layer)
    if stored.deleted_at is None:
        raise ValidationError(_("Deze laag is er nog."))
    stored.deleted_at, stored.deleted_by = None, None
    stored.save()
    _record(MapVerb.LAYER_RESTORED, by, stored)
    return stored


@transaction.atomic
def show_layer(*, by: User, material_map: MaterialMap, layer: MapLayer) -> MapLayerShown:
    """Show a layer of another map, with its own rights and style. Each viewer sees of it what they would there."""
    check_can_curate(by, material_map.hub)
    stored = present_map(material_map)
    layer = MapLayer.objects.select_related("map__hub").get(pk=layer.pk)
    if not can_see_layer(standing_of(by), layer):
        raise PermissionDenied(_("Deze laag is voor jou niet zichtbaar."))
    if layer.map_id == stored.pk:
        raise ValidationError(_("Deze laag hoort al bij deze kaart."))
    shown = MapLayerShown(map=stored, layer=layer, order=_room_for_one_more(stored))
    shown.full_clean()
    shown.save()
    record(MapVerb.LAYER_SHOWN, layer, by=by, hub_ids={stored.hub_id, layer.map.hub_id})
    return shown


@transaction.atomic
def hide_layer(*, by: User, shown: MapLayerShown) -> None:
    """Show a layer of another map no longer."""
    check_can_curate(by, shown.map.hub)
    record(MapVerb.LAYER_HIDDEN, shown.layer, by=by, hub_ids={shown.map.hub_id, shown.layer.map.hub_id})
    shown.delete()


def _fill(layer: MapLayer, fields: dict[str, Any]) -> None:
    if "style" in fields:
        fields = fields | {"style": read_style(fields["style"])}
    fill_curated(layer, fields, LAYER_FIELDS)
    layer.full_clean()


def _check_shapes(layer: MapLayer) -> None:
    types = [name.upper() for name in GeometryKind(layer.geometry_kind).types]
    own = models.Func("geometry", function="GeometryType", output_field=models.TextField())
    if layer.features.exclude(is_among(own, types, models.TextField())).exists():
        raise ValidationError(
            {"geometry_kind": _("Deze laag heeft elementen met een andere vorm. Kies “punten, lijnen en vlakken”.")}
        )


def _locked(layer: MapLayer) -> MapLayer:
    locked: MapLayer = MapLayer.objects.select_for_update(of=("self",)).select_related("map__hub").get(pk=layer.pk)
    return locked


def _room_for_one_more(material_map: MaterialMap) -> int:
    """The place of the next layer. Raises ValidationError where a map has enough."""
    count = material_map.layers.filter(deleted_at=None).count() + material_map.shown_layers.count()
    if count >= MOST_LAYERS:
        raise ValidationError(_("Een kaart heeft hoogstens %(most)d lagen.") % {"most": MOST_LAYERS})
    return count


def _record(verb: MapVerb, by: User | None, layer: MapLayer, changes: dict[str, Any] | None = None) -> None:
    record(verb, layer, by=by, hub_ids=[layer.map.hub_id], changes=changes)

"""Adding and changing elements."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import is_hub_staff
from geo.models import Hub
from maps.conflicts import conflict_over
from maps.derived import derive_mass, derive_places
from maps.enums import FeatureState, Visibility
from maps.fields import check_names, column
from maps.history import begin_change
from maps.models import MapFeature, MapLayer
from maps.permissions import check_can_add, check_can_take
from maps.services.storing import copy_of, current, record_change, save_changes
from maps.validators import as_stored, check_feature, check_publishable
from maps.verbs import MapVerb


@transaction.atomic
def add_feature(*, by: User, layer: MapLayer, **fields: Any) -> MapFeature:
    """Begin an element in a layer, as a draft. Raises ValidationError by field, PermissionDenied for others."""
    layer = MapLayer.objects.select_related("map__hub").get(pk=layer.pk)
    check_can_add(by, layer)
    feature = MapFeature(layer=layer, created_by=by, state=FeatureState.DRAFT)
    # What isn't said shows as widely as its layer does.
    feature.visibility = layer.visibility
    fill(feature, fields)
    check_feature(feature)
    derive(feature)
    begin_change(by=by, verb=MapVerb.ADDED)
    feature.save()
    stored = current(feature)
    record_change(MapVerb.ADDED, by, stored)
    return stored


@transaction.atomic
def change_feature(*, by: User, feature: MapFeature, version: int, **fields: Any) -> MapFeature:
    """Change an element that somebody saw in this version. Raises Conflict where it has changed since.

    What is published is changed only by those who publish; others propose (`propose_change`). Nothing given, or
    nothing that differs, changes nothing.
    """
    stored = current(feature)
    check_can_take(by, stored, "change")
    check_seen(stored, version, fields)
    changed = changed_copy(stored, fields)
    if all(getattr(changed, column(name).attname) == getattr(stored, column(name).attname) for name in fields):
        return stored
    if stored.state == FeatureState.PUBLISHED:
        check_publishable(changed)
    return save_changes(stored, changed, by=by, verb=MapVerb.CHANGED, asked=fields)


def check_seen(stored: MapFeature, version: int, fields: dict[str, Any]) -> None:
    """Raise Conflict where an element isn't as somebody saw it, and ValidationError for what is no value of a field.

    Called before anything is checked together: a value may not fit the newer element that did fit the one they saw,
    and then it is no mistake of theirs.
    """
    check_names(fields)
    if stored.version != version:
        raise conflict_over(stored, version, {name: as_stored(name, _read(name, fields[name])) for name in fields})


def changed_copy(feature: MapFeature, fields: dict[str, Any]) -> MapFeature:
    """The element with other values, checked and whole. Raises ValidationError by field."""
    changed = copy_of(feature)
    fill(changed, fields)
    check_feature(changed)
    derive(changed)
    return changed


def fill(feature: MapFeature, fields: dict[str, Any]) -> None:
    """Set fields that people write. Raises ValidationError by field for others, and for values of another type."""
    check_names(fields)
    _check_owner(feature, fields)
    for name, value in fields.items():
        setattr(feature, name, _read(name, value))
    if "visibility" in fields or feature.pk is None:
        if feature.visibility is None:
            raise ValidationError({"visibility": _("Kies voor wie dit zichtbaar is.")})
        if feature.visibility > feature.layer.visibility:
            words = _("Deze laag is zichtbaar voor %(layer)s: dit ook, of voor minder.")
            shown_to = Visibility(feature.layer.visibility).label
            raise ValidationError({"visibility": ValidationError(words, params={"layer": shown_to})})


def _check_owner(feature: MapFeature, fields: dict[str, Any]) -> None:
    """Raise ValidationError unless a new owner works for the hub."""
    owner = fields.get("owner")
    if owner is not None and owner.pk != feature.owner_id:
        check_owner(owner, feature.layer.map.hub)


def check_owner(owner: User, hub: Hub) -> None:
    """Raise ValidationError unless somebody works for the hub."""
    if not is_hub_staff(owner, hub):
        words = _("Kies een medewerker van %(hub)s.")
        raise ValidationError({"owner": ValidationError(words, params={"hub": hub.name})})


def derive(feature: MapFeature) -> None:
    """Fill in what follows."""
    derive_places([feature])
    derive_mass(feature)
    if feature.state == FeatureState.PUBLISHED:
        feature.published_at = feature.published_at or timezone.now()


def _read(name: str, value: Any) -> Any:
    """A value as the type of its field: "2026-12-31" as a date. Raises ValidationError by field."""
    field = column(name)
    if field.is_relation or value is None or name == "geometry":
        return value
    try:
        return field.to_python(value)
    except ValidationError as error:
        raise ValidationError({name: error}) from None

"""How every service stores an element: one UPDATE that names the version seen, with its history and its event."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from geo.shapes import is_same
from journal.events import changed, record, values_of
from maps.conflicts import conflict_over
from maps.fields import OF_STEPS, WRITABLE, column
from maps.history import begin_change
from maps.models import MapFeature
from maps.verbs import MapVerb

#: Where it lies and what somebody says of its source is for those who may see the element: the journal says that it
#: changed, and its history what it was.
PRIVATE = frozenset(WRITABLE) - {"title", "kind", "material", "quantity", "unit", "period", "visibility"}
_DERIVED = ("mass_kg", "municipality")


def current(feature: MapFeature) -> MapFeature:
    """The element as it is stored now, with what the rules look at."""
    found: MapFeature = MapFeature.objects.select_related(
        "layer__map__hub", "material", "source_organisation", "site", "owner"
    ).get(pk=feature.pk)
    return found


def hold(ids: Iterable[int]) -> None:
    """Hold elements until the transaction ends, in the order of their ids. Call it before any of several is stored.

    Whoever stores one holds the counts of its layer from then on: in any other order two could wait for each other.
    """
    rows = MapFeature.objects.filter(pk__in=sorted(ids)).order_by("pk").select_for_update(no_key=True)
    # Read to the last: each is held as it is read.
    list(rows.values_list("pk"))


def save_changes(
    before: MapFeature,
    after: MapFeature,
    *,
    by: User,
    verb: MapVerb,
    asked: Mapping[str, Any],
    begun: bool = False,
    **told: Any,
) -> MapFeature:
    """Store what differs, and record it. Raises Conflict where somebody else was first.

    `before` is the element as it was read, `after` the same with new values; `asked` are those that a person gave.
    `begun` says that it is part of a change that begin_change() was called for.
    """
    assert transaction.get_connection().in_atomic_block
    if not begun:
        begin_change(by=by, verb=verb)
    values = {
        name: getattr(after, name) for name in (*WRITABLE, *OF_STEPS, *_DERIVED) if _differs(before, after, name)
    }
    rows = MapFeature.objects.filter(pk=before.pk, version=before.version)
    if not rows.update(**values, version=F("version") + 1, updated_at=Now()):
        raise conflict_over(current(before), before.version, asked)
    stored = current(before)
    record_change(verb, by, stored, before=before, **told)
    return stored


def record_change(
    verb: MapVerb, by: User, feature: MapFeature, *, before: MapFeature | None = None, **told: Any
) -> None:
    """Record what happened to an element. Its hub's managers may read it."""
    names = [*(name for name in WRITABLE if name != "geometry"), "state"]
    changes: dict[str, Any] = {}
    if before is not None:
        changes = changed(values_of(before, names), values_of(feature, names), private=PRIVATE)
        if _differs(before, feature, "geometry"):
            changes["geometry"] = None
        # An amount says little without its unit, also where that stayed the same.
        if "quantity" in changes:
            changes.setdefault("unit", [feature.unit] * 2)
    record(verb, feature, by=by, hub_ids=[feature.layer.map.hub_id], changes=changes | told)


def copy_of(feature: MapFeature, names: Iterable[str] = (*WRITABLE, *OF_STEPS, *_DERIVED)) -> MapFeature:
    """Another instance with the same values, to be changed beside it."""
    made = MapFeature(pk=feature.pk, layer=feature.layer, version=feature.version, created_by_id=feature.created_by_id)
    # It is there already: else its own number and reference would be taken.
    made._state.adding = False
    for name in names:
        setattr(made, column(name).attname, getattr(feature, column(name).attname))
        if column(name).is_relation and MapFeature._meta.get_field(name).is_cached(feature):  # type: ignore[union-attr]
            setattr(made, name, getattr(feature, name))
    return made


def _differs(before: models.Model, after: models.Model, name: str) -> bool:
    attname = column(name).attname
    was, becomes = getattr(before, attname), getattr(after, attname)
    # Whoever sends a shape back as it was given has it turned as GeoJSON has it.
    return not is_same(was, becomes) if name == "geometry" else bool(was != becomes)

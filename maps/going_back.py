"""Whether somebody may bring one element back: to how it was in a version, or to before its last change."""

from copy import copy

from maps.history import changed_together, versions_of
from maps.models import MapFeature, MapFeatureVersion
from maps.permissions import can_take
from maps.standing import Standing


def can_go_back(standing: Standing, feature: MapFeature, state: str) -> bool:
    """Whether somebody may bring an element back to a state: they may undo it as it is, and as it becomes."""
    then = copy(feature)
    then.state = state
    return can_take(standing, feature, "undo") and can_take(standing, then, "undo")


def can_undo_last(standing: Standing, feature: MapFeature) -> bool:
    """Whether somebody may undo the last change of an element, with what it did to others."""
    if not can_take(standing, feature, "undo"):
        return False
    rows = changed_together(feature)
    if not rows:
        earlier = versions_of(feature).filter(version__lt=feature.version).first()
        return earlier is not None and can_go_back(standing, feature, earlier.state)
    ids = [row.pgh_obj_id for row in rows]
    before = MapFeatureVersion.objects.filter(pgh_obj__in=ids, pgh_id__lt=rows[0].pgh_id)
    states = dict(before.order_by("pgh_obj", "-pgh_id").distinct("pgh_obj").values_list("pgh_obj", "state"))
    elements = MapFeature.objects.filter(pk__in=ids).select_related("layer__map")
    # What the change made has no state before it, and is withdrawn.
    return all(
        can_go_back(standing, one, states[one.pk]) if one.pk in states else can_take(standing, one, "undo")
        for one in elements
    )

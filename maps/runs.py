"""What somebody changed in many elements of a layer at once, and whether it can still be undone."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from accounts.models import User
from journal.events import events_of
from maps.models import MapFeature, MapFeatureVersion, MapLayer
from maps.permissions import can_review, can_take, check_can_review
from maps.standing import Standing, standing_of
from maps.verbs import MANY, MapVerb

#: Changes of many elements that a page shows.
RUNS_SHOWN = 5
#: What brings an element no further than its draft or its review: who did it takes it back with no more power.
_OF_WHO_EDITS = (MapVerb.CHANGED, MapVerb.SUBMITTED)


@dataclass(frozen=True)
class Run:
    """A change of many elements: its number, what it was (a verb of MANY), when and by whom, and of how many elements.

    `as_left` of them are still as it left them: undoing brings those back.
    """

    change: UUID
    verb: str
    at: dt.datetime
    by_id: int | None
    changed: int
    as_left: int


def runs_of(layer: MapLayer, standing: Standing) -> list[Run]:
    """The last changes of many elements of a layer: all, for who publishes in it; of others their own."""
    events = events_of(layer).filter(verb__in=[str(verb) for verb in MANY.values()])
    if not can_review(standing, layer):
        events = events.filter(by_id=standing.user_id)
    rows = [(UUID(row.changes["change"]), row) for row in events[:RUNS_SHOWN]]
    left = _as_left([change for change, _row in rows])
    return [
        Run(change, row.verb, row.at, row.by_id, row.changes.get("elements_changed", 0), left.get(change, 0))
        for change, row in rows
    ]


def check_can_undo_change(by: User, layer: MapLayer, change: UUID) -> None:
    """Who publishes in a layer undoes any change of it; others one of their own, if they may so in each element.

    Raises PermissionDenied.
    """
    standing = standing_of(by)
    if can_review(standing, layer):
        return
    versions = MapFeatureVersion.objects.filter(pgh_context=change, layer=layer.pk)
    said = versions.values_list("pgh_context__metadata", flat=True).first() or {}
    if said.get("by") == by.pk and said.get("verb") in _OF_WHO_EDITS:
        last = dict(versions.order_by("version").values_list("pgh_obj", "version"))
        elements = MapFeature.objects.filter(layer=layer, pk__in=versions.values("pgh_obj"))
        if all(_may_undo(standing, layer, one) for one in elements if one.version == last[one.pk]):
            return
    check_can_review(by, layer)


def _may_undo(standing: Standing, layer: MapLayer, feature: MapFeature) -> bool:
    feature.layer = layer
    return can_take(standing, feature, "undo")


def _as_left(changes: Sequence[UUID]) -> dict[UUID, int]:
    """How many elements are still as each change left them."""
    if not changes:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_AS_LEFT, [list(changes)])
        return dict(cursor.fetchall())


_AS_LEFT = """
    SELECT touched.change, count(*) FROM (
        SELECT pgh_context_id AS change, pgh_obj_id, max(version) AS last_version FROM maps_mapfeatureversion
        WHERE pgh_context_id = ANY(%s::uuid[]) GROUP BY 1, 2
    ) touched
    JOIN maps_mapfeature feature ON feature.id = touched.pgh_obj_id AND feature.version = touched.last_version
    GROUP BY 1
"""

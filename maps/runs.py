"""What somebody changed in many elements of a layer at once, and whether it can still be undone, and by whom."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F
from django.utils.translation import gettext as _
from pghistory.models import Context

from accounts.models import User
from journal.events import events_of
from maps.models import MapFeature, MapLayer
from maps.permissions import can_review, can_see_layer, taken_in
from maps.querysets import MapFeatureQuerySet
from maps.standing import Standing, standing_of
from maps.verbs import MANY, MapVerb

#: Changes of many elements that a page shows.
RUNS_SHOWN = 5
#: What brings an element no further than its draft or its review: who did it takes it back with no more power.
_OF_WHO_EDITS = (MapVerb.CHANGED, MapVerb.SUBMITTED)


class Undoing(NamedTuple):
    """What undoing a change comes to for somebody: how many elements are still as it left them, which undoing brings
    back, and whether they may do so.
    """

    as_left: int
    may: bool


@dataclass(frozen=True)
class Run:
    """A change of many elements: its number, what it was (a verb of MANY), when and by whom, of how many elements, and
    what undoing it comes to for who looks at it.
    """

    change: UUID
    verb: str
    at: dt.datetime
    by_id: int | None
    changed: int
    undoing: Undoing


def runs_of(layer: MapLayer, standing: Standing) -> list[Run]:
    """The last changes of many elements of a layer: all, for who publishes in it; of others their own."""
    events = events_of(layer).filter(verb__in=[str(verb) for verb in MANY.values()])
    if not can_review(standing, layer):
        events = events.filter(by_id=standing.user_id)
    rows = [(UUID(row.changes["change"]), row) for row in events[:RUNS_SHOWN]]
    undoing = undoing_of([change for change, _row in rows], layer, standing)
    return [
        Run(change, row.verb, row.at, row.by_id, row.changes.get("elements_changed", 0), undoing[change])
        for change, row in rows
    ]


def undoing_of(changes: Sequence[UUID], layer: MapLayer, standing: Standing) -> dict[UUID, Undoing]:
    """By the number of each change of a layer, what undoing it comes to for somebody.

    Who publishes in the layer undoes any; others what they changed or put forward, where they may undo each element
    that is still as they left it. Reads the layer's map.
    """
    if not changes:
        return {}
    left = _as_left(changes, MapFeature.objects.filter(layer=layer))
    if can_review(standing, layer):
        return {change: Undoing(left.get(change, 0), may=True) for change in changes}
    theirs = _as_left(changes, taken_in(standing, layer, "undo"))
    own = _own(changes, standing.user_id) if can_see_layer(standing, layer) else set()
    return {
        change: Undoing(
            left.get(change, 0), may=change in own and theirs.get(change, 0) == left.get(change, 0)
        )
        for change in changes
    }  # fmt: skip


def check_is_of_many(change: UUID) -> None:
    """Raise ValidationError unless a change was one of many elements at once, of which runs_of() tells.

    What a file brought is undone as that file, which says so of itself then; what was split or joined, by its element.
    """
    said = Context.objects.filter(pk=change).values_list("metadata__verb", flat=True).first()
    if said not in [str(verb) for verb in MANY]:
        raise ValidationError(
            _("Dit is geen wijziging van elementen in één keer. Wat een bestand bracht, zet je terug bij dat bestand.")
        )


def check_can_undo_change(by: User, layer: MapLayer, change: UUID) -> None:
    """Raise PermissionDenied unless undoing_of() says that somebody may."""
    if not undoing_of([change], layer, standing_of(by))[change].may:
        raise PermissionDenied(_("Dit zet enkel wie in deze laag publiceert terug. Vraag het aan de hub."))


def _own(changes: Sequence[UUID], user_id: int | None) -> set[UUID]:
    """Those that somebody made, of what editing comes to."""
    said = Context.objects.filter(pk__in=changes).values_list("pk", "metadata")
    return {
        change
        for change, told in said
        if user_id is not None and told.get("by") == user_id and told.get("verb") in _OF_WHO_EDITS
    }


def _as_left(changes: Sequence[UUID], among: MapFeatureQuerySet) -> dict[UUID, int]:
    """How many of some elements are still as each change left them: the version of each is one that it made."""
    left = among.filter(versions__pgh_context__in=changes, versions__version=F("version"))
    return dict(left.order_by().values_list("versions__pgh_context").annotate(Count("pk")))

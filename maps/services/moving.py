"""What hangs on an element, its photos, documents and listings, goes along where it is joined, and back with undoing.

Call these with both elements held until the transaction ends.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Max

from maps.models import MapFeature, MapFeatureDocument, MapFeatureListing, MapFeatureMove, MapFeaturePhoto

_Hanging = MapFeaturePhoto | MapFeatureDocument | MapFeatureListing


def move_along(change: UUID, source: MapFeature, target: MapFeature) -> None:
    """Hang all of an element on another, as part of a change. A listing that both have stays where it is."""
    known = MapFeatureListing.objects.filter(feature=target)
    for rows in (
        list(MapFeaturePhoto.objects.filter(feature=source)),
        list(MapFeatureDocument.objects.filter(feature=source)),
        list(MapFeatureListing.objects.filter(feature=source).exclude(listing__in=known.values("listing"))),
    ):
        _hang(change, rows, source.pk, target.pk)


def bring_back(undone: UUID, undoing: UUID, only: MapFeature | None = None) -> None:
    """Hang what a change moved where it was before: all of it, or what was of one element.

    `undoing` is the change that does so. What somebody removed or moved since stays so.
    """
    moves = MapFeatureMove.objects.filter(change=undone)
    if only is not None:
        moves = moves.filter(was_of=only)
    for was_of, now_of in moves.order_by("was_of", "now_of").values_list("was_of", "now_of").distinct():
        some = moves.filter(was_of=was_of, now_of=now_of)
        known = MapFeatureListing.objects.filter(feature=was_of)
        for rows in (
            list(MapFeaturePhoto.objects.filter(feature=now_of, pk__in=some.values("photo"))),
            list(MapFeatureDocument.objects.filter(feature=now_of, pk__in=some.values("document"))),
            list(
                MapFeatureListing.objects.filter(feature=now_of, pk__in=some.values("listing"))
                .exclude(listing__in=known.values("listing"))
            ),
        ):  # fmt: skip
            _hang(undoing, rows, now_of, was_of)


def _hang(change: UUID, rows: Sequence[_Hanging], was_of: int, now_of: int) -> None:
    """Hang rows of one kind on another element; photos come behind those that it has."""
    if not rows:
        return
    kind, ids = type(rows[0]), [row.pk for row in rows]
    if kind is MapFeaturePhoto:
        last = MapFeaturePhoto.objects.filter(feature=now_of).aggregate(last=Max("position"))["last"]
        first = min(row.position for row in rows if isinstance(row, MapFeaturePhoto))
        behind = F("position") - first + (0 if last is None else last + 1)
        MapFeaturePhoto.objects.filter(pk__in=ids).update(position=behind)
    kind._default_manager.filter(pk__in=ids).update(feature=now_of)
    name = {MapFeaturePhoto: "photo", MapFeatureDocument: "document", MapFeatureListing: "listing"}[kind]
    hung: list[dict[str, Any]] = [{name: row} for row in rows]
    MapFeatureMove.objects.bulk_create(
        MapFeatureMove(change=change, was_of_id=was_of, now_of_id=now_of, **one) for one in hung
    )

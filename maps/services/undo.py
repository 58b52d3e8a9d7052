"""Putting things back: one element to what it was, or all that one change touched."""

import datetime as dt
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.events import record
from listings.imports.progress import Progress
from maps.conflicts import conflict_over
from maps.enums import FeatureState, GeometryKind
from maps.fields import OF_STEPS, WRITABLE, column
from maps.history import begin_change, changed_together, version_of, versions_of
from maps.models import MapFeature, MapLayer
from maps.permissions import check_can_take
from maps.runs import check_can_undo_change
from maps.services.bulk import ROWS_AT_ONCE
from maps.services.features import derive
from maps.services.moving import bring_back, move_along
from maps.services.storing import copy_of, current, hold, save_changes
from maps.validators import check_feature
from maps.verbs import MapVerb

#: Elements that stayed as they were of which undoing tells the ids, at most.
MOST_NAMED = 2_000


class Undone(NamedTuple):
    """How many elements of a change are as they were before, and how many stayed since somebody changed them after.

    `stayed` are the ids of those, of MOST_NAMED at most.
    """

    undone: int
    left: int
    stayed: list[int]


@transaction.atomic
def undo_feature(
    *, by: User, feature: MapFeature, seen: int, version: int | None = None, moment: dt.datetime | None = None
) -> MapFeature:
    """Bring an element back to a version, to how it was at a moment, or, without either, to before its last change.

    `seen` is the version that the person saw. What it was meanwhile stays in its history: undoing can be undone.
    Where the last change was of several elements at once, as splitting is, all of them go back with it.
    """
    stored = current(feature)
    check_can_take(by, stored, "undo")
    if stored.version != seen:
        raise conflict_over(stored, seen, {})
    if version is None and moment is None and (rows := changed_together(stored)):
        return _undo_together(by, stored, rows)
    row = _row(stored, version, moment)
    if row is None:
        raise ValidationError(_("Van dit element is geen vroegere versie bewaard."))
    after, change = _as_it_was(by, stored, row), begin_change(by=by, verb=MapVerb.UNDONE)
    if stored.state == FeatureState.WITHDRAWN != after.state:
        # Where it was withdrawn by joining it to another, what hung on it is there.
        last = versions_of(stored).first()
        bring_back(last.pgh_context_id, change, only=stored)
    return save_changes(stored, after, by=by, verb=MapVerb.UNDONE, asked={}, begun=True)


def _undo_together(by: User, feature: MapFeature, rows: list[Any]) -> MapFeature:
    """Bring back all elements of a change, or none: what it made is withdrawn, what it changed is as before."""
    hold(row.pgh_obj_id for row in rows)
    undoing = begin_change(by=by, verb=MapVerb.UNDONE)
    bring_back(rows[0].pgh_context_id, undoing)
    made, kept = list[MapFeature](), list[MapFeature]()
    for row in rows:
        stored = feature if row.pgh_obj_id == feature.pk else current(MapFeature(pk=row.pgh_obj_id))
        check_can_take(by, stored, "undo")
        if stored.version != row.version:
            words = {"title": stored.title}
            raise ValidationError(_("“%(title)s” is sindsdien gewijzigd. Zet dat eerst terug.") % words)
        earlier = versions_of(stored).filter(version__lt=row.version).first()
        after = _as_it_was(by, stored, earlier) if earlier else _in_state(stored, FeatureState.WITHDRAWN)
        save_changes(stored, after, by=by, verb=MapVerb.UNDONE, asked={}, begun=True)
        (kept if earlier else made).append(stored)
    for piece in made:
        # What was hung on a piece since stays with the whole.
        move_along(undoing, piece, kept[0])
    return current(feature)


def _as_it_was(by: User, stored: MapFeature, row: Any) -> MapFeature:
    """The element with the values of a version, checked and whole."""
    after = copy_of(stored)
    for name in (*WRITABLE, *OF_STEPS):
        setattr(after, name, _still_there(row, name))
    # Whoever may not publish doesn't do so by undoing, nor takes off what is published.
    check_can_take(by, _in_state(stored, after.state), "undo")
    check_feature(after)
    derive(after)
    return after


def _row(feature: MapFeature, version: int | None, moment: dt.datetime | None) -> Any:
    if version is not None:
        return version_of(feature, version)
    if moment is not None:
        return versions_of(feature).filter(pgh_created_at__lte=moment).first()
    return versions_of(feature).filter(version__lt=feature.version).first()


def _still_there(row: Any, name: str) -> Any:
    """A value of a version. People and organisations that are gone since stay away."""
    field = column(name)
    if not field.is_relation:
        return getattr(row, name)
    assert isinstance(field.related_model, type)
    return field.related_model._default_manager.filter(pk=getattr(row, field.attname)).first()


def _in_state(feature: MapFeature, state: str) -> MapFeature:
    made = copy_of(feature)
    made.state = state
    return made


@transaction.atomic
def undo_batch(*, by: User, layer: MapLayer, change: UUID, progress: Progress | None = None) -> Undone:
    """Bring back all elements of a layer that one change touched, such as an import. `change` is its number.

    What it made is withdrawn, what it changed is as it was before. What somebody changed since stays as it is. Raises
    ValidationError where the layer no longer takes what an element was before; then all stay as they are.
    `progress` hears how far it is; an exception from it leaves all as it was.
    """
    layer = MapLayer.objects.select_related("map__hub").get(pk=layer.pk)
    check_can_undo_change(by, layer, change)
    begin_change(by=by, verb=MapVerb.BATCH_UNDONE)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS touched_element")
        cursor.execute(_CREATE)
        cursor.execute(_TOUCHED, [str(change), layer.pk])
        touched = cursor.rowcount
        if not touched:
            raise ValidationError(_("Deze wijziging raakte geen element van deze laag."))
        cursor.execute("ANALYZE touched_element")
        cursor.execute(_HOLD)
        cursor.execute(_STAYED, [MOST_NAMED])
        stayed = [pk for (pk,) in cursor.fetchall()]
        _check_can_go_back(layer)
        back = 0
        for first in range(1, touched + 1, ROWS_AT_ONCE):
            for statement in (_WITHDRAW_MADE, _BRING_BACK):
                cursor.execute(statement, [first, first + ROWS_AT_ONCE - 1])
                back += cursor.rowcount
            if progress is not None:
                progress(min(first + ROWS_AT_ONCE - 1, touched), touched)
        left = touched - back
    record(MapVerb.BATCH_UNDONE, layer, by=by, hub_ids=[layer.map.hub_id], changes={"undone": back, "left": left})
    return Undone(back, left, stayed)


def _check_can_go_back(layer: MapLayer) -> None:
    """Raise ValidationError where touched elements had a shape that the layer no longer takes, or a number of another.

    Nobody changes what the layer takes from here until the transaction ends.
    """
    # After its elements, as who changes one does.
    stored = MapLayer.objects.select_for_update(of=("self",), no_key=True).get(pk=layer.pk)
    kind = GeometryKind(stored.geometry_kind)
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_SHAPES, [[name.upper() for name in kind.types]])
        (count,) = cursor.fetchone()
        if count:
            words = _(
                "Elementen die toen een andere vorm hadden: %(count)s. Deze laag neemt nu enkel %(kind)s. Kies bij de "
                "laag eerst “punten, lijnen en vlakken”, en probeer dan opnieuw."
            )
            raise ValidationError(words, params={"count": count, "kind": kind.label})
        cursor.execute(_TAKEN_NUMBERS, [layer.pk])
        (taken,) = cursor.fetchone()
    if taken is not None:
        words = _(
            "Het nummer bij de bron “%(number)s” heeft intussen een ander element van deze laag. Geef dat eerst een "
            "ander nummer, en probeer dan opnieuw."
        )
        raise ValidationError(words, params={"number": taken})


#: Of each element that a change touched, in the order of their ids: its first and its last version in it.
_CREATE = """
    CREATE TEMPORARY TABLE touched_element (
        place bigint PRIMARY KEY, pgh_obj_id bigint, first_id bigint, last_version int, made bool
    ) ON COMMIT DROP
"""
_TOUCHED = """
    INSERT INTO touched_element
    SELECT row_number() OVER (ORDER BY pgh_obj_id) AS place, pgh_obj_id, min(pgh_id) AS first_id,
        max(version) AS last_version, bool_or(pgh_label = 'insert') AS made
    FROM maps_mapfeatureversion WHERE pgh_context_id = %s::uuid AND layer_id = %s::bigint GROUP BY pgh_obj_id
"""
#: All of them before the counts of their layer, as who changes one does: else two could wait for each other.
_HOLD = """
    SELECT count(*) FROM (
        SELECT FROM maps_mapfeature WHERE id IN (SELECT pgh_obj_id FROM touched_element) ORDER BY id FOR NO KEY UPDATE
    ) held
"""
_STAYED = """
    SELECT feature.id FROM maps_mapfeature feature JOIN touched_element touched ON touched.pgh_obj_id = feature.id
    WHERE feature.version <> touched.last_version ORDER BY feature.id LIMIT %s::int
"""
#: The elements that go back, with what each was before.
_GOING_BACK = """
    maps_mapfeature feature JOIN touched_element touched
        ON touched.pgh_obj_id = feature.id AND NOT touched.made AND touched.last_version = feature.version
    CROSS JOIN LATERAL (
        SELECT earlier.geometry, earlier.source_reference FROM maps_mapfeatureversion earlier
        WHERE earlier.pgh_obj_id = touched.pgh_obj_id AND earlier.pgh_id < touched.first_id
        ORDER BY earlier.pgh_id DESC LIMIT 1
    ) before
"""
_OTHER_SHAPES = f"""
    SELECT count(*) FROM {_GOING_BACK} WHERE GeometryType(before.geometry) NOT IN (SELECT unnest(%s::text[]))
"""
#: A number that one had before, and that one which doesn't go back has by now.
_TAKEN_NUMBERS = f"""
    SELECT min(before.source_reference) FROM {_GOING_BACK}
    JOIN maps_mapfeature other ON other.layer_id = %s::bigint AND other.source_reference = before.source_reference
        AND other.id <> feature.id
    WHERE before.source_reference <> '' AND NOT EXISTS (
        SELECT FROM touched_element own
        WHERE own.pgh_obj_id = other.id AND NOT own.made AND own.last_version = other.version
    )
"""
_WITHDRAW_MADE = """
    UPDATE maps_mapfeature feature SET state = 'withdrawn', version = feature.version + 1, updated_at = now()
    FROM touched_element touched
    WHERE touched.place BETWEEN %s::bigint AND %s::bigint
        AND feature.id = touched.pgh_obj_id AND touched.made AND feature.version = touched.last_version
"""


def _kept(name: str) -> str:
    """SQL for a value of the version `before`: NULL for a person or an organisation that is gone since."""
    field = column(name)
    if not field.is_relation:
        return f"before.{field.column}"
    assert isinstance(field.related_model, type)
    table = field.related_model._meta.db_table
    return f"(SELECT kept.id FROM {table} kept WHERE kept.id = before.{field.column})"


_SET = [f"{column(name).column} = {_kept(name)}" for name in (*WRITABLE, *OF_STEPS, "mass_kg", "municipality")]
_BRING_BACK = f"""
    UPDATE maps_mapfeature feature
    SET {", ".join(_SET)}, version = feature.version + 1, updated_at = now()
    FROM touched_element touched
    CROSS JOIN LATERAL (
        SELECT * FROM maps_mapfeatureversion earlier
        WHERE earlier.pgh_obj_id = touched.pgh_obj_id AND earlier.pgh_id < touched.first_id
        ORDER BY earlier.pgh_id DESC LIMIT 1
    ) before
    WHERE touched.place BETWEEN %s::bigint AND %s::bigint
        AND feature.id = touched.pgh_obj_id AND NOT touched.made AND feature.version = touched.last_version
"""

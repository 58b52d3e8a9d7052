"""Adds new elements from rows, thousands by one statement: what follows from each is reckoned by the database."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction

from geo.boundaries import current_quality, municipality_sql
from geo.points import METRIC_SRID
from maps.derived import Weigh
from maps.enums import GeometryKind
from maps.fields import WRITABLE, column, plain_values
from maps.imports.merging import Merger
from maps.models import MapLayer
from materials.models import Material

#: Fields that a row may say; its shape and number stand beside them.
_SAID = tuple(name for name in WRITABLE if name not in ("geometry", "source_reference"))


class Adder:
    """Adds rows of an import that are no element yet, as the merger would begin them."""

    def __init__(self, merger: Merger, layer: MapLayer, weigh: Weigh) -> None:
        self._begun, self._layer, self._weigh = merger.begun_anew(""), layer, weigh

    def add(self, ids: Sequence[int]) -> bool:
        """Add the elements of some rows; False where one doesn't fit the layer any more, and then none is added."""
        if _misfits(ids, self._layer):
            return False
        begun = self._begun
        said = {column(name).column: value for name, value in plain_values(begun, _SAID).items()}
        given: dict[str, Any] = {
            "ids": list(ids), "begun": json.dumps(said), "layer": begun.layer_id, "state": str(begun.state),
            "by": begun.created_by_id, "quality": current_quality(),
            "weights": json.dumps(_weights_of(ids, self._weigh)),
        }  # fmt: skip
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_ADD, given)
        except (IntegrityError, DataError):
            return False
        return True


def _misfits(ids: Sequence[int], layer: MapLayer) -> bool:
    """Whether one of some rows doesn't fit the layer as it is now: it may have changed since it was compared."""
    types = [name.upper() for name in GeometryKind(layer.geometry_kind).types]
    with connection.cursor() as cursor:
        cursor.execute(_MISFITS, {"ids": list(ids), "types": types, "visibility": layer.visibility})
        return cursor.fetchone() is not None


def _weights_of(ids: Sequence[int], weigh: Weigh) -> dict[str, str]:
    """What one unit weighs (kg, in digits) of each "material unit" that some rows have, where anybody knows."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, [list(ids)])
        pairs = cursor.fetchall()
    materials = Material.objects.in_bulk({pk for pk, _unit in pairs})
    found = {f"{pk} {unit}": weigh(materials[pk], unit) for pk, unit in pairs}
    return {pair: str(mass) for pair, mass in found.items() if mass is not None}


_PAIRS = """
    SELECT DISTINCT ("values" ->> 'material')::bigint, "values" ->> 'unit' FROM maps_mapimportrow
    WHERE id = ANY(%s::bigint[]) AND "values" ->> 'material' IS NOT NULL
        AND coalesce("values" ->> 'unit', '') <> ''
"""
_MISFITS = """
    SELECT FROM maps_mapimportrow
    WHERE id = ANY(%(ids)s::bigint[]) AND (
        GeometryType(geometry) NOT IN (SELECT unnest(%(types)s::text[]))
        OR ("values" ->> 'visibility')::int > %(visibility)s::int
    ) LIMIT 1
"""
_COLUMNS = [str(column(name).column) for name in _SAID]
#: What a row says, by the names of columns.
_RELATED = ("material", "source_organisation")
_NAMED = ", ".join(f"'{name}'" for name in _RELATED)
_KEYED = ", ".join(f"""'{column(name).column}', kept."values" -> '{name}'""" for name in _RELATED)
_BY_COLUMN = f"""(kept."values" - ARRAY[{_NAMED}]) || jsonb_strip_nulls(jsonb_build_object({_KEYED}))"""
_ADD = f"""
    INSERT INTO maps_mapfeature (
        layer_id, state, created_by_id, version, review_note, source_reference, geometry, mass_kg, municipality_id,
        {", ".join(_COLUMNS)}
    )
    SELECT %(layer)s::bigint, %(state)s::text, %(by)s::bigint, 1, '', made.reference, made.geometry,
        round((%(weights)s::jsonb ->> (made.material_id || ' ' || made.unit))::numeric * made.quantity, 3),
        {municipality_sql("made.middle")},
        {", ".join(f"made.{name}" for name in _COLUMNS)}
    FROM (
        SELECT kept.number, kept.reference, kept.geometry,
            ST_Transform(ST_PointOnSurface(kept.geometry), {METRIC_SRID}) AS middle,
            {", ".join(f"said.{name}" for name in _COLUMNS)}
        FROM maps_mapimportrow kept
        CROSS JOIN LATERAL jsonb_populate_record(NULL::maps_mapfeature, %(begun)s::jsonb || {_BY_COLUMN}) said
        WHERE kept.id = ANY(%(ids)s::bigint[])
        -- So that what is reckoned of a row is reckoned once.
        OFFSET 0
    ) made
    ORDER BY made.number
"""

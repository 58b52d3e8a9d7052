"""What somebody did to elements since a file was compared with them: rows about those are to be looked at once more.

Rows are taken a few thousand at a time, and their elements looked up by number or by what the source calls them: work
that grows with the rows, however many elements the layer has.
"""

from collections.abc import Iterator, Sequence

from django.db import connection
from django.db.models import Count

from maps.enums import Fate, FeatureState
from maps.fields import OWN_REFERENCE
from maps.imports.choice import decided
from maps.imports.comparing import difference
from maps.models import MapImport

#: Rows whose elements are looked up at once.
_LOOKED_AT_ONCE = 10_000
#: A row and the element that it is about by now.
Pair = tuple[int, int]


def mark_moved(map_import: MapImport, names: Sequence[str], ids: Sequence[int] | None = None) -> dict[str, int]:
    """Compare chosen rows anew whose elements somebody changed or added since, all or some; they are no longer chosen.

    Pasted rows leave what was added where it lies: they name a part of the layer, and may have found their place by no
    more than an address. What is as the row says by now is a row no longer: returns how many those were, by Fate.
    """
    added_at = "NULL::geometry" if decided(map_import.choice).pasted else "kept.geometry"
    moved = False
    for some in _chosen(map_import, ids):
        for pairs, place in (
            (_pairs(_CHANGED, map_import, some), "kept.geometry"),
            (_pairs(_MADE, map_import, some), added_at),
        ):
            if pairs:
                _compare_anew(pairs, names, place)
                moved = True
    if not moved:
        return {}
    settled = map_import.rows.filter(fate__in=[Fate.SAME, Fate.WITHDRAWN])
    counts = dict(settled.order_by("fate").values_list("fate").annotate(Count("pk")))
    settled.delete()
    return counts


def _chosen(map_import: MapImport, ids: Sequence[int] | None) -> Iterator[Sequence[int]]:
    if ids is None:
        ids = list(map_import.rows.filter(chosen=True).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _LOOKED_AT_ONCE):
        yield ids[start : start + _LOOKED_AT_ONCE]


def _pairs(statement: str, map_import: MapImport, ids: Sequence[int]) -> list[Pair]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": list(ids), "layer": map_import.layer_id})
        found: list[Pair] = cursor.fetchall()
        return found


def _compare_anew(pairs: Sequence[Pair], names: Sequence[str], place: str) -> None:
    statement = _MOVED.replace("{difference}", difference(names, 'kept."values"', place)).replace("{place}", place)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rows": [row for row, _pk in pairs], "elements": [pk for _row, pk in pairs]})


_ROWS = "FROM maps_mapimportrow kept WHERE kept.chosen AND kept.id = ANY(%(ids)s::bigint[])"
#: Rows whose elements are of another version by now.
_CHANGED = f"""
    SELECT kept.id, feature.id
    FROM (SELECT kept.id, kept.feature_id, kept.version {_ROWS} AND kept.feature_id IS NOT NULL) kept
    JOIN maps_mapfeature feature ON feature.id = kept.feature_id AND feature.layer_id = %(layer)s::bigint
    WHERE feature.version <> kept.version
"""
#: Rows of new elements of which the layer has one by now: by what the source calls it, or by the number by which our
#: exports call one that its source has no name for. Numbers of 18 digits surely fit the database's type.
_MADE = f"""
    SELECT kept.id, feature.id
    FROM (SELECT kept.id, kept.reference {_ROWS} AND kept.feature_id IS NULL AND kept.reference <> '') kept
    JOIN maps_mapfeature feature
        ON feature.source_reference = kept.reference AND feature.layer_id = %(layer)s::bigint
    WHERE feature.source_reference <> ''
    UNION ALL
    SELECT kept.id, feature.id
    FROM (
        SELECT kept.id, substr(kept.reference, {len(OWN_REFERENCE) + 1})::bigint AS own {_ROWS}
            AND kept.feature_id IS NULL AND kept.reference ~ '^{OWN_REFERENCE}[1-9][0-9]{{0,17}}$'
        -- Only of these the number is read.
        OFFSET 0
    ) kept
    JOIN maps_mapfeature feature ON feature.id = kept.own AND feature.layer_id = %(layer)s::bigint
    WHERE feature.source_reference = ''
"""
_MOVED = f"""
    UPDATE maps_mapimportrow kept
    SET moved = true, chosen = false, feature_id = feature.id, version = feature.version, geometry = {{place}},
        changed = CASE WHEN kept.fate = '{Fate.GONE}' THEN kept.changed ELSE {{difference}} END,
        fate = CASE
            WHEN feature.state = '{FeatureState.WITHDRAWN}' THEN '{Fate.WITHDRAWN}'
            WHEN kept.fate = '{Fate.GONE}' THEN kept.fate
            WHEN {{difference}} = '{{}}' THEN '{Fate.SAME}'
            ELSE '{Fate.CHANGED}'
        END
    FROM unnest(%(rows)s::bigint[], %(elements)s::bigint[]) pair (row_id, element_id)
    JOIN maps_mapfeature feature ON feature.id = pair.element_id
    WHERE kept.id = pair.row_id
"""

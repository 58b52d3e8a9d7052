"""Compares the rows of a file with the elements of a layer, all at once in the database: what is new, changed or gone.

A row is an element by its source's own number. What a row says nothing of stays as it is, and so counts for nothing:
fields that the file has no column for, and those of which a blank cell says nothing.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count

from maps.enums import TAKEABLE, Fate, FeatureState
from maps.fields import OWN_REFERENCE, column
from maps.imports.staging import MOST_WRONG_KEPT
from maps.models import MapImport
from maps.sight import Sight
from maps.verbs import MapVerb

#: Degrees, about a tenth of a millimetre: who moved something moved it further.
_SAME_PLACE = "1e-9"
#: What withdraws an element without a person having said so of it: it begins again when a file has it.
_BY_A_FILE = (MapVerb.BATCH_UNDONE.value, MapVerb.LAYER_IMPORTED.value)


def compare_staged(map_import: MapImport, names: Sequence[str], sight: Sight, *, whole: bool = True) -> dict[str, int]:
    """Keep what each row of `staged_row` would do in the layer; returns how many there are of each Fate.

    `names` are the fields that the file says something of. What is gone is told of what `sight` sees alone, and where
    the file is the `whole` of what its source has.
    """
    ours: dict[str, Any] = {
        "import": map_import.pk, "layer": map_import.layer_id, "by_a_file": list(_BY_A_FILE), "names": list(names),
        "at_least": sight.at_least, "user": sight.user_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS compared_row")
        cursor.execute(_CREATE)
        cursor.execute(_COMPARE.replace("{difference}", difference(names)), ours)
        # What is kept of a large file is found again by its number, whatever the database guesses of so new a table.
        cursor.execute("CREATE INDEX ON compared_row (number)")
        cursor.execute("ANALYZE compared_row")
        cursor.execute("SELECT fate, count(*) FROM compared_row GROUP BY fate")
        counts = dict.fromkeys(Fate.values, 0) | dict(cursor.fetchall())
        cursor.execute(_KEEP, ours)
        cursor.execute(_KEEP_WRONG, ours)
        if whole:
            cursor.execute(_KEEP_GONE, ours)
            counts[Fate.GONE] = cursor.rowcount
        cursor.execute("ANALYZE maps_mapimportrow")
    return counts


def difference(names: Sequence[str], given: str = "given", geometry: str = "staged.geometry") -> str:
    """SQL for the names of the fields in which an element (`feature`) differs from a row, as an array of texts."""
    fields = [
        f"CASE WHEN {given} ? '{name}' AND nullif({given} -> '{name}', 'null') IS DISTINCT FROM {_stored(name)} "
        f"THEN '{name}' END"
        for name in names
    ]
    # As formats write an area, its corners may begin elsewhere or go the other way round; some know only shapes of
    # several parts, or write fewer digits than there are. Who says nothing of where it is leaves it there.
    same = [f"ST_SnapToGrid(ST_Multi({shape}), {_SAME_PLACE})" for shape in ("feature.geometry", geometry)]
    shape = f"""CASE WHEN {geometry} IS NULL OR feature.geometry = {geometry} OR {" = ".join(same)} THEN NULL
        WHEN ST_Dimension(feature.geometry) < 2 OR ST_Dimension({geometry}) < 2 THEN 'geometry'
        WHEN {" = ".join(f"ST_Normalize({one})" for one in same)} THEN NULL ELSE 'geometry' END"""
    return f"array_remove(ARRAY[{', '.join([*fields, shape])}]::text[], NULL)"


def _stored(name: str) -> str:
    """SQL for a field of an element as maps.fields.plain() writes it."""
    if column(name).is_relation:
        return f"to_jsonb(feature.{column(name).column})"
    return "to_jsonb(trim_scale(feature.quantity)::text)" if name == "quantity" else f"to_jsonb(feature.{name})"


def kept_counts(map_import: MapImport) -> dict[str, int]:
    """How many rows there are that can be taken, by Fate."""
    rows = map_import.rows.filter(fate__in=TAKEABLE).order_by("fate")
    return {fate.value: 0 for fate in TAKEABLE} | dict(rows.values_list("fate").annotate(Count("pk")))


def with_settled(counts: Mapping[str, int], settled: Mapping[str, int]) -> dict[str, int]:
    """Counts of an import with rows that maps.imports.since.mark_moved() found to be as the layer is by now."""
    return dict(counts) | {fate: counts[fate] + count for fate, count in settled.items()}


def offered(map_import: MapImport) -> dict[str, int]:
    """The counts of an import with how many rows could be taken and how many are, by Fate."""
    kept = kept_counts(map_import)
    taken = {fate: map_import.counts.get(f"taken_{fate}", 0) for fate in kept}
    could = {fate: count + taken[fate] for fate, count in kept.items()}
    return {**map_import.counts, **could, **{f"taken_{fate}": count for fate, count in taken.items()}}


#: Elements of the layer, each with what files call it.
_KNOWN = f"""(
    SELECT *, coalesce(nullif(source_reference, ''), '{OWN_REFERENCE}' || id) AS known_by
    FROM maps_mapfeature WHERE layer_id = %(layer)s::bigint
)"""
_CREATE = """
    CREATE TEMPORARY TABLE compared_row (
        number int, reference text, given jsonb, geometry geometry, alike int, feature_id bigint, version int,
        old_title text, known_fate text, changed text[], fate text
    ) ON COMMIT DROP
"""
_COMPARE = f"""
    INSERT INTO compared_row
    SELECT *, coalesce(known_fate, CASE WHEN changed = '{{}}' THEN '{Fate.SAME}' ELSE '{Fate.CHANGED}' END) AS fate
    FROM (
        SELECT staged.number, staged.reference, staged.given, staged.geometry, staged.alike,
            feature.id AS feature_id, feature.version, feature.title AS old_title,
            CASE
                WHEN feature.id IS NULL THEN '{Fate.ADDED}'
                WHEN feature.state <> '{FeatureState.WITHDRAWN}' THEN NULL
                WHEN (
                    SELECT context.metadata ->> 'verb' = ANY(%(by_a_file)s::text[])
                    FROM maps_mapfeatureversion version
                    LEFT JOIN pghistory_context context ON context.id = version.pgh_context_id
                    WHERE version.pgh_obj_id = feature.id ORDER BY version.pgh_id DESC LIMIT 1
                ) THEN '{Fate.ADDED}'
                ELSE '{Fate.WITHDRAWN}'
            END AS known_fate,
            CASE WHEN feature.id IS NULL
                THEN ARRAY(SELECT name FROM unnest(%(names)s::text[]) name WHERE staged.given ? name)
                    || 'geometry'::text
                ELSE {{difference}}
            END AS changed
        FROM staged_row staged LEFT JOIN {_KNOWN} feature ON feature.known_by = staged.reference
        WHERE staged.given IS NOT NULL
    ) matched
"""
_INTO = """
    INSERT INTO maps_mapimportrow (
        map_import_id, fate, number, reference, title, feature_id, version, "values", geometry, changed, mistakes,
        moved, chosen
    )
"""
_KEEP = f"""{_INTO}
    SELECT %(import)s::bigint, fate, number, left(reference, 200),
        left(coalesce(nullif(given ->> 'title', ''), old_title, reference), 140), feature_id, version, given, geometry,
        changed, '[]', false, true
    FROM compared_row WHERE fate IN ('{Fate.ADDED}', '{Fate.CHANGED}') ORDER BY number
"""
_KEEP_WRONG = f"""{_INTO}
    SELECT %(import)s::bigint, '{Fate.WRONG}', number, left(reference, 200), '', NULL, NULL, '{{}}', NULL, '{{}}',
        mistakes, false, false
    FROM staged_row WHERE given IS NULL ORDER BY number LIMIT {MOST_WRONG_KEPT}
"""
_KEEP_GONE = f"""{_INTO}
    SELECT %(import)s::bigint, '{Fate.GONE}', 0, source_reference, title, id, version, '{{}}', geometry, '{{}}', '[]',
        false, false
    FROM maps_mapfeature feature
    WHERE layer_id = %(layer)s::bigint AND source_reference <> '' AND state <> '{FeatureState.WITHDRAWN}'
        AND (visibility >= %(at_least)s::int OR owner_id = %(user)s::bigint)
        AND NOT EXISTS (SELECT FROM staged_row staged WHERE staged.reference = feature.source_reference)
    ORDER BY id
"""

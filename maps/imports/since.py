"""What somebody did to elements since a file was compared with them: rows about those are to be looked at once more.

Rows are taken a few thousand at a time, and their elements looked up by number or by what the source calls them: work
that grows with the rows, however many elements the layer has.
"""

from collections.abc import Collection, Iterator, Sequence

from django.db import connection
from django.db.models import Count, F, QuerySet, TextField

from listings.querysets import is_among
from maps.enums import Fate, FeatureState
from maps.fields import OWN_REFERENCE
from maps.imports.choice import decided
from maps.imports.comparing import difference
from maps.models import MapFeature, MapImport, MapImportRow

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
    for rows in _chosen(map_import, ids):
        for pairs, place in (
            (_changed_since(map_import, rows), "kept.geometry"),
            (_made_since(map_import, rows), added_at),
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


def _chosen(map_import: MapImport, ids: Sequence[int] | None) -> Iterator[list[MapImportRow]]:
    if ids is None:
        ids = list(map_import.rows.filter(chosen=True).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _LOOKED_AT_ONCE):
        rows = MapImportRow.objects.filter(pk__in=ids[start : start + _LOOKED_AT_ONCE], chosen=True)
        yield list(rows.only("reference", "feature_id", "version"))


def _changed_since(map_import: MapImport, rows: Sequence[MapImportRow]) -> list[Pair]:
    about = {row.feature_id: row for row in rows if row.feature_id is not None}
    there = _elements(map_import, about).values_list("pk", "version")
    return [(about[pk].pk, pk) for pk, version in there if version != about[pk].version]


def _made_since(map_import: MapImport, rows: Sequence[MapImportRow]) -> list[Pair]:
    """Rows of new elements of which the layer has one by now: by what the source calls it, or by our own number."""
    new = {row.reference: row.pk for row in rows if row.feature_id is None}
    among = is_among(F("source_reference"), list(new), TextField())
    named = MapFeature.objects.filter(among, layer=map_import.layer_id).exclude(source_reference="")
    pairs = [(new[name], pk) for name, pk in named.values_list("source_reference", "pk")]
    numbers = {own: row_id for name, row_id in new.items() if (own := _own_number(name)) is not None}
    ours = _elements(map_import, numbers).filter(source_reference="")
    return pairs + [(numbers[pk], pk) for pk in ours.values_list("pk", flat=True)]


def _elements(map_import: MapImport, numbers: Collection[int]) -> QuerySet[MapFeature]:
    return MapFeature.objects.filter(pk__in=list(numbers), layer=map_import.layer_id)


def _own_number(reference: str) -> int | None:
    """The number of an element that a file calls as our exports do where its source has no name for it."""
    number = reference.removeprefix(OWN_REFERENCE)
    is_ours = reference.startswith(OWN_REFERENCE) and number.isascii() and number.isdigit() and len(number) <= _DIGITS
    return int(number) if is_ours and str(int(number)) == number else None


def _compare_anew(pairs: Sequence[Pair], names: Sequence[str], place: str) -> None:
    statement = _MOVED.replace("{difference}", difference(names, 'kept."values"', place)).replace("{place}", place)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"rows": [row for row, _pk in pairs], "elements": [pk for _row, pk in pairs]})


#: Numbers of so few digits are surely of the database's type.
_DIGITS = 18
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

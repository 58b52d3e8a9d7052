"""Two files for one layer beside each other, before anything of either is taken: what of the later is new or gone.

Each was compared with the layer, and of each what differs from it is kept (MapImportRow). So what a file says of an
element is its row or, where it has none, what the layer has. Rows that are wrong in either file aren't told of.
The two are compared once, when somebody first asks; pages and tiles read what is stored then (MapImportPairRow).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from maps.enums import TAKEABLE, Fate, MapImportState
from maps.fields import label_of, plain_values
from maps.history import FieldChange
from maps.imports.choice import decided
from maps.imports.finding import has_unnamed_wrong, seen_import
from maps.imports.rows import Drawn, place_of
from maps.imports.staging import MOST_WRONG_KEPT
from maps.models import MapFeature, MapImport, MapImportPair, MapImportRow
from maps.permissions import Person
from maps.sight import Sight

#: Files of a layer that one can be laid beside, at most: the newest.
MOST_BESIDE = 20
#: Digits of a number.
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Pair:
    """What two files say of one element: `fate` is of the later. `row` is its row there, where it differs from the
    layer: that can be chosen. `earlier` is that of the other file.
    """

    reference: str
    title: str
    fate: str
    row: MapImportRow | None
    earlier: MapImportRow | None
    feature_id: int | None
    fields: list[FieldChange]


def beside(map_import: MapImport) -> QuerySet[MapImport]:
    """The other files of a layer that a file can be laid beside: compared, whole, and not taken."""
    if map_import.state != MapImportState.COMPARED or decided(map_import.choice).pasted:
        return MapImport.objects.none()
    found = MapImport.objects.filter(layer=map_import.layer_id, state=MapImportState.COMPARED, cleared_at=None)
    # What says nothing of it wasn't pasted (Decided): of that, "pasted" is neither true nor untrue to the database.
    return found.exclude(pk=map_import.pk).filter(Q(choice__pasted__isnull=True) | Q(choice__pasted=False))


def check_beside(map_import: MapImport, other: MapImport) -> None:
    """Raise ValidationError unless two files can be laid beside each other."""
    if not beside(map_import).filter(pk=other.pk).exists():
        raise ValidationError(
            _("Deze bestanden zijn niet naast elkaar te leggen: het zijn geen twee vergeleken bestanden van één laag.")
        )


def leaves_unsure(one: MapImport) -> bool:
    """Whether one of two files has wrong rows that aren't known here: their elements seem not to be in it."""
    return has_unnamed_wrong(one) or one.counts.get(Fate.WRONG, 0) > MOST_WRONG_KEPT


def other_import(user: Person, map_import: MapImport, number: str) -> MapImport:
    """The file that one is to be laid beside, by its number. Raises Http404 for none, and ValidationError."""
    if not (number.isascii() and number.isdigit()) or len(number) > _LONGEST_NUMBER:
        raise Http404
    other = seen_import(user, int(number))
    check_beside(map_import, other)
    return other


def counts_between(later: MapImport, earlier: MapImport, sight: Sight) -> dict[str, int]:
    """How many elements somebody sees of each fate."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT fate, count(*) FROM ({_SEEN}) seen GROUP BY fate", _asked(later, earlier, sight))
        return {fate.value: 0 for fate in TAKEABLE} | dict(cursor.fetchall())


def pairs_page(
    later: MapImport, earlier: MapImport, sight: Sight, fate: str, size: int, after: str = "", row: int | None = None
) -> tuple[list[Pair], str]:
    """Some of what differs, by the source's own number, and behind which the next page begins; "" for no more.

    Or the one of a `row`, as the map has its number.
    """
    # PostgreSQL knows no NUL.
    asked = _asked(later, earlier, sight) | {"fate": fate, "after": after.replace("\0", ""), "size": size + 1}
    asked["row"] = row
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, asked)
        found = cursor.fetchall()
    rows = MapImportRow.objects.in_bulk([pk for one in found for pk in one[3:5] if pk is not None])
    elements = MapFeature.objects.in_bulk([one[5] for one in found if one[5] is not None])
    pairs = [_pair(one, rows, elements) for one in found[:size]]
    return pairs, found[size - 1][0] if len(found) > size else ""


def fate_between(later: MapImport, earlier: MapImport, sight: Sight, row: int) -> str | None:
    """How what the map draws under a number differs; None for what somebody doesn't see."""
    sql = f"SELECT fate FROM ({_SEEN}) seen WHERE coalesce(later_id, earlier_id) = %(row)s::bigint"
    with connection.cursor() as cursor:
        cursor.execute(sql, _asked(later, earlier, sight) | {"row": row})
        found = cursor.fetchone()
    return found[0] if found else None


def choose_between(later: MapImport, earlier: MapImport, sight: Sight, fate: str) -> list[int]:
    """Ids of all rows of the later file that differ from the earlier by a fate, and from the layer."""
    asked = _asked(later, earlier, sight) | {"fate": fate}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT later_id FROM ({_SEEN}) seen WHERE fate = %(fate)s::text AND takeable", asked)
        return [pk for (pk,) in cursor.fetchall()]


def drawn_between(later: MapImport, earlier: MapImport, sight: Sight) -> Drawn:
    """What the map draws of two files."""
    sql = f"SELECT coalesce(later_id, earlier_id) AS id, title, fate, geometry FROM ({_SEEN}) pairs"
    return Drawn(sql, _asked(later, earlier, sight))


def _asked(later: MapImport, earlier: MapImport, sight: Sight) -> dict[str, Any]:
    return {"pair": _stored(later, earlier), "at_least": sight.at_least, "user": sight.user_id}


def _stored(later: MapImport, earlier: MapImport) -> int:
    """The id of the pair, compared by whoever asks for it first. Raises ValidationError as check_beside()."""
    if found := MapImportPair.objects.filter(later=later, earlier=earlier).values_list("pk", flat=True).first():
        return int(found)
    with transaction.atomic():
        # Neither is read anew or taken meanwhile, and who comes second waits for the first.
        both = MapImport.objects.filter(pk__in=[later.pk, earlier.pk]).order_by("pk")
        now = {one.pk: one for one in both.select_for_update(no_key=True)}
        check_beside(now[later.pk], now[earlier.pk])
        pair, is_new = MapImportPair.objects.get_or_create(later=later, earlier=earlier)
        if is_new:
            with connection.cursor() as cursor:
                cursor.execute(_STORE, {"later": later.pk, "earlier": earlier.pk, "pair": pair.pk})
                # Whoever reads it next is to know how large it is.
                cursor.execute("ANALYZE maps_mapimportpairrow")
    return int(pair.pk)


def _pair(found: Sequence[Any], rows: dict[int, MapImportRow], elements: dict[int, MapFeature]) -> Pair:
    reference, title, fate, later_id, earlier_id, feature_id, changed, takeable = found
    later, earlier = rows.get(later_id), rows.get(earlier_id)
    names = sorted(changed, key=place_of)
    stored = plain_values(elements[feature_id], names) if feature_id in elements else {}
    fields = [
        FieldChange(name, label_of(name), _said(earlier, name, stored), _said(later, name, stored)) for name in names
    ]
    return Pair(reference, title, fate, later if takeable else None, earlier, feature_id, fields)


def _said(row: MapImportRow | None, name: str, stored: dict[str, Any]) -> Any:
    """What a file says of a field: its row or, where that says nothing of it, what the layer has."""
    if row is not None and row.fate != Fate.GONE:
        if name == "geometry" and row.geometry is not None:
            return row.geometry
        if name in row.values:
            return row.values[name]
    return stored.get(name)


def _rows(which: str) -> str:
    """The rows of one of the two that differ from the layer."""
    fates = ", ".join(f"'{fate}'" for fate in TAKEABLE)
    return f"(SELECT * FROM maps_mapimportrow WHERE map_import_id = %({which})s::bigint AND fate IN ({fates}))"


#: Whether each file has the element: its row says so or, where it has none, that of the other does of the layer.
_HAS = """CASE WHEN {one}.id IS NULL THEN {other}.fate <> 'added' ELSE {one}.fate <> 'gone' END"""
_PAIRS = f"""
    SELECT coalesce(later.reference, earlier.reference) AS reference, coalesce(later.title, earlier.title) AS title,
        later.id AS later_id, earlier.id AS earlier_id, coalesce(later.feature_id, earlier.feature_id) AS feature_id,
        later.id IS NOT NULL AS takeable, {_HAS.format(one="earlier", other="later")} AS was,
        {_HAS.format(one="later", other="earlier")} AS is_now,
        coalesce(later.geometry, earlier.geometry) AS geometry,
        CASE
            WHEN earlier.id IS NULL THEN later.changed
            WHEN later.id IS NULL THEN earlier.changed
            ELSE ARRAY(
                SELECT name FROM jsonb_each(later."values") said (name, value)
                WHERE earlier."values" ? name
                    AND nullif(earlier."values" -> name, 'null') IS DISTINCT FROM nullif(value, 'null')
            ) || CASE
                WHEN earlier.geometry IS NULL OR later.geometry IS NULL OR earlier.geometry = later.geometry
                    OR ST_Normalize(earlier.geometry) = ST_Normalize(later.geometry) THEN '{{}}'::text[]
                ELSE '{{geometry}}'::text[] END
        END AS changed
    FROM {_rows("later")} later FULL JOIN {_rows("earlier")} earlier ON earlier.reference = later.reference
"""
#: OFFSET: what has to be reckoned of a row is reckoned once, and not wherever it is named.
_FATES = f"""
    SELECT *, CASE WHEN is_now AND NOT was THEN '{Fate.ADDED}' WHEN was AND NOT is_now THEN '{Fate.GONE}'
        WHEN was AND is_now AND changed <> '{{}}' THEN '{Fate.CHANGED}' END AS fate
    FROM ({_PAIRS} OFFSET 0) pairs
"""
_STORE = f"""
    INSERT INTO maps_mapimportpairrow
        (pair_id, reference, title, fate, later_id, earlier_id, feature_id, changed, takeable, geometry)
    SELECT %(pair)s::bigint, fated.reference, fated.title, fated.fate, fated.later_id, fated.earlier_id,
        fated.feature_id, fated.changed, fated.takeable, coalesce(fated.geometry, feature.geometry)
    FROM ({_FATES}) fated LEFT JOIN maps_mapfeature feature ON feature.id = fated.feature_id
    WHERE fated.fate IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM maps_mapimportrow wrong
            WHERE wrong.map_import_id IN (%(later)s::bigint, %(earlier)s::bigint)
                AND wrong.fate = '{Fate.WRONG}' AND wrong.reference <> '' AND wrong.reference = fated.reference
        )
"""
#: As somebody may see it now.
_SEEN = """
    SELECT kept.reference, kept.title, kept.fate, kept.later_id, kept.earlier_id, kept.feature_id, kept.changed,
        kept.takeable, kept.geometry
    FROM maps_mapimportpairrow kept LEFT JOIN maps_mapfeature feature ON feature.id = kept.feature_id
    WHERE kept.pair_id = %(pair)s::bigint
        AND (feature.id IS NULL OR feature.visibility >= %(at_least)s::int OR feature.owner_id = %(user)s::bigint)
"""
_PAGE = f"""
    SELECT reference, title, fate, later_id, earlier_id, feature_id, changed, takeable FROM ({_SEEN}) seen
    WHERE fate = %(fate)s::text AND reference > %(after)s::text
        AND (%(row)s::bigint IS NULL OR coalesce(later_id, earlier_id) = %(row)s::bigint)
    ORDER BY reference LIMIT %(size)s::int
"""

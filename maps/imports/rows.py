"""The rows of a compared file as somebody sees them: what each would change, and in which tile of the map it lies."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from geo.points import MERCATOR_SRID, WGS84_SRID
from geo.tiles import bounds_of_tile
from listings.querysets import near_belgium
from maps.enums import Fate, FeatureState
from maps.fields import column, label_of, plain_values
from maps.history import FieldChange
from maps.mistakes import told
from maps.models import MapImport, MapImportRow
from maps.models.imported import MapImportRowQuerySet
from maps.sight import Sight
from maps.tiles import NAME, ROOM

#: The state of an element whose way of drawing stands for a fate: full, dotted, dashed and hollow.
DRAWN_AS = {
    Fate.ADDED: FeatureState.PUBLISHED, Fate.CHANGED: FeatureState.REVIEW, Fate.GONE: FeatureState.DRAFT,
}  # fmt: skip
_CLUSTERS_ACROSS = 8
#: Of more rows in a tile than this, one in SAMPLED stands for all: clusters say that they are approximate then.
LOOKED_AT, SAMPLED = 20_000, 16


@dataclass(frozen=True)
class RowSeen:
    """A row, with each field that it would change; and whether somebody changed the element since it was compared.

    `mistakes` of a wrong one are said in the active language: of which field, or nothing, and words.
    """

    row: MapImportRow
    fields: list[FieldChange]
    moved: bool
    mistakes: list[tuple[str, str]]


def rows_of(map_import: MapImport, sight: Sight) -> MapImportRowQuerySet:
    """The rows that somebody sees of an import, who may compare files with its layer."""
    rows: MapImportRowQuerySet = MapImportRow.objects.filter(map_import=map_import)
    return rows.seen_with(sight.at_least, sight.user_id)


def rows_page(
    found: MapImportRowQuerySet, size: int, after: tuple[int, int] | None = None
) -> tuple[list[RowSeen], tuple[int, int] | None]:
    """Some rows in the order of the file, and behind which the next page begins."""
    if after is not None:
        found = found.after(*after)
    rows = list(found.in_order().select_related("feature")[: size + 1])
    following = (rows[size - 1].number, rows[size - 1].pk) if len(rows) > size else None
    said = told([row.mistakes for row in rows[:size]])
    return [_seen(row, mistakes) for row, mistakes in zip(rows[:size], said, strict=True)], following


def _seen(row: MapImportRow, mistakes: list[tuple[str, str]]) -> RowSeen:
    if row.fate == Fate.WRONG:
        return RowSeen(row, [], False, mistakes)
    before = plain_values(row.feature, row.changed) if row.feature is not None else {}
    fields = [
        FieldChange(name, label_of(name), before.get(name), _after(row, name))
        for name in sorted(row.changed, key=place_of)
    ]
    moved = row.moved or (row.feature is not None and row.feature.version != row.version)
    return RowSeen(row, fields, moved, mistakes)


def _after(row: MapImportRow, name: str) -> Any:
    return row.geometry if name == "geometry" else row.values.get(name)


def place_of(name: str) -> int:
    """Where a field stands among others: in the order in which an element has them."""
    return column(name).creation_counter


@dataclass(frozen=True)
class Drawn:
    """What a map draws: SQL of rows (id, title, fate, geometry), and its parameters."""

    sql: str
    asked: dict[str, Any]


def drawn_rows_of(map_import: MapImport, sight: Sight) -> Drawn:
    """What the map draws of one file beside its layer."""
    return Drawn(_SEEN, {"import": map_import.pk, "at_least": sight.at_least, "user": sight.user_id})


def draw(drawn: Drawn, z: int, x: int, y: int) -> bytes:
    """A vector tile of what is new, changed and gone; where it is too much, of how many."""
    west, south, east, north = near_belgium(bounds_of_tile(z, x, y))
    shared = drawn.asked | {
        "west": west, "south": south, "east": east, "north": north, "z": z, "x": x, "y": y,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.replace("{seen}", drawn.sql), shared)
        count, body = cursor.fetchone()
        if count > ROOM:
            cursor.execute(_COUNT.replace("{seen}", drawn.sql), shared)
            (many,) = cursor.fetchone()
            sample = {"one_in": 1 if many <= LOOKED_AT else SAMPLED}
            cursor.execute(_CLUSTERS.replace("{seen}", drawn.sql), shared | sample)
            (body,) = cursor.fetchone()
    return bytes(body)


def extent_of(drawn: Drawn) -> tuple[float, float, float, float] | None:
    """The box (west, south, east, north, degrees) around what is drawn; None where nothing has a place."""
    with connection.cursor() as cursor:
        cursor.execute(_EXTENT.replace("{seen}", drawn.sql), drawn.asked)
        west, south, east, north = cursor.fetchone()
    return None if west is None else (west, south, east, north)


_DRAWN = ", ".join(f"'{fate}'" for fate in DRAWN_AS)
#: What says nothing of its place is drawn where its element is.
_PLACE = "coalesce(kept.geometry, feature.geometry)"
_SEEN = f"""
    SELECT kept.id, kept.title, kept.fate, {_PLACE} AS geometry
    FROM maps_mapimportrow kept LEFT JOIN maps_mapfeature feature ON feature.id = kept.feature_id
    WHERE kept.map_import_id = %(import)s::bigint AND kept.fate IN ({_DRAWN})
        AND (feature.id IS NULL OR feature.visibility >= %(at_least)s::int OR feature.owner_id = %(user)s::bigint)
"""
_INSIDE = f"""
    SELECT * FROM ({{seen}}) seen WHERE geometry && ST_MakeEnvelope(
        %(west)s::float, %(south)s::float, %(east)s::float, %(north)s::float, {WGS84_SRID}
    )
"""
_STATES = " ".join(f"WHEN '{fate}' THEN '{state}'" for fate, state in DRAWN_AS.items())
_TILE = "ST_TileEnvelope(%(z)s::int, %(x)s::int, %(y)s::int)"
_ROWS = f"""
    WITH inside AS MATERIALIZED ({_INSIDE} LIMIT {ROOM + 1}),
    many AS MATERIALIZED (SELECT count(*) AS count FROM inside),
    tile AS MATERIALIZED (
        SELECT id, left(title, 80) AS title, fate AS kind, CASE fate {_STATES} END AS state,
            ST_AsMVTGeom(ST_Transform(geometry, {MERCATOR_SRID}), {_TILE}, 4096, 64, true) AS geom
        FROM inside WHERE (SELECT count FROM many) <= {ROOM}
    )
    SELECT (SELECT count FROM many),
        (SELECT coalesce(ST_AsMVT(tile, '{NAME}', 4096, 'geom', 'id'), '') FROM tile WHERE geom IS NOT NULL)
"""
_COUNT = f"SELECT count(*) FROM ({_INSIDE} LIMIT {LOOKED_AT + 1}) inside"
_CLUSTERS = f"""
    WITH found AS (
        SELECT ST_Centroid(geometry) AS middle FROM ({_INSIDE}) inside WHERE id %% %(one_in)s::int = 0
    ),
    tile AS (
        SELECT (count(*) * %(one_in)s::int)::int AS count,
            CASE WHEN %(one_in)s::int > 1 THEN TRUE END AS approximate,
            ST_AsMVTGeom(
                ST_Transform(ST_Centroid(ST_Collect(middle)), {MERCATOR_SRID}), {_TILE}, 4096, 64, true
            ) AS geom
        FROM found
        GROUP BY floor((ST_X(middle) - %(west)s::float) / (%(east)s::float - %(west)s::float) * {_CLUSTERS_ACROSS}),
            floor((ST_Y(middle) - %(south)s::float) / (%(north)s::float - %(south)s::float) * {_CLUSTERS_ACROSS})
    )
    SELECT coalesce(ST_AsMVT(tile, '{NAME}', 4096, 'geom'), '') FROM tile WHERE geom IS NOT NULL
"""
_EXTENT = """
    SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) FROM (
        SELECT ST_Extent(geometry) AS box FROM ({seen}) seen
    ) drawn
"""

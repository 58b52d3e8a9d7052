"""Vector tiles of a layer: its elements where there is room, and elsewhere clusters that say how many they stand for.

A tile is never more than LARGEST_BYTES: shapes get coarser first, then clusters take their place. Both have what
somebody sees only because it is their own.
"""

from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from geo.points import MERCATOR_SRID
from geo.tiles import BOUNDS, DEEPEST_ZOOM, bounds_of_tile, check_tile, tile_response
from listings.querysets import metric_box_around, near_belgium
from maps.models import MapLayer
from maps.narrowing import Narrowed, narrowed_by
from maps.sight import Sight, edits_in, sight_of
from maps.standing import standing_of
from maps.tile_rows import ASKED, LOOKED_AT, SEEN, Rows, clustered_rows, own_rows, seen_in_box
from maps.yearly import per_year_sql

NAME = "elements"
LARGEST_BYTES = 100_000
#: A tile of more elements than this is drawn in clusters.
ROOM = 300
#: A tile is 2**3 clusters across; the deepest zoom, where nobody can look closer, has 16 times as many.
_CELL_BITS, _CELL_BITS_DEEPEST = 3, 5
#: Levels at which cells are counted (migrations/_count_by_kind_sql.py).
LEVELS = (3, 5, 7, 9, 11, 13, 15, 16)
#: By how many pixels of the tile, of 4096, shapes are simplified: the next where they take too many bytes.
_COARSENESS = (4, 32)
_WORLD_BITS, _EXTENT_BITS = 30, 12


def layer_tile(request: HttpRequest, layer_id: int, z: int, x: int, y: int) -> HttpResponse:
    """One tile of a layer, as the viewer may see it now: a change shows in the next answer, by its ETag."""
    check_tile(z, x, y)
    standing = standing_of(request.user)
    layer = get_object_or_404(MapLayer.objects.seen_by(standing).select_related("map"), pk=layer_id)
    narrowed = narrowed_by(request.GET.dict(), edits=edits_in(standing, layer))
    response = tile_response(request, draw(layer.pk, sight_of(standing, layer), narrowed, z, x, y), max_age_s=0)
    response["Cache-Control"] = "private, no-cache"
    # Maps on other sites may draw what strangers see: no browser sends a cookie along where everyone may read.
    response["Access-Control-Allow-Origin"] = "*"
    return response


def layer_tilejson(request: HttpRequest, layer_id: int) -> JsonResponse:
    """TileJSON 3.0 of a layer that the viewer may see."""
    seen = MapLayer.objects.visible_to(request.user).select_related("map__hub")
    layer = get_object_or_404(seen, pk=layer_id)
    pattern = reverse("map-tile", args=[layer.pk, 0, 0, 0]).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    fields = {
        "id": "Number", "title": "String", "kind": "String", "state": "String", "material": "String",
        "quantity": "Number", "per_year": "Number", "unit": "String", "period": "String", "count": "Number",
        "approximate": "Boolean",
    }  # fmt: skip
    answer = {
        "tilejson": "3.0.0",
        "name": layer.title,
        "description": layer.description,
        "attribution": layer.said_source,
        "tiles": [request.build_absolute_uri("/")[:-1] + pattern],
        "minzoom": 0,
        "maxzoom": DEEPEST_ZOOM,
        "bounds": BOUNDS,
        "vector_layers": [{"id": NAME, "fields": fields}],
    }
    return JsonResponse(answer, headers={"Cache-Control": "private, no-cache", "Access-Control-Allow-Origin": "*"})


def draw(layer_id: int, sight: Sight, narrowed: Narrowed, z: int, x: int, y: int) -> bytes:
    """The tile, empty where there is nothing to draw."""
    # Beyond Belgium's surroundings metres mean nothing; there is nothing to draw either.
    box = metric_box_around(near_belgium(bounds_of_tile(z, x, y)))
    place: dict[str, Any] = {"layer": layer_id, "z": z, "x": x, "y": y, "box": box.hexewkb.decode()}
    shared = place | sight._asdict() | narrowed.values()
    with connection.cursor() as cursor:
        for coarseness in _COARSENESS:
            cursor.execute(_elements(sight, narrowed), shared | {"tolerance": coarseness * _metres_per_pixel(z)})
            count, is_crowded, body = cursor.fetchone()
            if is_crowded or count > ROOM:
                break
            if len(body) <= LARGEST_BYTES:
                return bytes(body)
        level = None if narrowed.is_finer else _level_of(z)
        rows = clustered_rows(cursor, sight, narrowed, shared) if level is None else None
        values = shared | _frame(z, x, y)
        if rows is None:
            cursor.execute(_from_cells(sight), values | _cells_of(z, x, y, level or LEVELS[-1]))
        else:
            cursor.execute(_from_elements(rows, sight, narrowed), values)
        return bytes(cursor.fetchone()[0])


def _metres_per_pixel(z: int) -> float:
    """How many metres of the projection one of a tile's 4096 pixels is."""
    return 40_075_016.68 / (1 << (z + _EXTENT_BITS))


def _wanted(z: int) -> int:
    """The level whose cells are as large as the clusters of a tile should be."""
    return z + (_CELL_BITS if z < DEEPEST_ZOOM else _CELL_BITS_DEEPEST)


def _level_of(z: int) -> int | None:
    """The level of counted cells that clusters are made of; None in small tiles, whose clusters are smaller still."""
    return next((level for level in LEVELS if level >= _wanted(z)), None)


def _frame(z: int, x: int, y: int) -> dict[str, int]:
    """Where a tile lies in the world's whole numbers, and how large its own clusters are."""
    return {
        "finer": _WORLD_BITS - z - _EXTENT_BITS, "left": x << _EXTENT_BITS, "top": y << _EXTENT_BITS,
        "shift": _WORLD_BITS - _wanted(z), "of_tile": _WORLD_BITS - z,
    }  # fmt: skip


def _cells_of(z: int, x: int, y: int, level: int) -> dict[str, int]:
    """The counted cells of a tile. The finest make fewer and larger clusters of a small one."""
    across = 2 ** (level - z)
    return {
        "level": level, "shift": _WORLD_BITS - level, "first_x": x * across, "last_x": (x + 1) * across - 1,
        "first_y": y * across, "last_y": (y + 1) * across - 1,
    }  # fmt: skip


def _elements(sight: Sight, narrowed: Narrowed) -> str:
    """SQL that draws elements: one row (how many, whether there are more than it looked at, the tile).

    However little is asked for of what lies in a tile, no more of it is read than LOOKED_AT: the row behind the last
    says that there are more.
    """
    return f"""
WITH own AS MATERIALIZED ({own_rows(sight)}),
inside AS MATERIALIZED (
    SELECT * FROM (
        SELECT *, row_number() OVER () AS nth FROM (
            SELECT * FROM own WHERE position && %(box)s::geometry UNION ALL {seen_in_box(sight)}
        ) seen LIMIT {LOOKED_AT + 1}
    ) near
    WHERE nth > {LOOKED_AT} OR ({ASKED} AND {narrowed.finer_sql()}) LIMIT {ROOM + 1}
),
{_TILE_OF_INSIDE}"""


_TILE_OF_INSIDE = f"""
many AS MATERIALIZED (
    SELECT count(*) AS count, coalesce(max(nth) > {LOOKED_AT}, FALSE) AS is_crowded FROM inside
),
tile AS MATERIALIZED (
    SELECT inside.id, left(inside.title, 80) AS title, inside.kind, inside.state, material.code AS material,
        inside.quantity::float, {per_year_sql("quantity", "inside")}::float AS per_year,
        nullif(inside.unit, '') AS unit, nullif(inside.period, '') AS period,
        ST_AsMVTGeom(
            ST_SimplifyPreserveTopology(ST_Transform(inside.geometry, {MERCATOR_SRID}), %(tolerance)s::float),
            ST_TileEnvelope(%(z)s::int, %(x)s::int, %(y)s::int), {1 << _EXTENT_BITS}, 64, true
        ) AS geom
    FROM inside LEFT JOIN materials_material material ON material.id = inside.material_id
    WHERE (SELECT count <= {ROOM} AND NOT is_crowded FROM many)
)
SELECT (SELECT count FROM many), (SELECT is_crowded FROM many),
    (SELECT coalesce(ST_AsMVT(tile, '{NAME}', {1 << _EXTENT_BITS}, 'geom', 'id'), '') FROM tile WHERE geom IS NOT NULL)
"""

_WORLD = "listings_world_x(ST_Centroid(geometry)) AS x, listings_world_y(ST_Centroid(geometry)) AS y"

_DRAWN = f"""
SELECT coalesce(ST_AsMVT(tile, '{NAME}', {1 << _EXTENT_BITS}, 'geom'), '') FROM (
    SELECT count, approximate,
        ST_MakePoint((x >> %(finer)s::int) - %(left)s::bigint, (y >> %(finer)s::int) - %(top)s::bigint) AS geom
    FROM clusters
) tile
"""


def _from_cells(sight: Sight) -> str:
    """SQL that draws clusters from counted cells.

    Those don't know whose an element is: what somebody sees only because it is their own is added.
    """
    return f"""
WITH own AS MATERIALIZED (SELECT {_WORLD} FROM ({own_rows(sight)}) own WHERE {ASKED}),
cells AS (
    SELECT x, y, count, sum_x, sum_y FROM maps_maplayercell
    WHERE layer_id = %(layer)s::bigint AND level = %(level)s::smallint
        AND x BETWEEN %(first_x)s::int AND %(last_x)s::int AND y BETWEEN %(first_y)s::int AND %(last_y)s::int
        AND {ASKED} AND {SEEN} AND count > 0
    UNION ALL
    SELECT x >> %(shift)s::int, y >> %(shift)s::int, 1, x, y FROM own
    WHERE x >> %(shift)s::int BETWEEN %(first_x)s::int AND %(last_x)s::int
        AND y >> %(shift)s::int BETWEEN %(first_y)s::int AND %(last_y)s::int
),
clusters AS (
    SELECT sum(count)::int AS count, (sum(sum_x) / sum(count))::bigint AS x, (sum(sum_y) / sum(count))::bigint AS y,
        NULL::boolean AS approximate
    FROM cells GROUP BY cells.x, cells.y
)
{_DRAWN}"""


def _from_elements(rows: Rows, sight: Sight, narrowed: Narrowed) -> str:
    """SQL that draws clusters of elements themselves. Those that a sample tells say that they are approximate."""
    return f"""
WITH own AS MATERIALIZED ({own_rows(sight)}),
found AS (
    SELECT each, {_WORLD} FROM (
        SELECT 1 AS each, own.* FROM own WHERE position && %(box)s::geometry
        UNION ALL
        SELECT {rows.each}, seen.* FROM ({rows.sql}) seen
    ) inside
    WHERE {ASKED} AND {narrowed.finer_sql()}
),
clusters AS (
    SELECT sum(each)::int AS count, (sum(each * x) / sum(each))::bigint AS x, (sum(each * y) / sum(each))::bigint AS y,
        CASE WHEN max(each) > 1 THEN TRUE END AS approximate
    FROM found
    -- A shape that reaches over the edge counts in the tile that holds its middle.
    WHERE x >> %(of_tile)s::int = %(x)s::int AND y >> %(of_tile)s::int = %(y)s::int
    GROUP BY found.x >> %(shift)s::int, found.y >> %(shift)s::int
)
{_DRAWN}"""

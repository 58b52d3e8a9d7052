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
from maps.enums import Power, Visibility
from maps.models import MapLayer
from maps.narrowing import Narrowed, narrowed_by
from maps.sight import Sight, sight_of
from maps.standing import standing_of

NAME = "elements"
LARGEST_BYTES = 100_000
#: A tile of more elements than this is drawn in clusters.
ROOM = 300
#: Elements that a tile looks at, at most: where more lie in it, of any kind and in any state, counted cells tell. Of
#: what is somebody's own no more is looked at either.
LOOKED_AT = 5_000
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
    edits = standing.power_in(layer.pk, layer.map.hub_id) >= Power.EDIT
    narrowed = narrowed_by(request.GET.dict(), edits=edits)
    response = tile_response(request, draw(layer.pk, sight_of(standing, layer), narrowed, z, x, y), max_age_s=0)
    response["Cache-Control"] = "private, no-cache"
    return response


def layer_tilejson(request: HttpRequest, layer_id: int) -> JsonResponse:
    """TileJSON 3.0 of a layer that the viewer may see."""
    layer = get_object_or_404(MapLayer.objects.visible_to(request.user), pk=layer_id)
    pattern = reverse("map-tile", args=[layer.pk, 0, 0, 0]).replace("/0/0/0.mvt", "/{z}/{x}/{y}.mvt")
    fields = {
        "id": "Number", "title": "String", "kind": "String", "state": "String", "material": "String",
        "quantity": "Number", "unit": "String", "period": "String", "count": "Number",
    }  # fmt: skip
    answer = {
        "tilejson": "3.0.0",
        "name": layer.title,
        "description": layer.description,
        "attribution": layer.attribution,
        "tiles": [request.build_absolute_uri("/")[:-1] + pattern],
        "minzoom": 0,
        "maxzoom": DEEPEST_ZOOM,
        "bounds": BOUNDS,
        "vector_layers": [{"id": NAME, "fields": fields}],
    }
    return JsonResponse(answer, headers={"Cache-Control": "private, no-cache"})


def draw(layer_id: int, sight: Sight, narrowed: Narrowed, z: int, x: int, y: int) -> bytes:
    """The tile, empty where there is nothing to draw."""
    # Beyond Belgium's surroundings metres mean nothing; there is nothing to draw either.
    box = metric_box_around(near_belgium(bounds_of_tile(z, x, y)))
    place: dict[str, Any] = {"layer": layer_id, "z": z, "x": x, "y": y, "box": box.hexewkb.decode()}
    shared = place | sight._asdict() | narrowed.values()
    with connection.cursor() as cursor:
        for coarseness in _COARSENESS:
            sql = _ELEMENTS.replace(_FINER, narrowed.finer_sql())
            cursor.execute(sql, shared | {"tolerance": coarseness * _metres_per_pixel(z)})
            count, is_crowded, body = cursor.fetchone()
            if is_crowded or count > ROOM:
                break
            if len(body) <= LARGEST_BYTES:
                return bytes(body)
        # More is asked for than is counted: then the elements themselves tell, however many there are.
        level = None if narrowed.is_finer else _level_of(z)
        if level is None and not narrowed.is_finer:
            # Where enough is shown to fill the room, the elements behind it were never looked at.
            cursor.execute(_CROWDED, shared)
            level = LEVELS[-1] if cursor.fetchone()[0] else None
        sql, values = _from_elements(shared, z, x, y) if level is None else _from_cells(shared, z, x, y, level)
        cursor.execute(sql.replace(_FINER, narrowed.finer_sql()), values)
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
    return {"finer": _WORLD_BITS - z - _EXTENT_BITS, "left": x << _EXTENT_BITS, "top": y << _EXTENT_BITS}


def _from_cells(shared: dict[str, Any], z: int, x: int, y: int, level: int) -> tuple[str, dict[str, Any]]:
    """SQL that draws clusters from counted cells. The finest make fewer and larger ones of a small tile."""
    across = 2 ** (level - z)
    cells = {
        "level": level, "shift": _WORLD_BITS - level, "first_x": x * across, "last_x": (x + 1) * across - 1,
        "first_y": y * across, "last_y": (y + 1) * across - 1,
    }  # fmt: skip
    return _FROM_CELLS, shared | _frame(z, x, y) | cells


def _from_elements(shared: dict[str, Any], z: int, x: int, y: int) -> tuple[str, dict[str, Any]]:
    """SQL that draws clusters from the elements of a small tile themselves."""
    shifts = {"shift": _WORLD_BITS - _wanted(z), "of_tile": _WORLD_BITS - z}
    return _FROM_ELEMENTS, shared | _frame(z, x, y) | shifts


_ASKED = "%(state)s::text IN ('', state) AND %(kind)s::text IN ('', kind)"
#: Stands for what else is asked for (Narrowed.finer_sql).
_FINER = "(TRUE)"
_SEEN = "state = ANY(%(states)s::text[]) AND visibility >= %(at_least)s::int"
_IN_BOX = "layer_id = %(layer)s::bigint AND position && %(box)s::geometry"
_OWN = f"""(owner_id = %(user_id)s::bigint
        OR (created_by_id = %(user_id)s::bigint AND state IN ('draft', 'review'))
        OR (state = 'published' AND visibility >= {Visibility.HUB.value}
            AND source_organisation_id = ANY(%(organisation_ids)s::bigint[])))"""
_SHOWN = f"state <> 'withdrawn' AND {_ASKED} AND {_FINER} AND (({_SEEN}) OR {_OWN})"

#: However much lies in a tile, and however little of it is asked for, no more of it is read than LOOKED_AT: the row
#: behind the last says that there are more.
_ELEMENTS = f"""
WITH inside AS MATERIALIZED (
    SELECT * FROM (
        SELECT *, row_number() OVER () AS nth FROM maps_mapfeature WHERE {_IN_BOX} LIMIT {LOOKED_AT + 1}
    ) near
    WHERE nth > {LOOKED_AT} OR ({_SHOWN}) LIMIT {ROOM + 1}
),
many AS MATERIALIZED (
    SELECT count(*) AS count, coalesce(max(nth) > {LOOKED_AT}, FALSE) AS is_crowded FROM inside
),
tile AS MATERIALIZED (
    SELECT inside.id, left(inside.title, 80) AS title, inside.kind, inside.state, material.code AS material,
        inside.quantity::float, nullif(inside.unit, '') AS unit, nullif(inside.period, '') AS period,
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

_DRAWN = f"""
SELECT coalesce(ST_AsMVT(tile, '{NAME}', {1 << _EXTENT_BITS}, 'geom'), '') FROM (
    SELECT count,
        ST_MakePoint((x >> %(finer)s::int) - %(left)s::bigint, (y >> %(finer)s::int) - %(top)s::bigint) AS geom
    FROM clusters
) tile
"""

#: Whether more lies in a tile than it may look at. Asked by itself: what is shown may all come first.
_CROWDED = f"SELECT EXISTS (SELECT FROM maps_mapfeature WHERE {_IN_BOX} OFFSET {LOOKED_AT})"

#: Cells don't know whose an element is. What somebody sees only because it is their own is found by whose it is.
_FROM_CELLS = f"""
WITH own AS MATERIALIZED (
    SELECT listings_world_x(ST_Centroid(geometry)) AS x, listings_world_y(ST_Centroid(geometry)) AS y
    FROM maps_mapfeature
    WHERE layer_id = %(layer)s::bigint AND state <> 'withdrawn' AND {_ASKED} AND {_OWN} AND NOT ({_SEEN})
    LIMIT {LOOKED_AT}
),
cells AS (
    SELECT x, y, count, sum_x, sum_y FROM maps_maplayercell
    WHERE layer_id = %(layer)s::bigint AND level = %(level)s::smallint
        AND x BETWEEN %(first_x)s::int AND %(last_x)s::int AND y BETWEEN %(first_y)s::int AND %(last_y)s::int
        AND {_ASKED} AND {_SEEN} AND count > 0
    UNION ALL
    SELECT x >> %(shift)s::int, y >> %(shift)s::int, 1, x, y FROM own
    WHERE x >> %(shift)s::int BETWEEN %(first_x)s::int AND %(last_x)s::int
        AND y >> %(shift)s::int BETWEEN %(first_y)s::int AND %(last_y)s::int
),
clusters AS (
    SELECT sum(count)::int AS count, (sum(sum_x) / sum(count))::bigint AS x, (sum(sum_y) / sum(count))::bigint AS y
    FROM cells GROUP BY cells.x, cells.y
)
{_DRAWN}"""

_FROM_ELEMENTS = f"""
WITH found AS (
    SELECT listings_world_x(ST_Centroid(geometry)) AS x, listings_world_y(ST_Centroid(geometry)) AS y
    FROM (SELECT * FROM maps_mapfeature WHERE {_IN_BOX} AND {_SHOWN}) inside
),
clusters AS (
    SELECT count(*)::int AS count, avg(x)::bigint AS x, avg(y)::bigint AS y FROM found
    -- A shape that reaches over the edge counts in the tile that holds its middle.
    WHERE x >> %(of_tile)s::int = %(x)s::int AND y >> %(of_tile)s::int = %(y)s::int
    GROUP BY found.x >> %(shift)s::int, found.y >> %(shift)s::int
)
{_DRAWN}"""

"""Vector tiles of listings: points where there is room, clusters with numbers where there isn't."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db import connections, router
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from geo.points import METRIC_SRID
from geo.tiles import DEEPEST_ZOOM, bounds_of_tile, check_tile, tile_response
from listings.models import Listing
from listings.search.asking import ask
from listings.search.cells import FINEST, FINEST_BY_MATERIAL, WORLD_BITS, cells_in, counted_level
from listings.search.parameters import SearchParameters
from listings.search.parts import Piece
from listings.search.tile_listings import Reading, read

#: Below this zoom listings that fall in one cell of the grid become one cluster, however few they are.
CLUSTERS_BELOW_ZOOM = 13
#: From there on a tile of more than this is drawn in clusters too.
ROOM = 400
#: The deepest zoom shows every spot, unless it would have to look at more listings than this.
ROOM_DEEPEST = 1_000
#: A tile is 2**3 clusters across: 64 pixels each, as wide as the largest.
CELL_BITS = 3
#: The deepest zoom, where nobody can look closer, has 16 times as many.
CELL_BITS_DEEPEST = 5
_EXTENT_BITS = 12
#: A box a little wider than the tile: which tile a listing lies in is told in whole numbers, not in degrees.
_MARGIN_DEGREES = 1e-6

Statement = tuple[str, list[Any]]


class Drawn(NamedTuple):
    """A tile, empty where there is nothing to draw, and the statements that drew it."""

    body: bytes
    ran: list[Statement]


def listing_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Listings of one tile that meet the search in the address; what it draws is what the search finds.

    Raises ValidationError by field for parameters that the search refuses too.
    """
    check_tile(z, x, y)
    parameters = ask(with_area(request.GET, z, x, y))
    return tile_response(request, draw(parameters, z, x, y).body, max_age_s=30)


def draw(parameters: SearchParameters, z: int, x: int, y: int) -> Drawn:
    """Draw a tile of a search that has the tile as its box.

    Counted cells come first where they know the answer. Past CLUSTERS_BELOW_ZOOM they draw the tile only where it has
    no room for points; else the listings themselves do, which are few then.
    """
    ran, body = list[Statement](), b""
    with connections[router.db_for_read(Listing)].cursor() as cursor:
        for statement in _statements(parameters, z, x, y):
            cursor.execute(*statement)
            body, count = cursor.fetchone()
            ran.append(statement)
            if z < CLUSTERS_BELOW_ZOOM or count > (ROOM if z < DEEPEST_ZOOM else ROOM_DEEPEST):
                break
    return Drawn(bytes(body), ran)


def _statements(parameters: SearchParameters, z: int, x: int, y: int) -> Iterator[Statement]:
    """SQL with its parameters that draws a tile: one row (tile, how many listings are in it)."""
    if counted := counted_cells(parameters, z, x, y):
        yield counted
        yield _few_listings(parameters, z, x, y)
    else:
        yield _found_listings(parameters, z, x, y)


def with_area(given: QueryDict, z: int, x: int, y: int) -> dict[str, str]:
    """The search's parameters with the tile as its box: tiles follow every filter but the map's own box."""
    west, south, east, north = bounds_of_tile(z, x, y)
    west, east = max(west - _MARGIN_DEGREES, -180), min(east + _MARGIN_DEGREES, 180)
    south, north = south - _MARGIN_DEGREES, north + _MARGIN_DEGREES
    asked = {
        name: value for name, value in given.dict().items() if name not in ("cursor", "page_size", "sort", "bbox")
    }
    return {name: str(value) for name, value in asked.items()} | {"bbox": f"{west},{south},{east},{north}"}


def counted_cells(parameters: SearchParameters, z: int, x: int, y: int) -> Statement | None:
    """Clusters from counted cells; None for a search that they can't answer: by anything but kind and one of hub and
    material, or by material in a tile so small that its cells aren't counted by material.

    What changed since they were counted is added, and what ended but isn't marked yet taken off.
    """
    level = min(z + CELL_BITS, FINEST)
    condition = _plain_condition(parameters)
    by_material = parameters.material is not None
    if condition is None or (by_material and (parameters.hub or level > FINEST_BY_MATERIAL)):
        return None
    # Of all, of one hub, or of one set of materials: a cell is counted for each.
    counted = f"hub_id = 0 AND material_spans <> '{{}}' AND {condition.sql}" if by_material else _OF_HUB
    of_cell = condition.values if by_material else [parameters.hub.pk if parameters.hub else 0]
    stored, finest = cells_in(z, x, y, counted_level(level)), cells_in(z, x, y, FINEST)
    fine = 2 * (FINEST - level)
    return _CELLS.format(counted=counted, condition=condition.sql, of_kind=_of_kind(parameters), approximate=""), [
        2 * (stored.level - level), *of_cell, stored.first, stored.last,
        fine, *condition.values, finest.first, finest.last,
        fine, timezone.localdate(), *condition.values, finest.first, finest.last,
        *_frame(z, x, y),
    ]  # fmt: skip


def _few_listings(parameters: SearchParameters, z: int, x: int, y: int) -> Statement:
    """Points and clusters from the listings in a tile of whose search counted cells told that they are few."""
    condition = _plain_condition(parameters)
    assert condition is not None  # else no cells are counted
    # Composing the same with Django takes longer than the database needs for all of it.
    inner = _INSIDE.format(condition=condition.sql, of_kind=_of_kind(parameters))
    return _clustered(Reading(Piece(inner, (*condition.values, timezone.localdate(), z, x, y)), 1), z, x, y)


def _found_listings(parameters: SearchParameters, z: int, x: int, y: int) -> Statement:
    """Points and clusters from the listings that a search finds, whatever it asks; of very many, from a sample."""
    return _clustered(read(parameters), z, x, y)


def _clustered(reading: Reading, z: int, x: int, y: int) -> Statement:
    # What stands for others too is no point.
    room = -1 if z < CLUSTERS_BELOW_ZOOM or reading.each > 1 else ROOM
    shift = WORLD_BITS - z - (CELL_BITS if z < DEEPEST_ZOOM else CELL_BITS_DEEPEST)
    finer = WORLD_BITS - z
    approximate = ", TRUE AS approximate" if reading.each > 1 else ""
    return _LISTINGS.format(inner=reading.rows.sql, each=f"{reading.each:d}", approximate=approximate), [
        *reading.rows.values, finer, x, finer, y, room, shift, room, shift, *_frame(z, x, y)
    ]  # fmt: skip


class Condition(NamedTuple):
    """SQL that holds for a listing and for what is counted of one, with its values."""

    sql: str
    values: list[int]


def _plain_condition(parameters: SearchParameters) -> Condition | None:
    """Of a search by nothing but kind, hub and material; None for any other."""
    if parameters.to_query().keys() - {"bbox", "sort", "kind", "hub", "material"}:
        return None
    sql, values = ["TRUE"], list[int]()
    if parameters.hub:
        sql.append("hub_ids @> ARRAY[%s::int]")
        values.append(parameters.hub.pk)
    if parameters.material:
        sql.append("material_spans && int4multirange(int4range(%s::int, %s::int, '[]'))")
        values += [parameters.material.tree_left, parameters.material.tree_right]
    return Condition(" AND ".join(sql), values)


def _of_kind(parameters: SearchParameters) -> str:
    """As text: the planner chooses a kind's own index only where it reads the kind."""
    return f"kind = '{parameters.kind.value}'" if parameters.kind else "TRUE"


def _frame(z: int, x: int, y: int) -> list[int]:
    """What turns a world position into the tile's own: how many bits it is finer, and the tile's edge, for x and y."""
    finer = WORLD_BITS - z - _EXTENT_BITS
    return [finer, x << _EXTENT_BITS, finer, y << _EXTENT_BITS]


_OF_HUB = "hub_id = %s::int AND material_spans = '{}'"

#: Listings around a tile so small that its edges are straight in metres too.
_INSIDE = f"""
SELECT id, kind, shown_location FROM listings_listing
WHERE status = 'published' AND {{of_kind}} AND {{condition}}
    AND (available_until IS NULL OR available_until >= %s::date)
    AND position && ST_Transform(ST_TileEnvelope(%s::int, %s::int, %s::int, margin => 0.01), {METRIC_SRID})
"""

#: Something of the listing that a cluster of one is.
_OF_ONE = "CASE WHEN count = 1 THEN (SELECT {value} FROM listings_listing WHERE id = clusters.id) END"

#: From `clusters` (count, kind, id, x, y), x and y in the world's whole numbers.
_DRAWN = f"""
SELECT ST_AsMVT(tile, 'listings', {1 << _EXTENT_BITS}, 'geom'), coalesce(sum(count), 0)::bigint FROM (
    SELECT count, kind, CASE WHEN count = 1 THEN id END AS id,
        {_OF_ONE.format(value="left(title, 80)")} AS title,
        {_OF_ONE.format(value="CASE price_kind WHEN 'free' THEN 0 WHEN 'fixed' THEN price_eur END::float")} AS price,
        {_OF_ONE.format(value="free_quantity::float")} AS quantity,
        {_OF_ONE.format(value="CASE WHEN kind = 'service' THEN capacity_unit ELSE unit END")} AS unit,
        {_OF_ONE.format(value="CASE WHEN price_kind = 'fixed' AND price_basis = 'unit' THEN TRUE END")} AS per_unit,
        ST_MakePoint((x >> %s::int) - %s::bigint, (y >> %s::int) - %s::bigint) AS geom{{approximate}}
    FROM clusters
) tile
"""

_CELLS = f"""
WITH entries AS (
    SELECT cell >> %s::int AS cell, kind, count, sum_id, sum_x, sum_y FROM listings_listingcell
    WHERE {{counted}} AND cell BETWEEN %s::bigint AND %s::bigint AND {{of_kind}}
    UNION ALL
    SELECT cell >> %s::int, kind, count, count * listing_id, count * x, count * y FROM listings_listingcellchange
    WHERE {{condition}} AND cell BETWEEN %s::bigint AND %s::bigint AND {{of_kind}}
    UNION ALL
    SELECT listings_cell(x, y) >> %s::int, kind, -1, -id, -x, -y FROM (
        SELECT id, kind, listings_world_x(shown_location) AS x, listings_world_y(shown_location) AS y
        -- Few ended; a plan that can't see the day would rather look at all of the material.
        FROM (SELECT * FROM listings_listing WHERE status = 'published' AND available_until < %s::date OFFSET 0) past
        WHERE {{condition}} AND {{of_kind}}
    ) ended WHERE listings_cell(x, y) BETWEEN %s::bigint AND %s::bigint
),
of_kind AS (
    SELECT cell, kind, sum(count) AS count, sum(sum_id) AS sum_id, sum(sum_x) AS sum_x, sum(sum_y) AS sum_y
    FROM entries GROUP BY cell, kind HAVING sum(count) > 0
),
clusters AS (
    SELECT sum(count)::int AS count, CASE WHEN count(*) = 1 THEN min(kind) ELSE 'mixed' END AS kind,
        sum(sum_id)::bigint AS id, (sum(sum_x) / sum(count))::bigint AS x, (sum(sum_y) / sum(count))::bigint AS y
    FROM of_kind GROUP BY cell
)
{_DRAWN}"""

_LISTINGS = f"""
WITH found AS (
    SELECT id, kind, listings_world_x(shown_location) AS x, listings_world_y(shown_location) AS y
    FROM ({{inner}}) listing
),
inside AS MATERIALIZED (SELECT * FROM found WHERE x >> %s::int = %s::bigint AND y >> %s::int = %s::bigint),
spots AS MATERIALIZED (
    SELECT x, y, count(*) * {{each}} AS count, min(kind) AS kind, max(kind) AS last_kind, min(id) AS id
    FROM inside GROUP BY x, y
),
clusters AS (
    SELECT sum(count)::int AS count, CASE WHEN min(kind) = max(last_kind) THEN min(kind) ELSE 'mixed' END AS kind,
        min(id) AS id, (sum(x * count) / sum(count))::bigint AS x, (sum(y * count) / sum(count))::bigint AS y
    FROM spots
    GROUP BY CASE WHEN (SELECT count(*) FROM spots) > %s::int THEN x >> %s::int ELSE x END,
        CASE WHEN (SELECT count(*) FROM spots) > %s::int THEN y >> %s::int ELSE y END
)
{_DRAWN}"""

"""Vector tiles of listings: points where there is room, clusters with numbers where there isn't."""

from math import atan, degrees, pi, sinh

from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict

from geo.tiles import check_tile, tile_response
from listings.search.parameters import SearchParameters
from listings.search.query import matching

#: Below this zoom listings that fall in one cell of the grid become one cluster.
CLUSTERS_BELOW_ZOOM = 13
#: Cells across a tile, and the most single listings that one tile holds.
CELLS, MOST_FEATURES = 12, 400
_EXTENT = 4096


def listing_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """Listings of one tile that meet the search in the address; what it draws is what the search finds.

    Raises ValidationError by field for parameters that the search refuses too.
    """
    check_tile(z, x, y)
    parameters = SearchParameters.parse(_with_area(request.GET, z, x, y))
    found = matching(parameters, request.user).order_by().values("id", "kind", "title", "position")
    inner, values = found.query.sql_with_params()
    clustered = z < CLUSTERS_BELOW_ZOOM
    with connection.cursor() as cursor:
        cursor.execute(_clusters(inner) if clustered else _points(inner), [z, x, y, *values])
        body = bytes(cursor.fetchone()[0] or b"")
    return tile_response(request, body, max_age_s=30)


def _with_area(given: QueryDict, z: int, x: int, y: int) -> dict[str, str]:
    """The search's parameters with the tile as its box: tiles follow every filter but the map's own box."""
    side = 2**z
    west, east = x / side * 360 - 180, (x + 1) / side * 360 - 180
    north, south = (degrees(atan(sinh(pi * (1 - 2 * row / side)))) for row in (y, y + 1))
    asked = {
        name: value for name, value in given.dict().items() if name not in ("cursor", "page_size", "sort", "bbox")
    }
    return {name: str(value) for name, value in asked.items()} | {"bbox": f"{west},{south},{east},{north}"}


def _clusters(inner: str) -> str:
    cell = _EXTENT // CELLS
    return f"""
        WITH bounds AS (SELECT ST_TileEnvelope(%s::int, %s::int, %s::int) AS tile),
        drawn AS (
            SELECT found.id, found.kind, found.title,
                ST_AsMVTGeom(ST_Transform(found.position, 3857), bounds.tile, {_EXTENT}, 0, true) AS geom
            FROM ({inner}) found, bounds
        ),
        cells AS (
            SELECT floor(ST_X(geom) / {cell})::int AS across, floor(ST_Y(geom) / {cell})::int AS down,
                count(*)::int AS count, min(id)::bigint AS id, min(kind) AS kind, min(title) AS title,
                count(DISTINCT kind)::int AS kinds,
                ST_MakePoint(round(avg(ST_X(geom))), round(avg(ST_Y(geom)))) AS geom
            FROM drawn WHERE geom IS NOT NULL GROUP BY 1, 2
        )
        SELECT ST_AsMVT(tile, 'listings', {_EXTENT}, 'geom') FROM (
            SELECT count, CASE WHEN kinds = 1 THEN kind ELSE 'mixed' END AS kind,
                CASE WHEN count = 1 THEN id END AS id, CASE WHEN count = 1 THEN left(title, 80) END AS title, geom
            FROM cells
        ) tile
    """


def _points(inner: str) -> str:
    return f"""
        WITH bounds AS (SELECT ST_TileEnvelope(%s::int, %s::int, %s::int) AS tile)
        SELECT ST_AsMVT(tile, 'listings', {_EXTENT}, 'geom') FROM (
            SELECT count(*)::int AS count, min(kind) AS kind,
                CASE WHEN count(*) = 1 THEN min(id) END AS id,
                CASE WHEN count(*) = 1 THEN left(min(title), 80) END AS title,
                ST_AsMVTGeom(ST_Transform(found.position, 3857), bounds.tile, {_EXTENT}, 64, true) AS geom
            FROM ({inner}) found, bounds GROUP BY found.position, bounds.tile LIMIT {MOST_FEATURES}
        ) tile WHERE geom IS NOT NULL
    """

"""Vector tiles of what seldom changes: land, municipalities, hub regions, places."""

import hashlib
from math import atan, degrees, pi, sinh

from django.core.cache import cache
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response

from geo.boundaries import current_quality
from geo.points import MERCATOR_SRID, METRIC_SRID, WGS84_SRID

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
DEEPEST_ZOOM = 16
#: Where there is anything to draw, in degrees (west, south, east, north).
BOUNDS = [2.3, 50.4, 6.5, 51.6]
#: By how many metres areas are simplified, by zoom: further out less detail can be seen.
_SIMPLIFY_M = {6: 400, 7: 250, 8: 150, 9: 80, 10: 40, 11: 20}
_SIMPLIFY_FURTHER_OUT_M, _SIMPLIFY_CLOSER_M = 600, 8
#: How long a drawn tile is kept in the cache, and how long a browser may show it without asking, in seconds.
_KEPT_S, _FRESH_S = 86_400, 3_600

_AREA = """ST_AsMVTGeom(
    ST_Transform(ST_SimplifyPreserveTopology({geometry}, %(simplify)s::float), {srid}), bounds.tile, 4096, 64, true
)"""
_TILE = f"""bounds AS (
    SELECT ST_TileEnvelope(%(z)s::int, %(x)s::int, %(y)s::int) AS tile,
        ST_Transform(ST_TileEnvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.02), {METRIC_SRID}) AS metric
)"""

LAYERS = {
    "land": f"""WITH {_TILE} SELECT ST_AsMVT(row, 'land') FROM (
        SELECT {_AREA.format(geometry="ST_Union(boundary.geometry)", srid=MERCATOR_SRID)} AS geom
        FROM geo_boundary boundary, bounds
        WHERE boundary.quality = %(quality)s::text AND boundary.geometry && bounds.metric GROUP BY bounds.tile
    ) row WHERE geom IS NOT NULL""",
    "municipalities": f"""WITH {_TILE} SELECT ST_AsMVT(row, 'municipalities') FROM (
        SELECT municipality.nis, municipality.name_nl, municipality.name_fr, municipality.name_en, boundary.quality,
            {_AREA.format(geometry="boundary.geometry", srid=MERCATOR_SRID)} AS geom
        FROM geo_boundary boundary
        JOIN geo_municipality municipality ON municipality.id = boundary.municipality_id, bounds
        WHERE boundary.quality = %(quality)s::text AND boundary.geometry && bounds.metric
    ) row WHERE geom IS NOT NULL""",
    "hubs": f"""WITH {_TILE} SELECT ST_AsMVT(row, 'hubs') FROM (
        SELECT hub.slug, hub.name, region.name AS region, region.kind,
            {_AREA.format(geometry="ST_Union(boundary.geometry)", srid=MERCATOR_SRID)} AS geom
        FROM geo_hub hub JOIN geo_hubregion region ON region.hub_id = hub.id
        JOIN geo_hubregion_municipalities member ON member.hubregion_id = region.id
        JOIN geo_boundary boundary ON boundary.municipality_id = member.municipality_id, bounds
        WHERE boundary.quality = %(quality)s::text AND boundary.geometry && bounds.metric
        GROUP BY hub.slug, hub.name, region.name, region.kind, bounds.tile
    ) row WHERE geom IS NOT NULL""",
    "places": f"""WITH {_TILE} SELECT ST_AsMVT(row, 'places') FROM (
        SELECT place.population,
            CASE WHEN place.name IN (town.name_nl, town.name_fr) THEN town.name_nl ELSE place.name END AS name,
            CASE WHEN place.name IN (town.name_nl, town.name_fr) THEN town.name_fr ELSE place.name END AS name_fr,
            CASE WHEN place.name IN (town.name_nl, town.name_fr) THEN town.name_en ELSE place.name END AS name_en,
            CASE WHEN population >= 100000 THEN 1 WHEN population >= 25000 THEN 2
                WHEN population >= 8000 THEN 3 ELSE 4 END AS rank,
            ST_AsMVTGeom(ST_Transform(place.location, {MERCATOR_SRID}), bounds.tile, 4096, 256, true) AS geom
        FROM geo_place place JOIN geo_municipality town ON town.id = place.municipality_id, bounds
        WHERE place.location && ST_Transform(bounds.metric, {WGS84_SRID})
            AND (%(z)s::int >= 12 OR place.population >=
                CASE WHEN %(z)s::int >= 11 THEN 3000 WHEN %(z)s::int >= 9 THEN 12000 ELSE 60000 END)
        ORDER BY place.population DESC LIMIT 300
    ) row WHERE geom IS NOT NULL""",
}  # fmt: skip

#: A number for all that tiles are drawn from. Boundaries are only ever replaced whole, so their highest id tells; any
#: other row may change in place, so what is drawn of it is hashed or summed.
_VERSION = """SELECT md5(concat_ws('-',
    (SELECT max(id) FROM geo_boundary WHERE quality = %(quality)s::text),
    (SELECT sum(hashtext(concat_ws(':', nis, name_nl, name_fr, name_en))) FROM geo_municipality),
    (SELECT sum(hashtext(concat_ws(':', id, slug, name))) FROM geo_hub),
    (SELECT sum(hashtext(concat_ws(':', id, hub_id, kind, name))) FROM geo_hubregion),
    (SELECT sum(hashtext(concat_ws(':', hubregion_id, municipality_id))) FROM geo_hubregion_municipalities),
    (SELECT concat_ws(':', max(id), count(*), sum(municipality_id), sum(population)) FROM geo_place)
))"""


def static_tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """One tile of a layer of LAYERS; 404 for what isn't a tile."""
    check_tile(z, x, y)
    if layer not in LAYERS:
        raise Http404
    quality = current_quality()
    key = f"tile:{layer}:{z}:{x}:{y}:{_version(quality)}"
    body = cache.get(key)
    if body is None:
        simplify = _SIMPLIFY_M.get(z, _SIMPLIFY_FURTHER_OUT_M if z < min(_SIMPLIFY_M) else _SIMPLIFY_CLOSER_M)
        with connection.cursor() as cursor:
            cursor.execute(LAYERS[layer], {"z": z, "x": x, "y": y, "quality": quality, "simplify": simplify})
            body = bytes(cursor.fetchone()[0])
        cache.set(key, body, _KEPT_S)
    return tile_response(request, body, max_age_s=_FRESH_S)


def tilejson(request: HttpRequest, layer: str) -> JsonResponse:
    """TileJSON 3.0 of a layer."""
    if layer not in (*LAYERS, "listings"):
        raise Http404
    pattern = reverse("tile", args=[layer, 0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
    return JsonResponse(
        {
            "tilejson": "3.0.0",
            "name": layer,
            "tiles": [request.build_absolute_uri("/")[:-1] + pattern],
            "minzoom": 0,
            "maxzoom": DEEPEST_ZOOM,
            "bounds": BOUNDS,
            "vector_layers": [{"id": layer, "fields": {}}],
        }
    )


def check_tile(z: int, x: int, y: int) -> None:
    """Raise Http404 unless there is such a tile, at a zoom that we draw."""
    if not (0 <= z <= DEEPEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise Http404


def bounds_of_tile(z: int, x: int, y: int) -> tuple[float, float, float, float]:
    """The box of a tile (west, south, east, north, degrees)."""
    side = 2**z
    north, south = (degrees(atan(sinh(pi * (1 - 2 * row / side)))) for row in (y, y + 1))
    return x / side * 360 - 180, south, (x + 1) / side * 360 - 180, north


def tile_response(request: HttpRequest, body: bytes, max_age_s: int) -> HttpResponse:
    """The answer with a tile: 304 where the browser has it already, 204 where there is nothing to draw."""
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response = HttpResponse(body, content_type=MEDIA_TYPE) if body else HttpResponse(status=204)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={max_age_s}"
    return get_conditional_response(request, etag=etag, response=response) or response


def _version(quality: str) -> str:
    """A text that changes whenever boundaries, hubs, regions or places do; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, {"quality": quality})
        return str(cursor.fetchone()[0])

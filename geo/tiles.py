"""Vector tiles of what stands still: land, municipalities, hub regions, places."""

import hashlib

from django.core.cache import cache
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response

from geo.boundaries import current_quality

MEDIA_TYPE = "application/vnd.mapbox-vector-tile"
DEEPEST_ZOOM = 16
#: Belgium's tiles only: elsewhere nothing is drawn.
BOUNDS = [2.3, 50.4, 6.5, 51.6]
#: Past this zoom the detail of simplified areas doesn't grow.
_SIMPLIFY_M = {6: 400, 7: 250, 8: 150, 9: 80, 10: 40, 11: 20}

_AREA = """ST_AsMVTGeom(
    ST_Transform(ST_SimplifyPreserveTopology({geometry}, %(simplify)s::float), 3857), bounds.tile, 4096, 64, true
)"""
_TILE = """bounds AS (
    SELECT ST_TileEnvelope(%(z)s::int, %(x)s::int, %(y)s::int) AS tile,
        ST_Transform(ST_TileEnvelope(%(z)s::int, %(x)s::int, %(y)s::int, margin => 0.02), 3812) AS metric
)"""

LAYERS = {
    "land": f"""WITH {_TILE} SELECT ST_AsMVT(row, 'land') FROM (
        SELECT {_AREA.format(geometry="ST_Union(boundary.geometry)")} AS geom
        FROM geo_boundary boundary, bounds
        WHERE boundary.quality = %(quality)s::text AND boundary.geometry && bounds.metric GROUP BY bounds.tile
    ) row WHERE geom IS NOT NULL""",
    "municipalities": f"""WITH {_TILE} SELECT ST_AsMVT(row, 'municipalities') FROM (
        SELECT municipality.nis, municipality.name_nl, municipality.name_fr, boundary.quality,
            {_AREA.format(geometry="boundary.geometry")} AS geom
        FROM geo_boundary boundary
        JOIN geo_municipality municipality ON municipality.id = boundary.municipality_id, bounds
        WHERE boundary.quality = %(quality)s::text AND boundary.geometry && bounds.metric
    ) row WHERE geom IS NOT NULL""",
    "hubs": f"""WITH {_TILE} SELECT ST_AsMVT(row, 'hubs') FROM (
        SELECT hub.slug, hub.name, region.name AS region, region.kind,
            {_AREA.format(geometry="ST_Union(boundary.geometry)")} AS geom
        FROM geo_hub hub JOIN geo_hubregion region ON region.hub_id = hub.id
        JOIN geo_hubregion_municipalities member ON member.hubregion_id = region.id
        JOIN geo_boundary boundary ON boundary.municipality_id = member.municipality_id, bounds
        WHERE boundary.quality = %(quality)s::text AND boundary.geometry && bounds.metric
        GROUP BY hub.slug, hub.name, region.name, region.kind, bounds.tile
    ) row WHERE geom IS NOT NULL""",
    "places": f"""WITH {_TILE} SELECT ST_AsMVT(row, 'places') FROM (
        SELECT place.name, place.population,
            CASE WHEN population >= 100000 THEN 1 WHEN population >= 25000 THEN 2
                WHEN population >= 8000 THEN 3 ELSE 4 END AS rank,
            ST_AsMVTGeom(ST_Transform(place.location, 3857), bounds.tile, 4096, 256, true) AS geom
        FROM geo_place place, bounds
        WHERE place.municipality_id IS NOT NULL AND place.location && ST_Transform(bounds.metric, 4326)
            AND (%(z)s::int >= 12 OR place.population >=
                CASE WHEN %(z)s::int >= 11 THEN 3000 WHEN %(z)s::int >= 9 THEN 12000 ELSE 60000 END)
        ORDER BY place.population DESC LIMIT 300
    ) row WHERE geom IS NOT NULL""",
}  # fmt: skip

#: Boundaries are replaced whole; all else may change in place.
_VERSION = """SELECT md5(concat_ws('-',
    (SELECT max(id) FROM geo_boundary WHERE quality = %(quality)s::text),
    (SELECT sum(hashtext(concat_ws(':', nis, name_nl, name_fr))) FROM geo_municipality),
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
        simplify = _SIMPLIFY_M.get(z, 600 if z < 6 else 8)
        with connection.cursor() as cursor:
            cursor.execute(LAYERS[layer], {"z": z, "x": x, "y": y, "quality": quality, "simplify": simplify})
            body = bytes(cursor.fetchone()[0])
        cache.set(key, body, 86_400)
    return tile_response(request, body, max_age_s=3_600)


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
    """Raise Http404 unless these are numbers of a tile, at a zoom that is drawn."""
    if not (0 <= z <= DEEPEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise Http404


def tile_response(request: HttpRequest, body: bytes, max_age_s: int) -> HttpResponse:
    """A tile with its ETag, or 304 where the browser has it; 204 where there is nothing to draw."""
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response = HttpResponse(body, content_type=MEDIA_TYPE) if body else HttpResponse(status=204)
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={max_age_s}"
    return get_conditional_response(request, etag=etag, response=response) or response


def _version(quality: str) -> str:
    """Changes with the boundaries, hubs, regions and places that tiles are drawn from; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSION, {"quality": quality})
        return str(cursor.fetchone()[0])

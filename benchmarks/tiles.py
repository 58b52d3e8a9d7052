"""Tiles of a million listings: how large, how even from far away to close by, and what HTTP and Django cost."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import asinh, floor, pi, radians, tan
from typing import Any
from urllib.parse import urlencode

from django.contrib.gis.db.backends.postgis.adapter import PostGISAdapter
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from benchmarks import databases, load, report
from benchmarks.report import Target, median, p95
from benchmarks.server import serving
from geo.points import METRIC_SRID
from listings.search import tiles
from listings.search.parameters import SearchParameters

#: Towns, a suburb and two villages: latitude and longitude.
PLACES = {
    "Gent": (51.0545, 3.7218),
    "Antwerpen": (51.2213, 4.4051),
    "Brussel": (50.8467, 4.3517),
    "Aalst": (50.9378, 4.0410),
    "Vleteren": (50.9269, 2.7397),
    "Arendonk": (51.3223, 5.0886),
}
ZOOMS = range(6, 17)
#: What people ask: first what cells are counted for, then what reads the listings themselves.
COUNTED: tuple[dict[str, str], ...] = (
    {},
    {"kind": "supply"},
    {"material": "wood"},
    {"hub": "sociaal-circulaire-hub-gent"},
)
READ: tuple[dict[str, str], ...] = ({"lat": "51.05", "lon": "3.72", "radius_km": "10"}, {"condition": "to_repair"})
LISTINGS = "/tiles/listings"
LARGEST_KB = 100
#: From this zoom on the rate is compared.
CLOSE = 12
#: What anyone would write: every listing in the tile as a point with its title. Nothing is grouped.
RAW = f"""
SELECT ST_AsMVT(tile, 'listings', 4096, 'geom') FROM (
    SELECT id, kind, left(title, 80) AS title,
        ST_AsMVTGeom(ST_Transform(shown_location, 3857), ST_TileEnvelope(%s::int, %s::int, %s::int), 4096, 64) AS geom
    FROM listings_listing
    WHERE status = 'published' AND (available_until IS NULL OR available_until >= %s::date)
        AND position && ST_Transform(ST_TileEnvelope(%s::int, %s::int, %s::int, margin => 0.016), {METRIC_SRID})
) tile
"""


@dataclass(frozen=True, order=True)
class Tile:
    """A tile of the walk."""

    z: int
    x: int
    y: int

    def path(self, base: str, filters: dict[str, str]) -> str:
        return f"{base}/{self.z}/{self.x}/{self.y}.mvt" + (f"?{urlencode(filters)}" if filters else "")


def run(*, quick: bool) -> list[Target]:
    """Walk through every zoom at every place, then compare rates turn by turn."""
    database = databases.whole(3_000 if quick else 1_000_000)
    report.ready()
    rounds, seconds = (2, 0.5) if quick else (7, 4.0)
    with serving(database) as port:
        client = load.Client(port)
        walks = {_named(filters): walk(client, LISTINGS, filters, rounds) for filters in COUNTED}
        walks |= {_named(filters): walk(client, LISTINGS, filters, 1, tiles_of("Gent")) for filters in READ}
        client.close()
        print_walks("listings", walks)
        ratio = _compare(database, port, rounds=3 if quick else 7, seconds=seconds)
    return [
        Target("largest tile of any walk", largest_kb(walks), LARGEST_KB, "at most", "kB"),
        Target("slowest tile of the walk ÷ its median tile", slowest_by_median(walks[_named({})]), 5, "at most"),
        Target(f"rate over HTTP ÷ raw ST_AsMVT, zoom {CLOSE} and closer", ratio, 0.5, "at least"),
    ]


def walk_tiles() -> list[Tile]:
    """The tile of each place at each zoom, each once."""
    return list(dict.fromkeys(tile_at(lat, lon, z) for z in ZOOMS for lat, lon in PLACES.values()))


def tiles_of(place: str) -> list[Tile]:
    """The tile of one place at each zoom."""
    return [tile_at(*PLACES[place], z) for z in ZOOMS]


def tile_at(lat: float, lon: float, z: int) -> Tile:
    x = floor((lon + 180) / 360 * 2**z)
    return Tile(z, x, floor((1 - asinh(tan(radians(lat))) / pi) / 2 * 2**z))


Walk = dict[Tile, tuple[list[float], int]]


def walk(client: load.Client, base: str, filters: dict[str, str], rounds: int, among: Sequence[Tile] = ()) -> Walk:
    """Seconds of each round, and bytes, of every tile; the first round only warms up."""
    found: Walk = {tile: ([], 0) for tile in among or walk_tiles()}
    for number in range(rounds + 1):
        for tile in found:
            path = tile.path(base, filters)
            begun = time.perf_counter()
            status, body = client.get(path)
            taken = time.perf_counter() - begun
            if status not in (200, 204):
                raise RuntimeError(f"The server said {status} to {path}")
            found[tile] = ([*found[tile][0], taken] if number else [], len(body))
    return found


def largest_kb(walks: Mapping[str, Walk]) -> float:
    return max(size for found in walks.values() for _times, size in found.values()) / 1000


def slowest_by_median(found: Walk) -> float:
    medians = [median(times) for times, _size in found.values()]
    return max(medians) / median(medians)


def _named(filters: dict[str, str]) -> str:
    return urlencode(filters) or "everything"


def print_walks(of: str, walks: Mapping[str, Walk]) -> None:
    """A row for each walk, then the first by zoom."""
    rows = []
    for name, found in walks.items():
        ordered = sorted((median(times), tile) for tile, (times, _size) in found.items())  # type: ignore[type-var]
        middle, (slowest, tile) = median(value for value, _tile in ordered), ordered[-1]
        kilobytes = max(size for _times, size in found.values()) / 1000
        rows.append(
            (
                name, 1000 * middle, 1000 * p95(value for value, _tile in ordered),
                1000 * slowest, slowest / middle, f"z{tile.z}", kilobytes,
            )
        )  # fmt: skip
    report.table(
        f"Tiles of {of} one after another over one connection: milliseconds, the median of each tile's rounds",
        ["search", "median", "p95", "slowest", "× median", "at", "largest kB"],
        rows,
    )
    plain = next(iter(walks.values()))
    by_zoom = [
        (
            f"z{z}",
            *(
                1000 * take([median(times) for tile, (times, _s) in plain.items() if tile.z == z])
                for take in (median, max)
            ),
        )
        for z in ZOOMS
    ]
    report.table(f"The same of {of} without a filter, by zoom", ["", "median", "slowest"], by_zoom)


def _compare(database: databases.Database, port: int, *, rounds: int, seconds: float) -> float:
    """The median over turns of answers per second over HTTP, divided by those of raw ST_AsMVT.

    Two more rates say where the rest goes: the server's own statements alone, and answers that take no work.
    """
    close = [tile for tile in walk_tiles() if tile.z >= CLOSE]
    options = str(connection.settings_dict["OPTIONS"]["options"])  # type: ignore[index]
    paths, own, raw = (
        [tile.path(LISTINGS, {}) for tile in close],
        [_work(tile) for tile in close],
        [_raw(tile) for tile in close],
    )
    ways: dict[str, Callable[[], float]] = {
        "over HTTP": lambda: load.http_rate(port, paths, seconds),
        "raw ST_AsMVT": lambda: load.sql_rate(database.url, options, raw, seconds),
        "the same statements, bare": lambda: load.sql_rate(database.url, options, own, seconds),
        "an empty answer over HTTP": lambda: load.http_rate(port, ["/health/live"], seconds),
    }
    rates = {name: list[float]() for name in ways}
    for _ in range(rounds):
        for name, measure in ways.items():
            rates[name].append(measure())
    rows = [(name, median(all_of), min(all_of), max(all_of)) for name, all_of in rates.items()]
    title = f"Answers per second, zoom {CLOSE} and closer, two processes each, turn by turn"
    report.table(title, ["", "median", "least", "most"], rows)
    return median(ours / theirs for ours, theirs in zip(rates["over HTTP"], rates["raw ST_AsMVT"], strict=True))


def _raw(tile: Tile) -> list[tuple[str, list[Any]]]:
    return [(RAW, [tile.z, tile.x, tile.y, timezone.localdate(), tile.z, tile.x, tile.y])]


def _work(tile: Tile) -> list[tuple[str, list[Any]]]:
    """The statements that the server runs for a tile, with values that a bare connection can send."""
    area = tiles.with_area(QueryDict(), tile.z, tile.x, tile.y)
    ran = tiles.draw(SearchParameters.parse(area), tile.z, tile.x, tile.y).ran
    return [
        (sql, [value.ewkb.hex() if isinstance(value, PostGISAdapter) else value for value in values])
        for sql, values in ran
    ]

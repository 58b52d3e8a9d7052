"""A layer of a million elements: reading all of it over HTTP, boxes, tiles, figures, edits; files for a layer."""

import http.client
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from benchmarks import databases, load, map_edits, map_figures, map_files, report, tiles
from benchmarks.databases import Database
from benchmarks.report import Target, median
from benchmarks.server import serving
from geo.models import Hub
from maps.models import MapLayer, MaterialMap

#: Elements lie in this box (west, south, east, north, degrees), as evenly as chance has it.
WEST, SOUTH, EAST, NORTH = 2.6, 50.75, 5.8, 51.4
#: So large are boxes that are looked in, in degrees: two in a hundred of the elements lie in one.
BOX = (0.45, 0.10)
#: Features on a page of what lies in a box; and on one when all is read, which is the most that a page holds.
PAGE, LARGEST_PAGE = 100, 10_000
#: What an element shows, as anyone would have the database write it.
RAW = """COPY (
    SELECT ST_AsGeoJSON(element, 'geometry', 8) FROM (
        SELECT feature.id, feature.geometry, feature.kind, title, nullif(feature.description, '') AS description,
            material.code AS material, material.name_nl AS material_name, quantity, nullif(unit, '') AS unit, mass_kg,
            quantity_basis, nullif(period, '') AS period, season_months, nullif(form, '') AS form,
            nullif(composition, '') AS composition, nullif(contaminants, '') AS contaminants, declared_status,
            nullif(feature.eural_code, '') AS eural_code,
            coalesce(organisation.name, nullif(source_name, '')) AS source,
            nullif(source_reference, '') AS source_reference, nullif(destination, '') AS destination, available_from,
            available_until, certainty, town.name_nl AS municipality, town.nis, feature.verified_at,
            feature.updated_at, '/kaarten/element/' || feature.id || '/' AS url
        FROM maps_mapfeature feature
        LEFT JOIN materials_material material ON material.id = feature.material_id
        LEFT JOIN accounts_organisation organisation ON organisation.id = feature.source_organisation_id
        LEFT JOIN geo_municipality town ON town.id = feature.municipality_id
        WHERE layer_id = {layer} AND state = 'published' AND feature.visibility = 4
        ORDER BY feature.id
    ) element
) TO STDOUT"""
_FILL = f"""
INSERT INTO maps_mapfeature (
    layer_id, kind, state, visibility, title, description, material_id, quantity, unit, mass_kg, quantity_basis,
    period, season_months, form, composition, contaminants, declared_status, eural_code, source_name, source_reference,
    destination, certainty, geometry, municipality_id, published_at, review_note, version
)
SELECT %(layer)s::bigint, CASE WHEN number %% 3 = 0 THEN 'flow' ELSE 'stock' END, 'published', 4,
    'Element ' || number || ' van de kaart', 'Een partij die op een werf ligt, en hier om de zoveel tijd bij komt.',
    materials.ids[1 + floor(random() * array_length(materials.ids, 1))::int], 1 + number %% 400, 'kg',
    1 + number %% 400, 'estimated', CASE WHEN number %% 3 = 0 THEN 'week' ELSE '' END, '{{}}', '', '', '', 'unsure',
    '', 'Een bedrijf', 'nr-' || number, '', 'likely',
    ST_SetSRID(ST_MakePoint({WEST} + {EAST - WEST} * random(), {SOUTH} + {NORTH - SOUTH} * random()), 4326),
    towns.ids[1 + floor(random() * array_length(towns.ids, 1))::int], '2026-01-01T00:00Z', '', 1
FROM generate_series(%(first)s::int, %(last)s::int) AS number,
    (SELECT array_agg(id) AS ids FROM materials_material) materials,
    (SELECT array_agg(id) AS ids FROM geo_municipality) towns
"""
#: Rows that are written by one statement.
_STEP = 50_000


def run(*, quick: bool) -> list[Target]:
    """Read a large layer by pages and by COPY, turn by turn; then pages of the same boxes in it and in a small one."""
    large, small = (3_000, 300) if quick else (1_000_000, 10_000)
    database = databases.kept(f"bench_elements_{large}", lambda: _fill(large, small), sources=_SOURCES)
    report.uses(database.name, database.day)
    report.ready()
    layers = _layers()
    with serving(database, workers=1) as port:
        reading = _read_turn_by_turn(database, port, layers[large], large, rounds=1 if quick else 3)
        pages = _pages_of_boxes(port, [layers[large], layers[small]], boxes=5 if quick else 60)
        walks = _walks(port, layers[large], rounds=2 if quick else 7)
    slowest = max(tiles.slowest_by_median(one) for one in walks.values())
    return [
        Target("reading all over HTTP ÷ COPY with ST_AsGeoJSON", reading.ratio, 0.3, "at least"),
        Target("memory of the web process while all is read", reading.peak_mb, 200, "at most", "MB"),
        Target(f"page of {PAGE} of a box, in {large} ÷ in {small}", pages, 1.5, "at most"),
        Target("largest tile of any walk", tiles.largest_kb(walks), tiles.LARGEST_KB, "at most", "kB"),
        Target("slowest tile of a walk ÷ its median tile", slowest, 5, "at most"),
        *map_figures.measure(layers, quick=quick),
        *map_edits.measure(database, layers[large], rounds=3 if quick else 20),
        *map_files.measure(quick=quick),
    ]


_SOURCES = (*databases.REFERENCE_SOURCES, "maps/models/*.py", "benchmarks/maps.py")


# ---- what is read ----


def _fill(*sizes: int) -> None:
    """A layer of each size, each on a map of a hub of its own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        for hub, size in zip(Hub.objects.order_by("pk"), sizes, strict=False):
            shown_on = MaterialMap.objects.create(hub=hub, slug="veel", title="Veel elementen")
            layer = MapLayer.objects.create(map=shown_on, title=str(size), geometry_kind="points")
            for first in range(1, size + 1, _STEP):
                last = min(size, first + _STEP - 1)
                cursor.execute(_FILL, {"layer": layer.pk, "first": first, "last": last})
                report.step(f"  elements: {last} of {size}")


def _layers() -> dict[int, int]:
    """The number of each layer by its size."""
    return {int(layer.title): layer.pk for layer in MapLayer.objects.all()}


# ---- all of it ----


@dataclass
class Reading:
    """Features a second, by turn, and the memory of the web process."""

    over_http: list[float] = field(default_factory=list)
    by_copy: list[float] = field(default_factory=list)
    peak_mb: float = 0.0

    @property
    def ratio(self) -> float:
        return median(ours / theirs for ours, theirs in zip(self.over_http, self.by_copy, strict=True))


def _read_turn_by_turn(database: Database, port: int, layer: int, size: int, *, rounds: int) -> Reading:
    reading, worker, first_mb = Reading(), _worker(port), 0.0
    for _round in range(rounds):
        reading.by_copy.append(size / report.seconds(lambda: _copy(database, layer, size)))
        reading.over_http.append(size / report.seconds(lambda: _read(port, layer, size)))
        first_mb = first_mb or worker.peak_mb()
    reading.peak_mb = worker.peak_mb()
    rates = {"over HTTP": reading.over_http, "COPY with ST_AsGeoJSON": reading.by_copy}
    report.table(
        f"All {size} elements, features a second, turn by turn",
        ["", "median", "least", "most"],
        [(name, median(all_of), min(all_of), max(all_of)) for name, all_of in rates.items()],
    )
    report.table(
        "Most memory that the web process had, MB",
        ["", "after the first round", "after all"],
        [("resident", first_mb, reading.peak_mb)],
    )
    return reading


def _copy(database: Database, layer: int, size: int) -> None:
    with database.connect() as bare, bare.cursor().copy(RAW.format(layer=layer)) as rows:
        lines = sum(bytes(piece).count(b"\n") for piece in rows)
    if lines != size:
        raise RuntimeError(f"COPY gave {lines} of {size}")


def _read(port: int, layer: int, size: int) -> None:
    path: str | None = f"/ogc/collections/layer-{layer}/items?limit={LARGEST_PAGE}"
    client, read = http.client.HTTPConnection("127.0.0.1", port, timeout=60), 0
    while path:
        end = _end_of(client, path)
        read += int(_found(rb'"numberReturned": (\d+)', end) or 0)
        following = _found(rb'"rel": "next", "href": "([^"]+)"', end)
        parts = urlsplit(following.decode()) if following else None
        path = f"{parts.path}?{parts.query}" if parts else None
    client.close()
    if read != size:
        raise RuntimeError(f"The server gave {read} of {size}")


def _end_of(client: http.client.HTTPConnection, path: str) -> bytes:
    """The last of an answer, which is read to its end and thrown away. Raises RuntimeError for any but a success."""
    client.request("GET", path)
    answer = client.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"The server said {answer.status} to {path}")
    end = b""
    while piece := answer.read(65_536):
        end = (end + piece)[-8_192:]
    return end


def _found(pattern: bytes, text: bytes) -> bytes | None:
    match = re.search(pattern, text)
    return match[1] if match else None


# ---- a box ----


def _pages_of_boxes(port: int, layers: list[int], *, boxes: int) -> float:
    """The median page of the first layer ÷ that of the second, over the same boxes, one after the other."""
    chance, client = random.Random(5), http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: dict[int, list[float]] = {layer: [] for layer in layers}
    for number in range(boxes + 5):
        west = chance.uniform(WEST, EAST - BOX[0])
        south = chance.uniform(SOUTH, NORTH - BOX[1])
        box = f"{west:.5f},{south:.5f},{west + BOX[0]:.5f},{south + BOX[1]:.5f}"
        for layer in layers:
            path = f"/ogc/collections/layer-{layer}/items?limit={PAGE}&bbox={box}"
            taken = report.seconds(lambda path=path: _end_of(client, path))  # type: ignore[misc]
            if number >= 5:
                times[layer].append(taken)
    client.close()
    rows = dict(zip(("large", "small"), times.values(), strict=True))
    report.times(f"A page of {PAGE} of a box over HTTP", rows, against="small")
    return median(rows["large"]) / median(rows["small"])


# ---- tiles ----


def _walks(port: int, layer: int, *, rounds: int) -> dict[str, tiles.Walk]:
    """Every zoom at every place: all elements, those of one kind, and drafts, of which a stranger sees none."""
    client, base = load.Client(port), f"/tiles/maps/{layer}"
    walks = {
        "everything": tiles.walk(client, base, {}, rounds),
        "kind=flow": tiles.walk(client, base, {"kind": "flow"}, rounds),
        "state=draft": tiles.walk(client, base, {"state": "draft"}, rounds),
    }
    client.close()
    tiles.print_walks("elements", walks)
    return walks


# ---- the web process ----


@dataclass(frozen=True)
class _Process:
    pid: int

    def peak_mb(self) -> float:
        """The most memory that it ever had at once."""
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1]) / 1024


def _worker(port: int) -> _Process:
    """The process of gunicorn that answers on a port: the one that another such process started."""
    serving_it = dict(_running(f"127.0.0.1:{port}"))
    (worker,) = [pid for pid, parent in serving_it.items() if parent in serving_it]
    return _Process(worker)


def _running(argument: str) -> Iterator[tuple[int, int]]:
    """Processes with an argument, each with the one that started it."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            given = (folder / "cmdline").read_bytes().split(b"\0")
            parent = re.search(r"^PPid:\s+(\d+)", (folder / "status").read_text(), re.M)
        except OSError:
            continue
        if argument.encode() in given and parent:
            yield int(folder.name), int(parent[1])

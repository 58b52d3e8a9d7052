"""Looking at a map of a million elements: its tiles, also of few among many, and the figures of its hub."""

from urllib.parse import urlencode

from django.utils import timezone

from benchmarks import load, report
from benchmarks.report import Target, median
from benchmarks.tiles import LARGEST_KB, Tile, walk_tiles
from frontend.statistics.counting import count
from maps.models import MapLayer
from maps.standing import Standing

#: What a map is narrowed to: nothing, a third of the elements, nearly all, and what a stranger sees nothing of.
NARROWED: tuple[dict[str, str], ...] = ({}, {"kind": "flow"}, {"state": "published"}, {"state": "draft"})


def measure_tiles(port: int, layer: int, *, quick: bool) -> list[Target]:
    """Every zoom at every place of `benchmarks.tiles`, as a stranger sees it, one tile after another."""
    rounds, client, rows = 1 if quick else 5, load.Client(port), []
    slowest_over_median, largest = list[float](), list[int]()
    for narrowed in NARROWED:
        found = {tile: _ask(client, layer, narrowed, tile, rounds) for tile in walk_tiles()}
        times = {tile: median(seconds) for tile, (seconds, _size) in found.items()}
        slowest = max(times, key=lambda tile: times[tile])
        middle, size = median(times.values()), max(size for _seconds, size in found.values())
        slowest_over_median.append(times[slowest] / middle)
        largest.append(size)
        name = urlencode(narrowed) or "everything"
        rows.append((name, 1000 * middle, 1000 * times[slowest], f"z{slowest.z}", size / 1000))
    client.close()
    report.table(
        "Tiles of the large layer, one after another over one connection: milliseconds",
        ["narrowed to", "median", "slowest", "at", "largest kB"],
        rows,
    )
    return [
        Target("slowest tile of a layer ÷ its median tile", max(slowest_over_median), 5, "at most"),
        Target("largest tile of a layer", max(largest) / 1000, LARGEST_KB, "at most", "kB"),
    ]


def _ask(
    client: load.Client, layer: int, narrowed: dict[str, str], tile: Tile, rounds: int
) -> tuple[list[float], int]:
    """Seconds of each round and bytes of a tile; the first round only warms up."""
    path = f"/tiles/maps/{layer}/{tile.z}/{tile.x}/{tile.y}.mvt" + (f"?{urlencode(narrowed)}" if narrowed else "")
    answers: list[tuple[int, bytes]] = []
    seconds = [report.seconds(lambda: answers.append(client.get(path))) for _round in range(rounds + 1)]
    status, body = answers[-1]
    if status not in (200, 204):
        raise RuntimeError(f"The server said {status} to {path}")
    return seconds[1:], len(body)


def measure_figures(layers: dict[int, int], *, quick: bool) -> list[Target]:
    """What a hub's figures take to be counted, for each element, among many and among few.

    `layers` has by its size the number of a layer, each of a hub of its own.
    """
    rounds, each = 1 if quick else 5, dict[int, list[float]]()
    hubs = {size: MapLayer.objects.select_related("map__hub").get(pk=pk).map.hub for size, pk in layers.items()}
    for size, hub in hubs.items():
        count(hub, Standing(), timezone.localdate())
        each[size] = [
            report.seconds(lambda hub=hub: count(hub, Standing(), timezone.localdate()))  # type: ignore[misc]
            for _round in range(rounds)
        ]
    report.times("Figures of a hub, counted anew", {str(size): times for size, times in each.items()},
                 against=str(min(each)))  # fmt: skip
    many, few = max(each), min(each)
    growth = (median(each[many]) / many) / (median(each[few]) / few)
    return [Target(f"figures of a hub for each element, of {many} ÷ of {few}", growth, 1.5, "at most")]

"""The figures of a hub with a million elements on its map, beside those of a hub with few."""

from django.utils import timezone

from benchmarks import report
from benchmarks.report import Target, median
from frontend.statistics.counting import count
from geo.models import Hub
from maps.models import MapLayer
from maps.standing import Standing


def measure(layers: dict[int, int], *, quick: bool) -> list[Target]:
    """What they take to be counted, for each element. `layers` has by size the id of a layer, each of a hub's own."""
    hubs = {size: MapLayer.objects.select_related("map__hub").get(pk=pk).map.hub for size, pk in layers.items()}
    times = {size: [_seconds(hub) for _round in range(2 if quick else 6)][1:] for size, hub in hubs.items()}
    many, few = max(times), min(times)
    report.times(
        "Figures of a hub, counted anew", {str(size): taken for size, taken in times.items()}, against=str(few)
    )
    growth = (median(times[many]) / many) / (median(times[few]) / few)
    return [Target(f"figures of a hub for each element, of {many} ÷ of {few}", growth, 1.5, "at most")]


def _seconds(hub: Hub) -> float:
    return report.seconds(lambda: count(hub, Standing(), timezone.localdate()))

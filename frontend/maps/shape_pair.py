"""Two shapes of one element over each other, as a small drawing and in words: what moved, and how much it grew."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from frontend.components import figures
from geo.points import METRIC_SRID, WGS84_SRID, transformation

#: The drawing in its own units, with room around what is drawn.
WIDTH, HEIGHT, ROOM = 240, 150, 12
#: However small shapes are, the drawing is so many metres wide and high at least: two points on one spot have no size.
_LEAST_M = 10.0
#: Nobody sees less than this of the drawing.
_FINEST = 0.4
#: What moved less, or grew by less, in metres and square metres, counts as the same.
_SAME_M, _SAME_M2 = 0.1, 0.5


@dataclass(frozen=True)
class Outline:
    """One shape in units of the drawing: a path of its lines and rings, and the places of its points."""

    path: str
    points: list[tuple[str, str]]
    is_area: bool


@dataclass(frozen=True)
class ShapePair:
    """How a shape was and became. `words` say it in numbers, each on its own: "12 m verschoven", "340 m² groter"."""

    before: Outline
    after: Outline
    words: list[str]
    width: int = WIDTH
    height: int = HEIGHT


def shape_pair(before: Any, after: Any) -> ShapePair | None:
    """Both as GeoJSON or as geometries in degrees; None unless there are two that differ."""
    if not before or not after:
        return None
    was, became = _metric(before), _metric(after)
    if was.equals_exact(became):
        return None
    to_drawing = _Drawing(was, became)
    return ShapePair(to_drawing.outline(was), to_drawing.outline(became), _words(was, became))


class _Drawing:
    """Puts places in metres into the drawing, north up, each as large as the two together allow."""

    def __init__(self, *shapes: GEOSGeometry) -> None:
        extents = [shape.extent for shape in shapes]
        west, south = min(one[0] for one in extents), min(one[1] for one in extents)
        east, north = max(one[2] for one in extents), max(one[3] for one in extents)
        wide, high = max(east - west, _LEAST_M), max(north - south, _LEAST_M)
        self._scale = min((WIDTH - 2 * ROOM) / wide, (HEIGHT - 2 * ROOM) / high)
        self._middle = (west + east) / 2, (south + north) / 2

    def outline(self, shape: GEOSGeometry) -> Outline:
        # Thousands of corners of a brook or a forest are less than a pixel apart.
        simple = shape.simplify(_FINEST / self._scale, preserve_topology=True) if shape.dims else shape
        parts = list(_parts(simple))
        points = [self._at(*part.coords[:2]) for part in parts if part.geom_type == "Point"]
        lines = [self._line(ring) for part in parts if part.geom_type != "Point" for ring in _rings(part)]
        return Outline("".join(lines), points, shape.dims == 2)

    def _line(self, ring: Any) -> str:
        places = [" ".join(self._at(x, y)) for x, y, *_height in ring.coords]
        return f"M{'L'.join(places)}{'Z' if ring.closed else ''}"

    def _at(self, x: float, y: float) -> tuple[str, str]:
        east, north = (x - self._middle[0]) * self._scale, (y - self._middle[1]) * self._scale
        return f"{WIDTH / 2 + east:.1f}", f"{HEIGHT / 2 - north:.1f}"


def _parts(shape: GEOSGeometry) -> Iterator[Any]:
    yield from shape if shape.geom_type.startswith("Multi") else [shape]  # type: ignore[misc] # a collection is iterable


def _rings(part: Any) -> Iterator[Any]:
    yield from part if part.geom_type == "Polygon" else [part]


def _metric(given: Any) -> GEOSGeometry:
    shape = given.clone() if isinstance(given, GEOSGeometry) else GEOSGeometry(json.dumps(given), srid=WGS84_SRID)
    shape.transform(transformation(WGS84_SRID, METRIC_SRID))
    return shape


def _words(was: GEOSGeometry, became: GEOSGeometry) -> list[str]:
    words = []
    if (moved := was.centroid.distance(became.centroid)) >= _SAME_M:
        words.append(_("%(distance)s verschoven") % {"distance": _metres(moved)})
    if was.dims == became.dims == 2 and abs(grown := became.area - was.area) >= _SAME_M2:
        size = _area(abs(grown))
        words.append((_("%(size)s groter") if grown > 0 else _("%(size)s kleiner")) % {"size": size})
        words.append(_("van %(before)s naar %(after)s") % {"before": _area(was.area), "after": _area(became.area)})
    if was.dims == became.dims == 1 and abs(longer := became.length - was.length) >= _SAME_M:
        size = _metres(abs(longer))
        words.append((_("%(size)s langer") if longer > 0 else _("%(size)s korter")) % {"size": size})
    if was.dims != became.dims:
        words.append(_("een ander soort vorm"))
    elif (parts := (was.num_geom, became.num_geom))[0] != parts[1]:
        words.append(_("van %(before)d naar %(after)d delen") % {"before": parts[0], "after": parts[1]})
    return words or [_("andere hoekpunten, op dezelfde plek en even groot")]


def _metres(metres: float) -> str:
    """ "0,4 m", "12 m", "3,25 km": what somebody moved, to the metre."""
    if metres < 1_000:
        return f"{figures.number(metres, 1 if metres < 10 else 0)} m"
    return f"{figures.number(metres / 1_000)} km"


def _area(square_metres: float) -> str:
    """ "340 m²", "2,4 km²"."""
    if square_metres < 1_000_000:
        return f"{figures.number(round(square_metres))} m²"
    return f"{figures.number(square_metres / 1_000_000, 1)} km²"

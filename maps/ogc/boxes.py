"""`bbox`: the box that features have to touch, in any of the coordinate systems.

Nothing that is stored lies outside Belgium, by constraint. So a box is cut to what lies around it: the systems in
metres have no coordinates for the poles.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.gis.geos import MultiPoint, Point
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.points import BELGIUM, METRIC_SRID, WGS84_SRID
from listings.querysets import Box
from maps.ogc.crs import Crs, crs_of

#: Steps along an edge of a box: in another system it is curved.
_STEPS = 32
#: How far around Belgium a box still counts, in degrees.
_MARGIN = 1.0
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Area:
    """What `bbox` asks: boxes in one system, of which a feature has to touch one. None are left where it is far away.

    There are two where a box goes over the antimeridian, from its west to 180° and from -180° to its east.
    """

    crs: Crs
    boxes: tuple[Box, ...]

    @property
    def in_metres(self) -> Box:
        """A box in METRIC_SRID that holds all of it. Needs at least one box."""
        found = [moved(box, self.crs.srid, METRIC_SRID) for box in self.boxes]
        return (
            min(box[0] for box in found),
            min(box[1] for box in found),
            max(box[2] for box in found),
            max(box[3] for box in found),
        )


def area_of(given: Mapping[str, str]) -> Area | None:
    """The area that `bbox` and `bbox-crs` ask; None without one. Raises ValidationError."""
    crs = crs_of(given, "bbox-crs")
    if "bbox" not in given:
        if "bbox-crs" in given:
            raise ValidationError({"bbox-crs": _("Dit zegt in welk stelsel bbox staat. Geef dan ook bbox.")})
        return None
    corners = _corners(given["bbox"])
    west, south = crs.ordered(*corners[:2])
    east, north = crs.ordered(*corners[2:])
    if south > north:
        raise ValidationError({"bbox": _("De zuidkant ligt noordelijker dan de noordkant. Wissel ze om.")})
    if crs.srid == WGS84_SRID:
        if not (south >= -90 and north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
            raise ValidationError({"bbox": _("Een lengte ligt tussen -180 en 180, een breedte tussen -90 en 90.")})
        sides = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    elif west > east:
        raise ValidationError({"bbox": _("De westkant ligt oostelijker dan de oostkant. Wissel ze om.")})
    else:
        sides = [(west, east)]
    boxes = [_cut((left, south, right, north), _reach(crs.srid)) for left, right in sides]
    return Area(crs, tuple(box for box in boxes if box is not None))


def _corners(text: str) -> list[float]:
    """Four numbers; of six the heights are left out, for nothing here has any."""
    parts = [part.strip() for part in text.split(",")]
    numbers = [float(part) if _NUMBER.fullmatch(part) else math.nan for part in parts]
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise ValidationError({"bbox": _("Geef vier getallen met komma's ertussen, zoals 3.6,51.0,3.8,51.1.")})
    half = len(numbers) // 2
    return [*numbers[:2], *numbers[half : half + 2]]


def _cut(box: Box, to: Box) -> Box | None:
    cut = (max(box[0], to[0]), max(box[1], to[1]), min(box[2], to[2]), min(box[3], to[3]))
    return cut if cut[0] <= cut[2] and cut[1] <= cut[3] else None


@lru_cache
def _reach(srid: int) -> Box:
    """Belgium with what lies around it, in a system."""
    west, south, east, north = BELGIUM
    around = (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
    return around if srid == WGS84_SRID else moved(around, WGS84_SRID, srid)


def moved(box: Box, source: int, target: int) -> Box:
    """The box in another system that holds a box, with some metres to spare."""
    west, south, east, north = box
    if source == target:
        return west - 1, south - 1, east + 1, north + 1
    edges = []
    for step in range(_STEPS + 1):
        x, y = west + (east - west) * step / _STEPS, south + (north - south) * step / _STEPS
        edges += [Point(x, south), Point(x, north), Point(west, y), Point(east, y)]
    outline = MultiPoint(edges, srid=source)
    outline.transform(target)
    left, bottom, right, top = outline.extent
    spare = 1e-4 if target == WGS84_SRID else 10.0
    return left - spare, bottom - spare, right + spare, top + spare

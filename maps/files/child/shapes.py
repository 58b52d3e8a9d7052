"""From geometries as a file has them to valid ones in degrees and two dimensions, or why one isn't taken."""

import re
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from maps.files.child.systems import Ground, Numbers, to_degrees
from maps.files.limits import MOST_VERTICES

#: Why a row isn't taken: a code of maps.files.refusals, and its values.
Fault = tuple[str, dict[str, Any]]

#: Types of geometry by the number that WKB has for each.
TYPES = {1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}
_COLLECTION = 7
_CURVES = {8, 9, 10, 11, 12, 13, 14}
#: Collections that may hold curves, and what they are where they hold none.
_IF_STRAIGHT = {11: 5, 12: 6}
#: What GEOS calls a fault, and our code for it.
_REASONS = {
    "Self-intersection": "crosses-itself",
    "Ring Self-intersection": "crosses-itself",
    "Hole lies outside shell": "hole-outside",
    "Holes are nested": "rings-overlap",
    "Nested holes": "rings-overlap",
    "Nested shells": "rings-overlap",
    "Duplicate Rings": "rings-overlap",
    "Interior is disconnected": "falls-apart",
    "Too few points in geometry component": "too-few-points",
}
_REASON = re.compile(r"(?P<what>[^\[]+)\[(?P<x>\S+) (?P<y>[^\]\s]+)\]?")


@dataclass
class Shapes:
    """The geometries of a batch: None where a fault stands under the same place, or where there is none."""

    geometries: npt.NDArray[np.object_]
    faults: dict[int, Fault] = field(default_factory=dict)
    repaired: set[int] = field(default_factory=set)
    with_z: int = 0
    with_m: int = 0

    def refuse(self, place: int, code: str, **values: Any) -> None:
        self.faults[place] = code, values
        self.geometries[place] = None


def kind_of(wkb: bytes) -> tuple[int, bool, bool]:
    """The number of a geometry's type, and whether it has heights and measures, in either notation of WKB."""
    number: int = struct.unpack("<I" if wkb[0] == 1 else ">I", wkb[1:5])[0]
    extended_z, extended_m = bool(number & 0x80000000), bool(number & 0x40000000)
    number &= 0x1FFFFFFF
    thousands, base = divmod(number, 1000)
    return base, extended_z or thousands in (1, 3), extended_m or thousands in (2, 3)


def are_there(geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.bool_]:
    """Which of some geometries there are."""
    return np.asarray(~np.asarray(shapely.is_missing(geometries)), dtype=bool)


#: Numbers that are none, or far too large, are refused by us; NumPy needn't warn of them.
_not_warned = np.errstate(all="ignore")


@_not_warned
def parsed(raw: list[bytes | None]) -> Shapes:
    """Geometries as the file has them, in two dimensions."""
    shapes = Shapes(np.full(len(raw), None, dtype=object))
    readable = np.full(len(raw), None, dtype=object)
    for place, wkb in enumerate(raw):
        if not wkb:
            shapes.refuse(place, "no-geometry")
            continue
        if len(wkb) < 9:
            shapes.refuse(place, "broken-shape")
            continue
        base, has_z, has_m = kind_of(wkb)
        if base in TYPES or base in _IF_STRAIGHT:
            readable[place] = wkb if base in TYPES else _renamed(wkb, base)
            shapes.with_z += has_z
            shapes.with_m += has_m
        elif base == _COLLECTION:
            shapes.refuse(place, "mixed-shape")
        else:
            shapes.refuse(place, "curve" if base in _CURVES else "unknown-shape")
    shapes.geometries = shapely.force_2d(shapely.from_wkb(readable, on_invalid="ignore"))
    missing = ~are_there(shapes.geometries)
    empty = np.asarray(shapely.is_empty(shapes.geometries))
    corners = shapely.get_num_coordinates(shapes.geometries)
    for place in range(len(raw)):
        if readable[place] is None:
            continue
        if missing[place]:
            shapes.refuse(place, "broken-shape" if kind_of(raw[place] or b"")[0] in TYPES else "curve")
        elif empty[place]:
            shapes.refuse(place, "no-geometry")
        elif corners[place] > MOST_VERTICES:
            shapes.refuse(place, "many-corners", corners=int(corners[place]), most=MOST_VERTICES)
    return shapes


def _renamed(wkb: bytes, base: int) -> bytes:
    """A collection of what may be curves as one of lines or polygons: only where it holds no curve is it one."""
    order = "<I" if wkb[0] == 1 else ">I"
    (number,) = struct.unpack(order, wkb[1:5])
    return wkb[:1] + struct.pack(order, number - base + _IF_STRAIGHT[base]) + wkb[5:]


def first_corners(shapes: Shapes) -> Numbers:
    """The first corner of each geometry that there is."""
    there = shapes.geometries[are_there(shapes.geometries)]
    points, owners = shapely.get_coordinates(there, return_index=True)
    _, first = np.unique(owners, return_index=True)
    return np.asarray(points[first], dtype=np.float64)


@_not_warned
def bring_to_degrees(shapes: Shapes, srids: npt.NDArray[np.int64], *, swapped: bool, ground: Ground) -> None:
    """Bring geometries to degrees, each from its own system; refuse those that don't lie in Belgium."""
    for srid in np.unique(srids):
        here = np.flatnonzero((srids == srid) & are_there(shapes.geometries))
        if not len(here):
            continue
        some = shapes.geometries[here]
        points, owners = shapely.get_coordinates(some, return_index=True)
        moved = to_degrees(points[:, ::-1] if swapped else points, int(srid))
        outside = ~ground.holds(moved)
        finite = np.asarray(np.isfinite(moved)).all(axis=1, keepdims=True)
        shapes.geometries[here] = shapely.set_coordinates(some, np.where(finite, moved, 0.0))
        for corner in _first_of_each(owners, outside):
            values = [float(value) for value in points[corner]]
            code = "outside" if np.isfinite(points[corner]).all() else "not-finite"
            shapes.refuse(int(here[owners[corner]]), code, x=_shown(values[0]), y=_shown(values[1]))


def _first_of_each(owners: npt.NDArray[np.int64], chosen: npt.NDArray[np.bool_]) -> list[int]:
    """Of each geometry the first of its corners that are chosen."""
    places = np.flatnonzero(chosen)
    _, first = np.unique(owners[places], return_index=True)
    return [int(places[one]) for one in first]


def _shown(value: float) -> str:
    return f"{value:.9g}"


@_not_warned
def check_validity(shapes: Shapes, *, repair: bool) -> None:
    """Refuse geometries that cross themselves and the like, with where; or mend them, where that is asked for."""
    invalid = np.flatnonzero(~shapely.is_valid(shapes.geometries) & are_there(shapes.geometries))
    for one in map(int, invalid):
        geometry = shapes.geometries[one]
        mended = _mended(geometry) if repair else None
        if mended is not None:
            shapes.geometries[one] = mended
            shapes.repaired.add(one)
            continue
        code, values = fault_of(geometry)
        shapes.refuse(one, code, **values, mendable=_mended(geometry) is not None)


def fault_of(geometry: shapely.Geometry) -> Fault:
    """What is wrong with an invalid geometry, and where."""
    reason = shapely.is_valid_reason(geometry)
    found = _REASON.fullmatch(reason)
    if found is None:
        return "invalid-shape", {"reason": reason[:100]}
    code = _REASONS.get(found["what"].strip(), "invalid-shape")
    values: dict[str, Any] = {"lon": float(found["x"]), "lat": float(found["y"])}
    return code, values if code != "invalid-shape" else {**values, "reason": found["what"].strip()}


def _mended(geometry: shapely.Geometry) -> shapely.Geometry | None:
    """A valid geometry of the same dimension with the same area or course; None where that can't be made."""
    dimension = _dimension(geometry)
    made = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    # A collection may hold geometries of several parts.
    parts = [part for part in shapely.get_parts(shapely.get_parts(made)) if _dimension(part) == dimension]
    parts = [part for part in parts if not shapely.is_empty(part)]
    if not parts:
        return None
    mended = parts[0] if len(parts) == 1 else _collected(parts, dimension)
    return mended if shapely.is_valid(mended) and shapely.get_num_coordinates(mended) <= MOST_VERTICES else None


def _collected(parts: list[shapely.Geometry], dimension: int) -> shapely.Geometry:
    return (shapely.multipoints, shapely.multilinestrings, shapely.multipolygons)[dimension](parts)


def _dimension(geometry: shapely.Geometry) -> int:
    return int(shapely.get_dimensions(geometry))

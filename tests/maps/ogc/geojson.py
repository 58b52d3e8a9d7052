"""The rules of GeoJSON (RFC 7946), as far as they can be broken by what is served here."""

import itertools
from collections.abc import Iterator
from typing import Any

#: How deep the numbers of each sort of shape lie.
_DEPTHS = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}


def faults_of(collection: Any) -> list[str]:
    """What is wrong with a FeatureCollection, with the number of the feature."""
    found = [] if collection.get("type") == "FeatureCollection" else ["it is no FeatureCollection"]
    # Section 7.1: no member of another type of object.
    found += [f"it has {name}" for name in ("coordinates", "geometries", "geometry", "properties", "crs")
              if name in collection]  # fmt: skip
    for feature in collection["features"]:
        found += [f"{feature.get('id')}: {fault}" for fault in _of_feature(feature)]
    return found


def _of_feature(feature: Any) -> Iterator[str]:
    if feature.get("type") != "Feature":
        yield "it is no Feature"
    for name in ("geometry", "properties"):
        if name not in feature:
            yield f"it has no {name}"
    if not isinstance(feature.get("properties"), dict | None):
        yield "its properties are no object"
    if not isinstance(feature.get("id"), str | int) or isinstance(feature.get("id"), bool):
        yield "its id is no text or number"
    for name in ("coordinates", "geometries", "features", "crs"):
        if name in feature:
            yield f"it has {name}"
    shape = feature.get("geometry")
    if shape is not None:
        yield from _of_shape(shape)


def _of_shape(shape: Any) -> Iterator[str]:
    kind = shape.get("type")
    if kind == "GeometryCollection":
        for each in shape["geometries"]:
            yield from _of_shape(each)
        return
    if kind not in _DEPTHS:
        yield f"no shape is called {kind}"
        return
    if shape.keys() != {"type", "coordinates"}:
        yield f"a shape has {sorted(shape)}"
    for position in _flat(shape["coordinates"], _DEPTHS[kind]):
        yield from _of_position(position)
    lines = {"LineString": [shape["coordinates"]], "MultiLineString": shape["coordinates"]}
    if any(len(line) < 2 for line in lines.get(kind, [])):
        yield "a line has less than two positions"
    areas = {"Polygon": [shape["coordinates"]], "MultiPolygon": shape["coordinates"]}
    for area in areas.get(kind, []):
        for number, ring in enumerate(area):
            yield from _of_ring(ring, is_edge=number == 0)


def _of_position(position: Any) -> Iterator[str]:
    if len(position) not in (2, 3) or any(isinstance(each, bool) or not isinstance(each, int | float)
                                          for each in position):  # fmt: skip
        yield f"{position} is no position"
    elif not (-180 <= position[0] <= 180 and -90 <= position[1] <= 90):
        yield f"{position} is no longitude and latitude"


def turned(shape: Any) -> Any:
    """An area whose rings go around as they have to (section 3.1.6), each from where it began."""

    def around(area: Any) -> Any:
        return [ring if _is_right(ring, is_edge=number == 0) else ring[::-1] for number, ring in enumerate(area)]

    coordinates = shape["coordinates"]
    several = [around(area) for area in coordinates] if shape["type"] == "MultiPolygon" else around(coordinates)
    return shape | {"coordinates": several}


def _is_right(ring: Any, *, is_edge: bool) -> bool:
    """Whether what an edge bounds lies on its left; for a hole, on its right."""
    twice = sum(x * below - left * y for (x, y), (left, below) in itertools.pairwise(ring))
    return twice != 0 and (twice > 0) == is_edge


def _of_ring(ring: Any, *, is_edge: bool) -> Iterator[str]:
    if len(ring) < 4:
        yield "a ring has less than four positions"
    if ring[0] != ring[-1]:
        yield "a ring isn't closed"
    if not _is_right(ring, is_edge=is_edge):
        yield f"{'an edge' if is_edge else 'a hole'} goes the wrong way around"


def _flat(coordinates: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        yield coordinates
        return
    for each in coordinates:
        yield from _flat(each, depth - 1)

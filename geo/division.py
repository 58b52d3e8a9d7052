"""Divides an outline among municipalities of which only some places and the area are known.

A place reaches further the more people live there, and all places of a municipality reach further by one factor of its
own, chosen so that it gets the area that it should have. A point belongs to the municipality that reaches it best.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

#: Areas are drawn in squares of this size, and the factors found on squares of the second size, in metres.
DRAWN_M, FITTED_M = 50.0, 150.0
#: How far a place reaches grows with this power of its population, which counts as at least so many people.
REACH_POWER, FEWEST_PEOPLE = 0.15, 500
#: How often the factors are mended, how strongly at first, and how that weakens from one time to the next.
ROUNDS, FIRST_STRENGTH, WEAKENING = 120, 0.5, 0.985
#: Whatever lies nearer than this to a place is as near as can be, in metres of its reach: 0 has no logarithm.
NEAREST_M = 0.1
#: A piece apart that is smaller than this, in square metres, and without a place is an accident of how lines ran.
LARGEST_CRUMB_M2 = 3_000_000
#: Lines are joined on a grid of this size, in metres: corners that two areas share are the same to the last digit.
PRECISION_M = 1.0
#: What a line may be simplified by, in metres: the side of a square as large as the triangle that a corner cuts off.
SIMPLER_M = 80.0

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


class Seed(NamedTuple):
    """A place that its municipality is drawn around, in metres."""

    x: float
    y: float
    population: int


def divide(
    outline: shapely.Geometry, areas: Mapping[str, float], seeds: Mapping[str, Sequence[Seed]]
) -> dict[str, shapely.Geometry]:
    """Parts of an outline by NIS code, one of about each of `areas` (m² by NIS code), around the `seeds` of that code.

    A seed may lie outside the outline: what lies on its side is then the likelier to belong to its municipality.
    """
    codes = sorted(areas)
    if len(codes) == 1:
        return {codes[0]: outline}
    around = [seeds[code] for code in codes]
    factors = _factors(outline, np.array([areas[code] for code in codes]), around)
    xs, ys = _squares(outline, DRAWN_M)
    x, y = np.meshgrid(xs, ys)
    owners = _owners(_distances(x.ravel(), y.ravel(), around), factors).reshape(x.shape)
    drawn = [shapely.union_all(list(_bars(owners == number, xs, ys))) for number in range(len(codes))]
    parts = [shapely.intersection(part, outline) for part in drawn]
    return {code: part for code, part in zip(codes, _without_crumbs(parts, around), strict=True) if part.area}


def _factors(outline: shapely.Geometry, areas: Floats, around: Sequence[Sequence[Seed]]) -> Floats:
    """For each municipality the logarithm of the factor by which its places reach further."""
    xs, ys = _squares(outline, FITTED_M)
    x, y = (axis.ravel() for axis in np.meshgrid(xs, ys))
    shapely.prepare(outline)
    inside = shapely.contains_xy(outline, x, y)
    distances = _distances(x[inside], y[inside], around)
    wanted = areas / areas.sum() * len(distances)
    factors = np.zeros(len(areas))
    best, fewest_wrong = factors, np.inf
    strength = FIRST_STRENGTH
    for _round in range(ROUNDS):
        got = np.bincount(_owners(distances, factors), minlength=len(areas))
        wrong = float(np.abs(got - wanted).sum())
        if wrong < fewest_wrong:
            best, fewest_wrong = factors, wrong
        # One square more on both sides: who gets none yet has a logarithm too.
        factors = factors + strength * np.log((wanted + 1) / (got + 1))
        strength *= WEAKENING
    return best


def _squares(outline: shapely.Geometry, size_m: float) -> tuple[Floats, Floats]:
    """The middles of squares that cover an outline, by x and by y. They lie on one grid, whatever the outline."""
    west, south, east, north = outline.bounds
    columns = np.arange(np.floor(west / size_m), np.ceil(east / size_m)) + 0.5
    rows = np.arange(np.floor(south / size_m), np.ceil(north / size_m)) + 0.5
    return columns * size_m, rows * size_m


def _distances(x: Floats, y: Floats, around: Sequence[Sequence[Seed]]) -> Floats:
    """The logarithm of how far each point is from each municipality (column), measured by its places' reach."""
    columns = []
    for seeds in around:
        nearest = np.full(len(x), np.inf)
        for seed in seeds:
            reach = max(seed.population, FEWEST_PEOPLE) ** REACH_POWER
            nearest = np.minimum(nearest, ((x - seed.x) ** 2 + (y - seed.y) ** 2) / reach**2)
        columns.append(np.log(np.maximum(nearest, NEAREST_M**2)) / 2)
    return np.stack(columns, axis=1)


def _owners(distances: Floats, factors: Floats) -> Numbers:
    """For each point (row) the number of the municipality that reaches it best."""
    owners: Numbers = np.argmin(distances - factors, axis=1)
    return owners


def _bars(owned: npt.NDArray[np.bool_], xs: Floats, ys: Floats) -> Iterator[shapely.Geometry]:
    """The squares of a grid that are owned, those beside each other in a row as one rectangle."""
    half = DRAWN_M / 2
    for row, y in zip(owned, ys, strict=True):
        ends = np.flatnonzero(np.diff(np.concatenate(([False], row, [False])).astype(np.int8)))
        for first, after in zip(ends[::2], ends[1::2], strict=True):
            yield shapely.box(xs[first] - half, y - half, xs[after - 1] + half, y + half)


def _without_crumbs(parts: Sequence[shapely.Geometry], around: Sequence[Sequence[Seed]]) -> list[shapely.Geometry]:
    """The parts, but for small pieces that hold no place: those go to the part that they border on most.

    Pieces that border on none, enclaves abroad, go together to the municipality whose place lies nearest.
    """
    places = [shapely.multipoints([(seed.x, seed.y) for seed in seeds]) for seeds in around]
    kept: list[list[shapely.Geometry]] = []
    crumbs: list[shapely.Geometry] = []
    for part, own_places in zip(parts, places, strict=True):
        pieces = sorted(shapely.get_parts(part), key=lambda piece: piece.area, reverse=True)
        small = [piece for piece in pieces[1:] if piece.area < LARGEST_CRUMB_M2 and not piece.intersects(own_places)]
        kept.append([piece for piece in pieces if piece not in small])
        crumbs += small
    enclaves: list[shapely.Geometry] = []
    for crumb in sorted(crumbs, key=lambda piece: piece.area, reverse=True):
        shared = [sum(crumb.intersection(piece).length for piece in pieces) for pieces in kept]
        (kept[int(np.argmax(shared))] if any(shared) else enclaves).append(crumb)
    if enclaves:
        together = shapely.union_all(enclaves)
        kept[int(np.argmin([together.distance(own_places) for own_places in places]))].append(together)
    return [shapely.union_all(pieces) for pieces in kept]


def joined(parts: Sequence[tuple[str, shapely.Geometry]]) -> dict[str, shapely.MultiPolygon]:
    """One area by NIS code out of parts that touch, simplified, in whole metres, without gaps or overlaps.

    Raises ValueError where that can't be done.
    """
    outlines = [part for _code, part in parts]
    lines = shapely.union_all([part.boundary for part in outlines], grid_size=PRECISION_M)
    tree = shapely.STRtree(outlines)
    faces: dict[str, list[shapely.Geometry]] = {code: [] for code, _part in parts}
    for face in shapely.get_parts(shapely.polygonize(shapely.get_parts(lines))):
        # What lies within no part is a hole, or a sliver that rounding made: that one goes to the part beside it.
        found = tree.query_nearest(face.representative_point(), max_distance=PRECISION_M, all_matches=False)
        if len(found):
            faces[parts[found[0]][0]].append(face)
    codes = sorted(code for code, own in faces.items() if own)
    whole = [shapely.union_all(faces[code]) for code in codes]
    simple = shapely.coverage_simplify(whole, SIMPLER_M)
    if not shapely.coverage_is_valid(simple):
        raise ValueError("The areas overlap or leave gaps.")
    return {code: shapely.multipolygons(shapely.get_parts(area)) for code, area in zip(codes, simple, strict=True)}

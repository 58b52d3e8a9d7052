"""Coordinate systems: which one a file names, which one its numbers look like, and the way to degrees.

What a file says of a system only leads to a number of EPSG; all reckoning is by what that number means. So no
parameters of a stranger, which may name grids and files, are ever used.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from sandbox.child import Refusal

DEGREES = 4326
#: What files here are in that don't say so: degrees, Lambert 72 and 2008, Web Mercator, the Dutch and the UTM grid.
LIKELY = (DEGREES, 31370, 3812, 3857, 28992, 25831)
#: How much of a file has to lie in Belgium before we believe what it says.
_BELIEVED, _PROPOSED = 0.9, 0.5
#: How sure PROJ has to be that a description is that of a number.
_SURE_PERCENT = 60

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ground:
    """Where things may lie: Belgium's outline, and a box around Flanders and Brussels, in degrees."""

    belgium: shapely.Geometry
    flanders: tuple[float, float, float, float]

    @classmethod
    def of(cls, described: dict[str, Any]) -> "Ground":
        outline = shapely.from_geojson(Path(described["outline"]).read_text(encoding="utf-8"))
        shapely.prepare(outline)
        west, south, east, north = described["flanders"]
        return cls(outline, (west, south, east, north))

    def holds(self, points: Numbers) -> npt.NDArray[np.bool_]:
        """Which of some points (rows of longitude and latitude) lie in Belgium."""
        return np.asarray(shapely.contains_xy(self.belgium, points[:, 0], points[:, 1]), dtype=bool)

    def score(self, points: Numbers) -> tuple[int, int]:
        """How many lie in Belgium, and how many of these also in Flanders or Brussels: what is swapped by mistake may
        still lie in Wallonia.
        """
        inside = self.holds(points)
        west, south, east, north = self.flanders
        x, y = points[inside, 0], points[inside, 1]
        return int(inside.sum()), int(((x >= west) & (x <= east) & (y >= south) & (y <= north)).sum())


def srid_of(description: str | None) -> int | None:
    """The EPSG number of what a file says of its system: "EPSG:31370", a text as a .prj has, or nothing.

    None where there is nothing, and where it is no system that we know by a number.
    """
    if not description:
        return None
    authority, _, code = description.partition(":")
    if authority.upper() == "OGC" and code.upper() in ("CRS84", "1.3:CRS84"):
        return DEGREES
    by_number = authority.upper() == "EPSG" and code.isdecimal() and len(code) <= 6
    try:
        system = CRS.from_epsg(int(code)) if by_number else CRS.from_wkt(description)
        while system.is_bound or system.is_compound:
            system = system.source_crs if system.is_bound and system.source_crs else system.sub_crs_list[0]
        # Heights are left out.
        found = system.to_2d().to_epsg(min_confidence=_SURE_PERCENT)
        return found if found and is_known(found) else None
    except (CRSError, IndexError):
        return None


def is_known(srid: int) -> bool:
    """Whether a number is that of a system with places on a plane or in degrees."""
    return _system(srid) is not None


@cache
def _system(srid: int) -> CRS | None:
    try:
        system = CRS.from_epsg(srid)
    except CRSError:
        return None
    return system if system.is_projected or system.is_geographic else None


def chosen_srid(srid: int | None) -> int | None:
    """The number that somebody chose. Raises Refusal for one that is no system."""
    if srid is not None and not is_known(srid):
        raise Refusal("unknown-srid", srid=srid)
    return srid


def name_of(srid: int) -> str:
    """What people call it: "BD72 / Belgian Lambert 72"."""
    system = _system(srid)
    return system.name if system else ""


def to_degrees(points: Numbers, srid: int) -> Numbers:
    """Points in a system (its x first, also where that is the longitude) as longitude and latitude.

    Where there is no such place, both are infinite.
    """
    if srid == DEGREES:
        return points
    x, y = _way(srid).transform(points[:, 0], points[:, 1], errcheck=False)
    return np.column_stack([x, y])


@cache
def _way(srid: int) -> Transformer:
    return Transformer.from_crs(_system(srid), DEGREES, always_xy=True)


@dataclass(frozen=True)
class Proposal:
    """In which system, and with x and y exchanged or not, so many of a file's first places lie in Belgium."""

    srid: int
    swapped: bool
    fits: int
    of: int

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "name": name_of(self.srid)}


@np.errstate(all="ignore")
def proposals(points: Numbers, declared: int | None, ground: Ground) -> list[Proposal]:
    """What a file's coordinates would be, the best first; none where what it says fits them.

    `points` is one place of each of some rows, as the file has it.
    """
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return []
    scores = dict[tuple[int, bool], tuple[int, int]]()
    for srid in _candidates(declared):
        for swapped in (False, True):
            moved = to_degrees(points[:, ::-1] if swapped else points, srid)
            scores[srid, swapped] = ground.score(moved)
    said = scores.get((declared or 0, False), (0, 0))
    return [
        Proposal(srid, swapped, score[0], len(points))
        for (srid, swapped), score in sorted(scores.items(), key=lambda item: -sum(item[1]))
        if (srid, swapped) != (declared, False) and _is_better(score, said, len(points))
    ]


def _candidates(declared: int | None) -> Iterable[int]:
    return dict.fromkeys([declared, *LIKELY] if declared else LIKELY)


def _is_better(score: tuple[int, int], said: tuple[int, int], count: int) -> bool:
    """Whether places fit one reading so much better than what the file says that it is worth proposing."""
    if score[0] < _PROPOSED * count:
        return False
    if said[0] < _BELIEVED * count:
        return sum(score) > sum(said)
    # All lies in Belgium as it is: only what lies wholly in Flanders instead of wholly in Wallonia is better.
    return said[1] < (1 - _BELIEVED) * count and score[1] >= _BELIEVED * count

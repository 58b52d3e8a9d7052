"""Coordinate systems in which places can be asked and answered: OGC API – Features, part 2."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.points import LAMBERT_72_SRID, MERCATOR_SRID, METRIC_SRID, WGS84_SRID

_OGC, _EPSG = "http://www.opengis.net/def/crs/OGC/1.3/", "http://www.opengis.net/def/crs/EPSG/0/"


@dataclass(frozen=True)
class Crs:
    """A coordinate system. `flipped`: latitude comes first, though the database keeps longitude first.

    `digits` are those behind the point: about a millimetre in each system.
    """

    uri: str
    srid: int
    digits: int
    flipped: bool = False

    def ordered(self, east: float, north: float) -> tuple[float, float]:
        """Two numbers in the order of this system's axes, or of its axes in the order of the database."""
        return (north, east) if self.flipped else (east, north)


#: What is meant where nobody says.
CRS84 = Crs(f"{_OGC}CRS84", WGS84_SRID, 8)
METRIC = Crs(f"{_EPSG}{METRIC_SRID}", METRIC_SRID, 3)
ALL = (
    CRS84,
    Crs(f"{_EPSG}{WGS84_SRID}", WGS84_SRID, 8, flipped=True),
    Crs(f"{_EPSG}{MERCATOR_SRID}", MERCATOR_SRID, 3),
    Crs(f"{_EPSG}{LAMBERT_72_SRID}", LAMBERT_72_SRID, 3),
    METRIC,
)
URIS = [crs.uri for crs in ALL]
_BY_URI = {crs.uri: crs for crs in ALL}


def crs_of(given: Mapping[str, str], parameter: str) -> Crs:
    """The system that a parameter names by its address; CRS84 without one. Raises ValidationError."""
    if parameter not in given:
        return CRS84
    found = _BY_URI.get(given[parameter])
    if found is None:
        raise ValidationError(
            {parameter: _("Dit stelsel kennen we niet. Kies uit: %(known)s.") % {"known": ", ".join(URIS)}}
        )
    return found

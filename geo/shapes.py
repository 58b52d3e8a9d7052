"""The one place where coordinates become lines and areas: read, checked, mended where somebody asks for that.

Points alone are made by `geo.points`; a shape that is a point is read here like any other, by the same rules.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import shapely
from django.contrib.gis.gdal import GDALException
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.points import BELGIUM, FLANDERS, PROJECTED_SRIDS, SRIDS, WGS84_SRID, outline, transformation

#: Types of shape, each with how deep the lists of its coordinates in GeoJSON are.
_DEPTHS = {
    "Point": 1, "MultiPoint": 2, "LineString": 2, "MultiLineString": 3, "Polygon": 3, "MultiPolygon": 4,
}  # fmt: skip
TYPES = tuple(_DEPTHS)
#: What turned() does, in SQL. Not ST_ForcePolygonCCW, which turns lines around too: turned twice, a line is as it was.
TURNED = "ST_Reverse(ST_ForcePolygonCW(ST_Reverse({})))"
#: Where a shape crosses itself, as GEOS says it: "Self-intersection[3.72 51.05]".
_WHERE = re.compile(r"\[(-?[\d.eE+-]+) (-?[\d.eE+-]+)\]")
#: Letters of a shape in text, at most: twenty thousand corners fit.
LONGEST_TEXT = 2_000_000


class ShapeRefused(ValidationError):
    """A shape that can't be kept as it is given.

    `where` is the place (lon, lat) of what is wrong, where one is known; `proposal` is GeoJSON of what was probably
    meant, where that can be told. It is stored only if somebody sends it.
    """

    def __init__(self, words: str, *, where: tuple[float, float] | None = None, proposal: Any = None) -> None:
        super().__init__({"geometry": words})
        self.where = where
        self.proposal: dict[str, Any] | None = _json_of(proposal) if proposal else None


def read_shape(given: Any, *, most_vertices: int, srid: int = WGS84_SRID, repair: bool = False) -> GEOSGeometry:
    """A shape from GeoJSON, in degrees. Raises ShapeRefused.

    Any type but a collection, with all its parts and holes. Heights are left out. Outside Belgium, what looks like
    exchanged axes or metres comes back as a proposal. With `repair` a shape that crosses itself is mended.
    """
    if srid not in SRIDS:
        raise ShapeRefused(_("Dit stelsel kennen we niet. Kies 31370 (Lambert 72), 3812 (Lambert 2008) of 4326."))
    kind = given.get("type") if isinstance(given, Mapping) else None
    if not isinstance(kind, str) or kind not in _DEPTHS:
        raise ShapeRefused(_("Geef een vorm als GeoJSON: %(known)s.") % {"known": ", ".join(TYPES)})
    corners = _flat(given.get("coordinates"), _DEPTHS[kind], [most_vertices])
    try:
        shape = shapely.from_geojson(json.dumps({"type": kind, "coordinates": corners}))
    except (shapely.errors.GEOSException, ValueError):
        raise ShapeRefused(_("Deze vorm heeft te weinig punten, of een ring die niet gesloten is.")) from None
    if shape is None or shapely.is_empty(shape):
        raise ShapeRefused(_("Deze vorm is leeg."))
    if srid != WGS84_SRID:
        shape = _degrees(shape, srid)
    if shape is None:
        raise ShapeRefused(_("Deze getallen liggen niet in EPSG:%(srid)s.") % {"srid": srid})
    _check_place(shape, srid)
    return GEOSGeometry(memoryview(shapely.to_wkb(_whole(shape, repair))), srid=WGS84_SRID)


def read_shape_text(text: str, *, most_vertices: int, srid: int = WGS84_SRID, repair: bool = False) -> GEOSGeometry:
    """The same from GeoJSON or WKT, as people paste it; a feature of GeoJSON counts as its geometry."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise ShapeRefused(_("Deze vorm is te lang. Vereenvoudig ze eerst."))
    try:
        given = json.loads(text) if text.startswith("{") else json.loads(shapely.to_geojson(shapely.from_wkt(text)))
    except (ValueError, TypeError, RecursionError, shapely.errors.GEOSException):
        raise ShapeRefused(_("Dit kunnen we niet lezen. Plak een vorm als WKT of als GeoJSON.")) from None
    if isinstance(given, Mapping) and given.get("type") == "Feature":
        given = given.get("geometry")
    return read_shape(given, most_vertices=most_vertices, srid=srid, repair=repair)


def turned(shapes: Any) -> Any:
    """Shapes with areas as GeoJSON has them (RFC 7946, 3.1.6): their edge against the clock, their holes with it.

    Each from where it began. Lines and points stay as they are. `TURNED` is the same rule for the database.
    """
    return shapely.orient_polygons(shapes)


def as_geojson(shape: GEOSGeometry) -> dict[str, Any]:
    """A shape as GeoJSON, with every figure of its coordinates."""
    return _json_of(shapely.from_wkb(bytes(shape.wkb)))


def is_same(one: GEOSGeometry, other: GEOSGeometry) -> bool:
    """Whether two shapes have the same corners in the same order, whichever way around their edges were drawn."""
    return bool(one == other or as_geojson(one) == as_geojson(other))


def _json_of(shape: shapely.Geometry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shapely.to_geojson(turned(shape)))
    return found


def _flat(given: Any, depth: int, left: list[int]) -> Any:
    """Coordinates without heights. Raises ShapeRefused for what is no list of numbers, or past `left` corners."""
    if not isinstance(given, list | tuple):
        raise ShapeRefused(_("De coördinaten passen niet bij dit soort vorm."))
    if depth > 1:
        return [_flat(one, depth - 1, left) for one in given]
    left[0] -= 1
    if left[0] < 0:
        raise ShapeRefused(_("Deze vorm heeft te veel punten. Vereenvoudig ze eerst."))
    if len(given) < 2 or len(given) > 4 or not all(map(_is_number, given)):
        raise ShapeRefused(_("Elk punt heeft twee getallen: de lengte- en de breedtegraad."))
    return [float(given[0]), float(given[1])]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _degrees(shape: shapely.Geometry, srid: int) -> shapely.Geometry | None:
    """A shape in metres in degrees; None where the system has no such place."""
    moved = GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=srid)
    try:
        moved.transform(transformation(srid, WGS84_SRID))
    except GDALException:
        return None
    found = shapely.from_wkb(bytes(moved.wkb))
    return found if all(map(math.isfinite, shapely.bounds(found))) else None


def _is_here(shape: shapely.Geometry) -> bool:
    """Whether every corner lies in Belgium."""
    places = shapely.get_coordinates(shape)
    return bool(shapely.contains_xy(outline(), places[:, 0], places[:, 1]).all())


def _check_place(shape: shapely.Geometry, srid: int) -> None:
    """Raise ShapeRefused unless the whole shape lies in Belgium, with what was probably meant."""
    if _is_here(shape):
        return
    for words, meant in _guesses(shape) if srid == WGS84_SRID else ():
        if _is_here(meant):
            raise ShapeRefused(words, proposal=meant)
    x, y = (float(number) for number in shapely.get_coordinates(shape)[0])
    raise ShapeRefused(
        _("Deze vorm ligt niet in België: ze begint bij %(x).6g, %(y).6g.") % {"x": x, "y": y},
        where=(x, y) if -180 <= x <= 180 and -90 <= y <= 90 else None,
    )


def _guesses(shape: shapely.Geometry) -> Iterator[tuple[str, shapely.Geometry]]:
    """What coordinates that lie elsewhere may have meant, the likeliest first, each with words that ask."""
    west, south, east, north = shapely.bounds(shape)
    turned = shapely.transform(shape, lambda places: places[:, ::-1])
    if BELGIUM[1] <= west and east <= BELGIUM[3] and BELGIUM[0] <= south and north <= BELGIUM[2]:
        yield _("Lengte en breedte lijken omgewisseld: de lengtegraad (rond 4) komt eerst."), turned
    if min(abs(west), abs(east), abs(south), abs(north)) < 1_000:
        return
    for srid in PROJECTED_SRIDS:
        for words, metres in (
            (_("Dit lijken meters in EPSG:%(srid)s, geen graden."), shape),
            (_("Dit lijken meters in EPSG:%(srid)s, met x en y omgewisseld."), turned),
        ):
            moved = _degrees(metres, srid)
            bounds = shapely.bounds(moved) if moved is not None else (0, 0, 0, 0)
            # Parts of Wallonia lie where Flanders would with x and y exchanged.
            if (
                moved is not None
                and FLANDERS[0] <= bounds[0]
                and FLANDERS[1] <= bounds[1]
                and bounds[2] <= FLANDERS[2]
            ):
                yield words % {"srid": srid}, moved


def _whole(shape: shapely.Geometry, repair: bool) -> shapely.Geometry:
    """The shape, if it is valid; else mended if that was asked. Raises ShapeRefused, with the mended one, elsewise."""
    if shapely.get_dimensions(shape) == 1 and not all(map(shapely.length, shapely.get_parts(shape))):
        raise ShapeRefused(_("Deze lijn heeft geen lengte: haar punten liggen op dezelfde plek."))
    if shapely.is_valid(shape):
        return shape
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    usable = not shapely.is_empty(mended) and mended.geom_type in TYPES
    usable = usable and shapely.get_dimensions(mended) == shapely.get_dimensions(shape)
    if repair and usable:
        return mended
    found = _WHERE.search(shapely.is_valid_reason(shape))
    where = (float(found[1]), float(found[2])) if found else None
    words = _("Deze vorm klopt niet: lijnen kruisen of raken elkaar.")
    if where:
        words = _("Deze vorm kruist of raakt zichzelf bij lengte %(x).6f, breedte %(y).6f.") % {
            "x": where[0],
            "y": where[1],
        }
    raise ShapeRefused(words, where=where, proposal=mended if usable else None)

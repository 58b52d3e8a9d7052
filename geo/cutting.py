"""Dividing a shape along a line, and making one of two. Nothing is lost: areas and lengths of the pieces add up."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
import shapely.ops
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from geo.points import WGS84_SRID

#: Pieces of one cut, at most: a line that goes to and fro by mistake makes hundreds.
MOST_PIECES = 20
#: Corners of the line that cuts, and of what is cut or joined, at most: an overlay may take the product of both.
MOST_KNIFE_CORNERS, MOST_CORNERS = 100, 2_000
#: How often the line that cuts may meet an edge of the shape: at a corner it meets two. A shape with holes is met more
#: often than it has pieces.
MOST_MEETINGS = 10 * MOST_PIECES
_MULTI = {0: shapely.MultiPoint, 1: shapely.MultiLineString, 2: shapely.MultiPolygon}


def split_shape(shape: GEOSGeometry, line: GEOSGeometry) -> list[GEOSGeometry]:
    """A line or area divided along a line, the largest piece first. Raises ValidationError at the field `line`.

    Parts that the line doesn't cut stay with the first. Holes stay holes; one that the line crosses becomes part of
    the edge.
    """
    if line.num_coords > MOST_KNIFE_CORNERS:
        raise _refused(_knife_words())
    whole, knife = _shapely(shape), _shapely(line)
    if knife.geom_type != "LineString":
        raise _refused(_("Splits met één lijn."))
    if not shapely.is_simple(knife):
        raise _refused(_knife_words())
    if shapely.get_num_coordinates(whole) > MOST_CORNERS:
        raise _refused(_("Deze vorm heeft te veel punten. Vereenvoudig ze eerst."))
    if shapely.get_dimensions(whole) == 0:
        raise _refused(_("Een punt is niet te splitsen: teken er een tweede."))
    _check_meetings(_meetings(whole, knife))
    untouched, pieces = [], []
    for part in shapely.get_parts(whole):
        cut = _cut_line(part, knife) if part.geom_type == "LineString" else _cut_area(part, knife)
        if len(cut) > 1:
            pieces += cut
        else:
            untouched.append(part)
    if not pieces:
        raise _refused(
            _("De lijn snijdt het element niet door: laat ze er aan beide kanten buiten beginnen en eindigen.")
        )
    _check_pieces(len(pieces))
    pieces.sort(key=size_of, reverse=True)
    found = [_gathered([pieces[0], *untouched]), *pieces[1:]]
    if not all(shapely.is_valid(one) for one in found):
        raise _refused(_("Langs deze lijn blijven geen bruikbare stukken over. Teken ze wat anders."))
    return [_geos(one) for one in found]


def join_shapes(first: GEOSGeometry, second: GEOSGeometry) -> GEOSGeometry:
    """One shape of two of the same sort: areas that touch become one, lines that meet at their ends too.

    What lies apart stays apart, as parts of one shape. Raises ValidationError at the field `other`.
    """
    one, other = _shapely(first), _shapely(second)
    if shapely.get_dimensions(one) != shapely.get_dimensions(other):
        raise ValidationError({"other": _("Punten, lijnen en vlakken gaan niet samen.")})
    if shapely.get_num_coordinates([one, other]).sum() > MOST_CORNERS:
        raise ValidationError({"other": _("Samen hebben ze te veel punten. Vereenvoudig ze eerst.")})
    if shapely.get_dimensions(one) == 1:
        # A union would put a corner wherever lines cross.
        lines = [*shapely.get_parts(one), *shapely.get_parts(other)]
        return _geos(shapely.line_merge(_gathered(lines)))
    joined = shapely.union(one, other)
    if not shapely.is_valid(joined) or shapely.get_dimensions(joined) != shapely.get_dimensions(one):
        raise ValidationError({"other": _("Deze twee vormen gaan niet samen.")})
    return _geos(joined)


def size_of(shape: Any) -> float:
    """How large a shape of shapely is beside others of its sort: the area or the length, in degrees."""
    return float(shapely.area(shape) or shapely.length(shape))


def shares_of(shapes: Sequence[GEOSGeometry]) -> list[float]:
    """Which part of all of them together each is, from 0 to 1. Within one element a degree is as long everywhere."""
    sizes = [size_of(_shapely(shape)) for shape in shapes]
    return [size / sum(sizes) for size in sizes]


def _cut_area(area: Any, knife: Any) -> list[Any]:
    return list(shapely.ops.split(area, knife).geoms)


def _cut_line(line: Any, knife: Any) -> list[Any]:
    """The line cut where the knife meets it, and nowhere else: not where it crosses itself."""
    met = shapely.intersection(line, knife)
    if shapely.get_dimensions(met) == 1:
        raise _refused(_("De lijn loopt een stuk gelijk met het element. Laat ze het enkel kruisen."))
    # The ends of the line may be among them. Each other makes a piece more.
    _check_pieces(shapely.get_num_geometries(met) - 1)
    length = shapely.length(line)
    places = sorted({line.project(point) for point in shapely.get_parts(met)})
    bounds = [0.0, *(place for place in places if 0 < place < length), length]
    return [shapely.ops.substring(line, start, end) for start, end in pairwise(bounds)]


def _meetings(whole: Any, knife: Any) -> int:
    """How many pairs of an edge of the shape and one of the knife may meet: their boxes and sides say so.

    At most a few more than do. It takes some milliseconds for the most corners there may be, where an overlay of
    that many crossings takes seconds.
    """
    parts = shapely.get_parts(whole)
    rings = [ring for part in parts for ring in (shapely.get_rings(part) if part.geom_type == "Polygon" else [part])]
    a, b = (np.concatenate(ends) for ends in zip(*(_edges(ring) for ring in rings), strict=True))
    c, d = _edges(knife)
    a, b, c, d = a[:, None], b[:, None], c[None], d[None]
    across = _side(c, d, a) * _side(c, d, b) <= 0
    along = _side(a, b, c) * _side(a, b, d) <= 0
    near = np.all((np.minimum(a, b) <= np.maximum(c, d)) & (np.minimum(c, d) <= np.maximum(a, b)), axis=2)
    return int(np.count_nonzero(across & along & near))


def _edges(line: Any) -> tuple[Any, Any]:
    """Where each edge of a line begins and ends: two arrays of x and y."""
    places = shapely.get_coordinates(line)
    return places[:-1], places[1:]


def _side(start: Any, end: Any, place: Any) -> Any:
    """On which side of a line a place lies: 1, -1, or 0 where it lies on it."""
    along, there = end - start, place - start
    return np.sign(along[..., 0] * there[..., 1] - along[..., 1] * there[..., 0])


def _check_meetings(count: int) -> None:
    if count > MOST_MEETINGS:
        words = {"count": count, "most": MOST_MEETINGS}
        refusal = _(
            "De lijn raakt of kruist het element %(count)d keer. Dat kan hoogstens %(most)d keer: trek ze rechter."
        )
        raise _refused(refusal % words)


def _gathered(parts: Sequence[Any]) -> Any:
    """The parts as one shape: alone if there is one."""
    return parts[0] if len(parts) == 1 else _MULTI[int(shapely.get_dimensions(parts[0]))](list(parts))


def _check_pieces(count: int) -> None:
    if count > MOST_PIECES:
        words = {"pieces": count, "most": MOST_PIECES}
        raise _refused(_("Dit zou %(pieces)d stukken geven, en er mogen er %(most)d zijn.") % words)


def _knife_words() -> str:
    words = _("Splits met een lijn van hoogstens %(most)d punten, die zichzelf niet kruist.")
    return words % {"most": MOST_KNIFE_CORNERS}


def _refused(words: str) -> ValidationError:
    return ValidationError({"line": words})


def _shapely(shape: GEOSGeometry) -> Any:
    return shapely.from_wkb(bytes(shape.wkb))


def _geos(shape: Any) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=WGS84_SRID)

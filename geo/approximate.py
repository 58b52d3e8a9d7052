"""Approximate municipal boundaries from what the project ships: Voronoi cells of places, joined by municipality."""

from collections import defaultdict

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from shapely.ops import unary_union
from shapely.strtree import STRtree

from geo.models import Place
from geo.points import METRIC_SRID, metric

#: Cells end this far beyond the outermost places, in metres.
MARGIN_M = 5_000
#: No part of a cell lies further from its place than this, in metres: at sea no neighbour's cell ends it.
FARTHEST_M = 6_000


def approximate_boundaries() -> dict[str, MultiPolygon]:
    """Areas (MultiPolygon, METRIC_SRID) by NIS code.

    A place's cell is all that lies nearer to it than to any other place. The cells of a municipality's places together
    are its area. Places in the neighbouring countries and in Wallonia have cells too: where those begin, ours end.
    """
    rows = list(Place.objects.order_by("geonameid").values_list("location", "municipality__nis"))
    points = [shapely.Point(*metric(location).coords) for location, _nis in rows]
    frame = shapely.box(*shapely.buffer(shapely.MultiPoint(points), MARGIN_M).bounds)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame)
    tree = STRtree(points)
    by_nis = defaultdict(list)
    for cell in cells.geoms:
        (index,) = tree.query(cell, predicate="intersects")[:1]
        nis = rows[index][1]
        if nis:
            by_nis[nis].append(cell.intersection(points[index].buffer(FARTHEST_M)))
    return {nis: _multipolygon(unary_union(parts)) for nis, parts in sorted(by_nis.items())}


def _multipolygon(area: shapely.Geometry) -> MultiPolygon:
    # Coordinates are rounded to the metre: a thinner sliver could cross itself when transformed.
    area = shapely.set_precision(area, 1.0)
    parts = area.geoms if isinstance(area, shapely.MultiPolygon) else [area]
    whole = shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])
    made = GEOSGeometry(memoryview(shapely.to_wkb(whole)), srid=METRIC_SRID)
    assert isinstance(made, MultiPolygon)
    return made

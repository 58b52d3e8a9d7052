"""Tells how far the look-up's points lie from those of another list of postal codes, names and points."""

import csv
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.gis.geos import Point
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.boundaries import current_quality
from geo.models import Boundary
from geo.points import WGS84_SRID, metric
from geo.towns import LoadedTowns, Town, find_town

#: Rows shown of those that lie furthest off.
WORST = 20
#: A point that lies this far outside the municipality of its own code, in metres, is a mistake of the list.
OUTSIDE_M = 3_000
COLUMNS = ("code", "name", "lat", "lon")


class Compared(NamedTuple):
    """A row of the list, the town found for it, and how far apart the two points are."""

    code: str
    name: str
    point: Point
    town: Town
    away_km: float


class Command(BaseCommand):
    help = (
        "Look up each postal code with its name that a CSV file lists, and print how far the points found lie from "
        "its own: median, 99 % and the worst. Rows of Wallonia are left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="CSV file, with or without a first row that names its columns")
        parser.add_argument(
            "--columns", default=",".join(COLUMNS), help="order of the columns (default: %(default)s)"
        )  # fmt: skip
        parser.add_argument("--worst", type=int, default=WORST, help="rows to show (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        order = options["columns"].split(",")
        if sorted(order) != sorted(COLUMNS):
            raise CommandError(f"--columns names each of {', '.join(COLUMNS)} once, in the order of the file.")
        rows = _rows(options["file"], order)
        known = LoadedTowns()
        compared, refused = [], []
        for code, name, point in rows:
            if not known.of_code(code):
                continue
            try:
                town = find_town(code, name, known)
            except ValidationError as error:
                refused.append(f"{code} {name}: {' '.join(error.messages)}")
                continue
            away_km = metric(point).distance(metric(town.location)) / 1000
            compared.append(Compared(code, name, point, town, away_km))
        if not compared:
            raise CommandError("No row of this file has a postal code of Flanders or Brussels.")
        self._print(compared, refused, options["worst"])

    def _print(self, compared: list[Compared], refused: list[str], worst: int) -> None:
        areas = {row.municipality_id: row.geometry for row in Boundary.objects.of_quality(current_quality())}
        codes: dict[tuple[str, tuple[float, ...]], set[str]] = defaultdict(set)
        for row in compared:
            codes[row.name, row.point.coords].add(row.code)
        outside = [row for row in compared if _is_outside(row, areas)]
        shared = [row for row in compared if len(codes[row.name, row.point.coords]) > 1]
        wrong = [row for row in compared if row in outside or row in shared]
        right = [row for row in compared if row not in wrong]
        self.stdout.write(f"{len(compared)} rows compared, {len(refused)} not found")
        self._figures("all rows", compared)
        far = f"{len(outside)} whose own point lies outside the municipality of its code"
        self._figures(f"without {far}, and {len(shared)} that have one point for several codes of a name", right)
        for line in refused:
            self.stdout.write(f"not found: {line}")
        self._lines("mistakes of the list", wrong)
        self._lines(f"the worst {worst} others", sorted(right, key=lambda row: -row.away_km)[:worst])

    def _figures(self, title: str, rows: list[Compared]) -> None:
        away = sorted(row.away_km for row in rows)
        share = away[max(0, -(-99 * len(away) // 100) - 1)] if away else 0.0
        middle = statistics.median(away) if away else 0.0
        self.stdout.write(f"{title}: median {middle:.2f} km, 99 % within {share:.2f} km")

    def _lines(self, title: str, rows: list[Compared]) -> None:
        self.stdout.write(f"{title}:")
        for row in rows:
            theirs, ours = row.point, row.town.location
            self.stdout.write(
                f"  {row.away_km:6.2f} km  {row.code} {row.name}: list {theirs.y:.4f} {theirs.x:.4f}, "
                f"found {row.town.words} {ours.y:.4f} {ours.x:.4f}"
            )


def _rows(path: Path, order: list[str]) -> list[tuple[str, str, Point]]:
    """Codes, names and points of a file; a first row of words is its heading."""
    rows = []
    with path.open(newline="") as file:
        for number, cells in enumerate(csv.reader(file), start=1):
            values = dict(zip(order, cells, strict=False))
            try:
                point = Point(float(values["lon"]), float(values["lat"]), srid=WGS84_SRID)
            except (KeyError, ValueError):
                if number == 1:
                    continue
                raise CommandError(f"Row {number} has no point: {', '.join(cells)}") from None
            rows.append((values["code"].strip(), values["name"].strip(), point))
    return rows


def _is_outside(row: Compared, areas: dict[int, Any]) -> bool:
    area = areas.get(row.town.municipality.pk)
    return area is not None and area.distance(metric(row.point)) > OUTSIDE_M

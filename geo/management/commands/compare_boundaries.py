"""How well the approximate boundaries do against an official file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.models import Boundary, HubRegion, Municipality, Quality
from geo.official import read_areas
from geo.points import METRIC_SRID

#: So many municipalities are named in which the most lies wrong.
WORST = 10


@dataclass(frozen=True)
class Comparison:
    """How much of an official area the approximate boundaries have right, in shares (0..1) of it.

    Two municipalities are in the same region when they lie in the same hub regions, thematic ones aside, or in none.
    `border` is what lies outside one of the two outer borders and inside the other. `wrong_m2` is by NIS code.
    """

    municipality: float
    region: float
    border: float
    wrong_m2: dict[str, float]


class Command(BaseCommand):
    help = "Print how much of the official area the approximate boundaries put in the right municipality and region."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--nis-column", default="nis")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            official = read_areas(options["file"], options["nis_column"])
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        found = compared(official)
        self.stdout.write(f"right municipality: {found.municipality:.1%} of the area")
        self.stdout.write(f"right reference region: {found.region:.1%} of the area")
        self.stdout.write(f"outer border: {found.border:.2%} of the area too much or lacking")
        names = dict(Municipality.objects.values_list("nis", "name_nl"))
        worst = sorted(found.wrong_m2, key=lambda nis: -found.wrong_m2[nis])[:WORST]
        named = (
            f"{names[nis]} ({found.wrong_m2[nis] / 1e6:.1f} of {official[nis].area / 1e6:.0f} km²)" for nis in worst
        )
        self.stdout.write(f"most in a wrong municipality: {', '.join(named)}")


def compared(official: dict[str, MultiPolygon]) -> Comparison:
    """Compare the approximate boundaries with official areas (METRIC_SRID) by NIS code."""
    stored = Boundary.objects.of_quality(Quality.APPROXIMATE).values_list("municipality__nis", "geometry")
    approximate = {nis: area for nis, area in stored if nis in official}
    total = sum(area.area for area in official.values())
    right = {
        nis: area.intersection(approximate[nis]).area if nis in approximate else 0.0 for nis, area in official.items()
    }
    right_region = sum(
        _union(official, members).intersection(_union(approximate, members)).area for members in _groups(set(official))
    )
    border = _union(official, list(official)).sym_difference(_union(approximate, list(approximate))).area
    return Comparison(
        municipality=sum(right.values()) / total,
        region=right_region / total,
        border=border / total,
        wrong_m2={nis: area.area - right[nis] for nis, area in official.items()},
    )


def _groups(nises: set[str]) -> list[list[str]]:
    """The NIS codes of the municipalities of each region."""
    names: dict[str, set[str]] = {nis: set() for nis in nises}
    for region in HubRegion.objects.place_based().prefetch_related("municipalities"):
        for municipality in region.municipalities.all():
            names.setdefault(municipality.nis, set()).add(region.name)
    groups: dict[frozenset[str], list[str]] = {}
    for nis in sorted(nises):
        groups.setdefault(frozenset(names[nis]), []).append(nis)
    return list(groups.values())


def _union(areas: dict[str, MultiPolygon], nises: list[str]) -> Any:
    """The areas of some municipalities as one, without those that aren't known."""
    parts = [part for nis in nises if nis in areas for part in areas[nis]]
    return MultiPolygon(parts, srid=METRIC_SRID).unary_union

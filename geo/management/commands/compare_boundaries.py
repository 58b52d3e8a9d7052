"""How well the approximate boundaries do against an official file."""

from pathlib import Path
from typing import Any

from django.contrib.gis.geos import MultiPolygon
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from geo.models import Boundary, HubRegion, Quality
from geo.official import read_areas


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
        municipality, region = shares_right(official)
        self.stdout.write(f"right municipality: {municipality:.1%} of the area")
        self.stdout.write(f"right reference region: {region:.1%} of the area")


def shares_right(official: dict[str, MultiPolygon]) -> tuple[float, float]:
    """Shares (0..1) of the official area of Flanders that lie in the right municipality, and in the right region.

    Two municipalities are in the same region when they lie in the same hub regions, thematic ones aside, or in none.
    """
    approximate = dict(Boundary.objects.of_quality(Quality.APPROXIMATE).values_list("municipality__nis", "geometry"))
    groups = _groups(set(official))
    total = sum(area.area for area in official.values())
    right = sum(area.intersection(approximate[nis]).area for nis, area in official.items() if nis in approximate)
    right_region = sum(
        _union([official[nis] for nis in members]).intersection(_union([approximate[nis] for nis in members])).area
        for members in groups
    )
    return right / total, right_region / total


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


def _union(areas: list[MultiPolygon]) -> Any:
    return MultiPolygon([part for area in areas for part in area], srid=areas[0].srid).unary_union

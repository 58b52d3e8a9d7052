"""Official municipal boundaries, and all that follows from them."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from geo.official import download, read_areas, store_official
from listings.rederive import place_listings_anew


class Command(BaseCommand):
    help = (
        "Load official municipal boundaries (GeoJSON, GeoPackage, shapefile; any SRID), then place every listing anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a file, or an address that begins with http")
        parser.add_argument("--nis-column", default="nis", help="the column that holds the NIS code (default: nis)")
        parser.add_argument("--layer", type=int, default=0, help="which layer of the file (default: the first)")
        parser.add_argument("--source", default="", help="who made it, as the pages say it")
        parser.add_argument("--date", type=dt.date.fromisoformat, help="the day that it describes: 2025-01-01")
        parser.add_argument("--licence", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with tempfile.TemporaryDirectory() as folder:
                given = options["file"]
                path = download(given, Path(folder)) if "://" in given else Path(given)
                areas = read_areas(path, options["nis_column"], options["layer"])
            with transaction.atomic():
                count = store_official(
                    areas,
                    source=options["source"] or path.name,
                    source_date=options["date"],
                    licence=options["licence"],
                )
                moved = place_listings_anew()
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from None
        self.stdout.write(f"{count} official boundaries; {moved} listings and sites moved")

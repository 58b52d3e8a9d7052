"""Everything that ships: places, hubs, boundaries, materials."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

import geo.reference
import materials.reference
from listings.rederive import place_listings_anew, renumber_listings, weigh_listings_anew


class Command(BaseCommand):
    help = "Load or update the reference data that ships with Werkstof; running it again changes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        written = geo.reference.load() | materials.reference.load()
        if written["boundaries"]:
            written["listings and sites moved"] = place_listings_anew()
        if written["materials"]:
            written["listings renumbered"] = renumber_listings()
        if written["materials"] or written["units"]:
            written["listings weighed anew"] = weigh_listings_anew()
        self.stdout.write(", ".join(f"{count} {kind}" for kind, count in written.items() if count) or "up to date")

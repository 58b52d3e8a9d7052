"""Counting the map's cells anew."""

from typing import Any

from django.core.management.base import BaseCommand

from listings.search.cells import recount_cells


class Command(BaseCommand):
    help = "Count the listings in the map's cells anew; only a repair by hand can have made them wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{recount_cells()} listings counted")

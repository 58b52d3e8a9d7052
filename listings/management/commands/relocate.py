"""Where every listing shows, its municipality and its hubs, found anew."""

from typing import Any

from django.core.management.base import BaseCommand

from listings.rederive import place_listings_anew


class Command(BaseCommand):
    help = (
        "Find anew where every listing shows, its municipality and hubs, and the municipality of every site; "
        "where any moved, the workers pair all again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        moved = place_listings_anew()
        self.stdout.write(f"{moved} listings and sites moved")

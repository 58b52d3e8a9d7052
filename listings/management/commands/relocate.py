"""Municipality and hubs of every listing, found anew."""

from typing import Any

from django.core.management.base import BaseCommand

from listings.rederive import place_listings_anew


class Command(BaseCommand):
    help = "Find municipality and hubs of every site and listing anew; where any moved, the workers pair all again."

    def handle(self, *args: Any, **options: Any) -> None:
        moved = place_listings_anew()
        self.stdout.write(f"{moved} listings and sites changed municipality or hubs")

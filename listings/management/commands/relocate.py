"""Municipality and hubs of every listing, found anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from listings.bulk import relocate_listings
from listings.pairing.batch import pair_all


class Command(BaseCommand):
    help = "Find municipality and hubs of every site and listing anew, and pair all again where any moved."

    def handle(self, *args: Any, **options: Any) -> None:
        moved = relocate_listings()
        if moved:
            pair_all(at=timezone.now())
        self.stdout.write(f"{moved} listings and sites changed municipality or hubs")

"""Municipality and hubs of every listing, found anew."""

from typing import Any

from django.core.management.base import BaseCommand

from listings.tasks import place_anew


class Command(BaseCommand):
    help = "Find municipality and hubs of every site and listing anew, and pair all again where any moved."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{place_anew()} listings and sites changed municipality or hubs")

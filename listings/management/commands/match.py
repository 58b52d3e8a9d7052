"""Pair supply with demand anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from geo.models import Hub
from listings.pairing.batch import pair_all


class Command(BaseCommand):
    help = "Pair every demand with its best supplies, in one hub's region or in all; writes only what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--hub", help="a hub's slug")
        which.add_argument("--all", action="store_true", help="all regions (the default)")

    def handle(self, *args: Any, **options: Any) -> None:
        hub = None
        if options["hub"]:
            hub = Hub.objects.filter(slug=options["hub"]).first()
            if hub is None:
                known = ", ".join(Hub.objects.values_list("slug", flat=True))
                raise CommandError(f"There is no hub {options['hub']}. The hubs: {known}")
        outcome = pair_all(at=timezone.now(), hub=hub)
        self.stdout.write(f"{outcome.pairs} pairs: {outcome.written} written, {outcome.deleted} deleted")

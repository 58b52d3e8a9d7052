"""Comparing what balances say with their reservations."""

from typing import Any

from django.core.management.base import BaseCommand

from listings.balances.recount import recount_balances


class Command(BaseCommand):
    help = "Compare balances with the reservations that they count. Each difference is a bug: it is told, not mended."

    def handle(self, *args: Any, **options: Any) -> None:
        found = recount_balances()
        for one in found:
            self.stdout.write(f"{one.listing_id}, {one.period}: {one.said} is said, {one.counted} is counted")
        self.stdout.write(f"{len(found)} differences")

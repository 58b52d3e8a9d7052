"""Fictional data to try Werkstof with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.demo import LOGINS, PASSWORD
from marketplace.demo import make_demo
from matching.demo import pair_fictional_listings


class Command(BaseCommand):
    help = "Replace the fictional organisations and listings by new ones, pair them, and print the demo log-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--listings", type=int, default=4000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        now, listings = timezone.now(), options["listings"]
        make_demo(listings=listings, seed=options["seed"], today=timezone.localdate(now), progress=self._progress)
        pairs = pair_fictional_listings(
            at=now, progress=lambda done, total: self._progress("demands paired", done, total)
        )
        self.stdout.write(f"{listings} fictional listings, {pairs} pairs. Log in with the password {PASSWORD}:")
        for email, name, role in LOGINS:
            self.stdout.write(f"  {email}  {name} ({role.value})")

    def _progress(self, what: str, done: int, total: int) -> None:
        if done == total or done % 10_000 == 0:
            self.stderr.write(f"  {what}: {done} of {total}")

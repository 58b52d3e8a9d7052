"""Writes the page of docs that says who may do what."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.roles import page


class Command(BaseCommand):
    help = "Says who may do what, as docs/roles.md shows it."

    def handle(self, **_options: Any) -> None:
        self.stdout.write(page(), ending="")

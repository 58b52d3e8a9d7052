"""Whether there are no organisations yet."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.models import Organisation


class Command(BaseCommand):
    help = "Exit with 0 where no organisation is stored yet, else with 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--but-fictional", action="store_true", help="pass over those of the demo")

    def handle(self, *args: Any, **options: Any) -> None:
        found = Organisation.objects.all()
        if options["but_fictional"]:
            found = found.filter(is_fictional=False)
        sys.exit(1 if found.exists() else 0)

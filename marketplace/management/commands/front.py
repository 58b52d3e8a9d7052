"""What nginx needs to stand in front."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.front import write_front


class Command(BaseCommand):
    help = "Write the configuration of the front, nginx, and the pages that it answers with by itself."
    # It may run where the database is away.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where to write it: what nginx is given as its prefix (-p)")
        parser.add_argument("--listen", default="127.0.0.1:8000", help="the address that people's requests come to")
        parser.add_argument("--socket", required=True, help="the Unix socket on which gunicorn listens")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written = write_front(options["folder"], listen=options["listen"], socket=options["socket"])
        except ValueError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(str(written))

"""Takes replies by mail in, over SMTP."""

import asyncio
import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exchanges.mail.server import serve


class Command(BaseCommand):
    help = "Take replies by mail over from a mail server in front, until this is ended."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen; this machine alone by default")
        parser.add_argument("--port", type=int, default=8025)

    def handle(self, *, host: str, port: int, **_options: Any) -> None:
        if not settings.REPLY_DOMAIN:
            raise CommandError("Set REPLY_DOMAIN first: the domain of the addresses that people reply to.")
        try:
            asyncio.run(self._run(host, port))
        except OSError as error:
            raise CommandError(f"Can't listen on {host}, port {port}: {error}") from None

    async def _run(self, host: str, port: int) -> None:
        serving = asyncio.ensure_future(serve(host, port, self._say))
        for ends in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(ends, serving.cancel)
        try:
            await serving
        except asyncio.CancelledError:
            self.stdout.write("Ended.")

    def _say(self, port: int) -> None:
        self.stdout.write(f"Mail for {settings.REPLY_DOMAIN} is taken on port {port}.")
        self.stdout.flush()

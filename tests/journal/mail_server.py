"""Enough of an SMTP server to take a letter, refuse it, or hang up at a moment that a test chooses."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any


class MailServer(socketserver.ThreadingTCPServer):
    """`answers` maps a command to its answer; a command in `hangs_up_at` ends the conversation without one.

    "TEXT" stands for the end of the letter. `taken` holds the letters that came whole.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.answers: dict[str, bytes] = {}
        self.hangs_up_at = ""
        self.taken: list[Message] = []


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self._say(b"220 here")
        while line := self.rfile.readline():
            command = line[:4].decode().strip().upper()
            if command == self.server.hangs_up_at:
                return
            if command == "DATA":
                if not self._take_text():
                    return
                command = "TEXT"
            self._say(self.server.answers.get(command, b"221 bye" if command == "QUIT" else b"250 fine"))

    def _take_text(self) -> bool:
        self._say(b"354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        if self.server.hangs_up_at == "TEXT":
            return False
        self.server.taken.append(message_from_bytes(b"".join(lines)))
        return True

    def _say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")


@contextmanager
def mail_server(settings: Any) -> Iterator[MailServer]:
    with MailServer() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()

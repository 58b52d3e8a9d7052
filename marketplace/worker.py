"""A web worker that slow clients can't keep: gunicorn waits for the rest of a request's head without end."""

import contextlib
import socket
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

#: Seconds in which the head of a request has to be there; and for each further read, or for sending the answer.
HEAD_S, STEP_S = 5.0, 30.0


class PromptWorker(ThreadWorker):  # type: ignore[misc] # gunicorn says nothing of its types
    """Hangs up on who takes longer than HEAD_S to say what they want: a thread that waits answers nobody else."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._awaited: dict[Any, float] = {}

    def handle(self, conn: Any) -> Any:
        """Read a request and answer it; runs in a thread of the pool."""
        self._awaited[conn] = time.monotonic() + HEAD_S
        try:
            return super().handle(conn)
        finally:
            self._awaited.pop(conn, None)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose head is there."""
        self._awaited.pop(conn, None)
        conn.sock.settimeout(STEP_S)
        return super().handle_request(req, conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close what has waited too long; the worker's own thread comes by at least each second."""
        super().murder_keepalived(force)
        now = time.monotonic()
        for conn, until in list(self._awaited.items()):
            if until < now:
                # The thread that reads from it finds its end, and is free.
                with contextlib.suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)

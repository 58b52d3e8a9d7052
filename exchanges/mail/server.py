"""Takes mail over from a mail server that stands in front: SMTP, on this machine alone unless told otherwise.

A mail is answered with 250 once it is on disk; where the database is away with 451, so that the server in front tries
again later. Whom it is for is judged before its text comes.
"""

import asyncio
import logging
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error as DatabaseError
from django.db import connections
from django.utils import timezone

from exchanges.enums import InboundSource
from exchanges.mail.addresses import could_be_ours, is_ours
from exchanges.mail.intake import take_in

#: Beyond this a mail isn't even taken to be answered; providers stop at some 25 MB, which is 35 in base64.
LARGEST_DATA_BYTES = 40_000_000
#: For one command, and for the whole text of a mail.
TIMEOUT_S = 120.0
#: For looking an address up: one row by its index.
LOOK_UP_S = 10.0
#: Each may hold a whole mail in memory.
MOST_CONNECTIONS = 8
#: One mail to so many of our addresses, at most.
MOST_RECIPIENTS = 10
#: Longer than the standard's: some programs write a page as one line.
LONGEST_LINE = 100_000

logger = logging.getLogger(__name__)


class Intake:
    """What each command of a conversation is answered."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not could_be_ours(address):
            return "550 5.1.1 No such address here"
        if address in envelope.rcpt_tos:
            return "250 OK"
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        # Before the text: what is for nobody is neither stored nor read by a worker.
        try:
            is_known = await asyncio.wait_for(asyncio.to_thread(_is_known, address), LOOK_UP_S)
        except (DatabaseError, TimeoutError):
            logger.warning("An address could not be looked up, and its mail is asked for again", exc_info=True)
            return "451 4.3.0 Try again later"
        if not is_known:
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        try:
            await asyncio.to_thread(_store, envelope)
        except DatabaseError:
            logger.exception("A mail could not be stored and is asked for again")
            return "451 4.3.0 Try again later"
        return "250 2.0.0 Stored"


class IntakeSMTP(SMTP):
    """A conversation with whoever brings mail. More than MOST_CONNECTIONS at once are sent away for a while."""

    line_length_limit = LONGEST_LINE
    _open = 0

    def __init__(self, *, loop: asyncio.AbstractEventLoop | None = None) -> None:
        super().__init__(
            Intake(), data_size_limit=LARGEST_DATA_BYTES, timeout=TIMEOUT_S, ident="Werkstof", hostname="werkstof",
            decode_data=False, enable_SMTPUTF8=True, loop=loop,
        )  # fmt: skip
        self._is_counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if IntakeSMTP._open >= MOST_CONNECTIONS:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()
            return
        IntakeSMTP._open += 1
        self._is_counted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if not self._is_counted:
            return
        self._is_counted = False
        IntakeSMTP._open -= 1
        super().connection_lost(error)


async def serve(host: str, port: int, ready: Any = None) -> None:
    """Take mail until somebody ends it. `ready` is called with the port once it listens."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: IntakeSMTP(loop=loop), host, port)
    if ready is not None:
        ready(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


def _is_known(address: str) -> bool:
    """In a thread of its own, as _store()."""
    try:
        return is_ours(address)
    finally:
        connections.close_all()


def _store(envelope: Envelope) -> None:
    """In a thread of its own, with a connection to the database that it gives back."""
    assert isinstance(envelope.content, bytes)
    try:
        for recipient in envelope.rcpt_tos:
            take_in(
                raw=envelope.content, recipient=recipient, envelope_sender=envelope.mail_from or "",
                source=InboundSource.SMTP, at=timezone.now(),
            )  # fmt: skip
    finally:
        connections.close_all()

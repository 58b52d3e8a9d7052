"""A worker that is killed (kill -9) before, during and after DATA of a real mail server: no letter is lost, and none
goes twice unless an operator says so.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from journal.delivery import LEASE, send, send_again
from journal.enums import LetterState
from journal.letters import write_letter
from journal.models import Letter
from journal.tasks import send_waiting_letters
from tests.house.pages import ROOT
from tests.house.running import environment, free_port

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_S = 30


class MailServer(Controller):
    """Takes letters as any mail server does, but has one wait at a command: "RCPT", "DATA", or "TEXT" once it has the
    whole of it and hasn't answered. `reached` says that one waits there.
    """

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.waits_at, self.reached, self.goes_on = "", threading.Event(), threading.Event()
        super().__init__(self, hostname="127.0.0.1", port=free_port())

    def factory(self) -> SMTP:
        return _WaitingSMTP(self)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        await self.wait(server, "RCPT")
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content))
        await self.wait(server, "TEXT")
        return "250 taken"

    async def wait(self, server: SMTP, command: str) -> None:
        if command == self.waits_at:
            self.reached.set()
            await server.loop.run_in_executor(None, self.goes_on.wait, PATIENCE_S)


class _WaitingSMTP(SMTP):
    async def smtp_DATA(self, arg: str) -> None:
        await self.event_handler.wait(self, "DATA")
        await super().smtp_DATA(arg)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    running = MailServer()
    running.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    yield running
    running.goes_on.set()
    running.stop()


@pytest.fixture
def sender(server: MailServer) -> Iterator["subprocess.Popen[str]"]:
    env = environment(EMAIL_URL=f"smtp://127.0.0.1:{server.port}", DJANGO_SETTINGS_MODULE="marketplace.settings")
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journal.forking_sender"], cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        yield process
        assert process.stdin is not None
        process.stdin.close()


def kill_at(command: str, letter: Letter, server: MailServer, sender: "subprocess.Popen[str]") -> None:
    """Have a worker send the letter, and kill it while the mail server waits at a command."""
    assert sender.stdin is not None
    assert sender.stdout is not None
    server.waits_at = command
    server.reached.clear()
    server.goes_on.clear()
    sender.stdin.write(f"{letter.pk}\n")
    sender.stdin.flush()
    child = int(sender.stdout.readline())
    assert server.reached.wait(PATIENCE_S)
    os.kill(child, signal.SIGKILL)
    assert int(sender.stdout.readline()) == -signal.SIGKILL
    server.waits_at = ""
    server.goes_on.set()


def write(to: str) -> Letter:
    letter = write_letter(
        "invitation", to=to, language="nl", data={"who": "Bo", "host": "Kringloop", "link": "http://127.0.0.1:8000/x/"}
    )
    assert letter is not None
    return letter


def test_no_letter_is_lost_and_none_goes_twice_by_itself(server: MailServer, sender: "subprocess.Popen[str]") -> None:
    """Given a letter at each of three moments, when its worker is killed there, then the one whose text had not begun
    to go is sent by the next worker, once; of the others an operator is told, whether they arrived or not.
    """
    letters = {command: write(f"{command.lower()}@test.example") for command in ("RCPT", "DATA", "TEXT")}
    for command, letter in letters.items():
        kill_at(command, letter, server, sender)
    arrived = [taken["Message-ID"] for taken in server.taken]
    assert arrived == [letters["TEXT"].message_id]
    # While its lease lasts nobody takes up what may still be under way.
    assert send_waiting_letters() == 0
    later = timezone.now() + LEASE
    assert send(letter_id=letters["RCPT"].pk, at=later) == LetterState.SENT
    assert send(letter_id=letters["DATA"].pk, at=later) is None
    assert send(letter_id=letters["TEXT"].pk, at=later) is None
    arrived = [taken["Message-ID"] for taken in server.taken]
    assert arrived == [letters["TEXT"].message_id, letters["RCPT"].message_id]
    doubtful = set(Letter.objects.doubtful(later).values_list("pk", flat=True))
    assert doubtful == {letters["DATA"].pk, letters["TEXT"].pk}
    # Sent again by hand it has the same id: a mail program shows the two as one.
    assert send_again(letters["DATA"], at=later)
    assert send(letter_id=letters["DATA"].pk, at=later) == LetterState.SENT
    assert [taken["Message-ID"] for taken in server.taken].count(letters["DATA"].message_id) == 1

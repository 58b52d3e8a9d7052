"""Mail over a real connection: what was answered with 250 is stored, once, also where it comes twice at once."""

import asyncio
import os
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from exchanges import services
from exchanges.conversations import STAYS_OPEN
from exchanges.enums import InboundOutcome
from exchanges.mail import server as mail_server
from exchanges.mail.addresses import is_ours
from exchanges.mail.handling import handle
from exchanges.models import Exchange, InboundMail
from tests.exchanges.mails import reply
from tests.exchanges.test_mail_in import Talk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def replies_come_in(settings: Any) -> None:
    settings.REPLY_DOMAIN = "antwoord.test.example"


@contextmanager
def running() -> Iterator[int]:
    """The server on a free port of this machine."""
    loop, listening, ports = asyncio.new_event_loop(), threading.Event(), []

    def ready(port: int) -> None:
        ports.append(port)
        listening.set()

    task = loop.create_task(mail_server.serve("127.0.0.1", 0, ready))

    def run() -> None:
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert listening.wait(10)
    yield ports[0]
    loop.call_soon_threadsafe(task.cancel)
    thread.join()


@pytest.fixture
def port() -> Iterator[int]:
    with running() as found:
        yield found


def bring(port: int, raw: bytes, to: str | list[str], sender: str = "an@test.example") -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        # Mail travels with CR LF.
        return client.sendmail(sender, to, raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def test_a_reply_goes_all_the_way_from_a_mail_program_to_the_conversation(port: int) -> None:
    talk = Talk()
    bring(port, talk.reply("Ja.\n.\n..punten"), talk.address.upper())
    # It is here before any worker has seen it.
    mail = InboundMail.objects.get()
    assert (mail.outcome, mail.recipient, talk.said) == (InboundOutcome.WAITING, talk.address, ["Past morgen?"])
    assert handle(mail_id=mail.pk, at=timezone.now()) == InboundOutcome.TAKEN
    assert talk.said[1:] == ["Ja.\n.\n..punten"]


def test_the_same_mail_on_many_connections_at_once_is_one(port: int) -> None:
    talk = Talk()
    raw = talk.reply()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _number: bring(port, raw, talk.address), range(6)))
    assert answers == [{}] * 6
    mail = InboundMail.objects.get()
    assert mail.copies == 6

    def read(_number: int) -> InboundOutcome | None:
        try:
            return handle(mail_id=mail.pk, at=timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        outcomes = Counter(pool.map(read, range(3)))
    assert outcomes[InboundOutcome.TAKEN] == 1
    assert talk.said == ["Past morgen?", "Ja, dat past."]


def test_twenty_megabytes_are_taken_and_answered(port: int) -> None:
    talk = Talk()
    bring(port, talk.reply(files=[("plan.pdf", b"\x00" * 20_000_000)]), talk.address)
    mail = InboundMail.objects.get()
    assert mail.size > 20_000_000
    assert handle(mail_id=mail.pk, at=timezone.now()) == InboundOutcome.TOO_LARGE


def test_more_than_the_server_takes_is_refused_before_it_comes(port: int) -> None:
    talk = Talk()
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        assert client.esmtp_features["size"] == str(mail_server.LARGEST_DATA_BYTES)
        code, _words = client.docmd("MAIL", f"FROM:<an@test.example> SIZE={mail_server.LARGEST_DATA_BYTES + 1}")
    assert code == 552
    assert talk.said == ["Past morgen?"]


@pytest.mark.parametrize(
    "to", ["info@antwoord.test.example", f"{'a' * 32}@elders.example", f"{'a' * 31}1@antwoord.test.example"]
)
def test_other_addresses_are_refused_before_the_text(port: int, to: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        bring(port, reply(to, "an@test.example").as_bytes(), to)
    assert refused.value.recipients[to][0] == 550
    assert InboundMail.objects.count() == 0


def test_a_mail_for_two_of_ours_is_stored_for_each_and_for_no_stranger(port: int) -> None:
    one, other = Talk(), Talk()
    refused = bring(port, one.reply(), [one.address, other.address, "info@elders.example"])
    assert list(refused) == ["info@elders.example"]
    assert set(InboundMail.objects.values_list("recipient", flat=True)) == {one.address, other.address}


def test_where_the_database_is_away_the_sender_is_asked_to_come_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk()

    def away(**_given: Any) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(mail_server, "take_in", away)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        bring(port, talk.reply(), talk.address)
    assert refused.value.smtp_code == 451
    monkeypatch.undo()
    bring(port, talk.reply(), talk.address)
    assert InboundMail.objects.count() == 1


def test_who_hangs_up_within_the_text_left_nothing(port: int) -> None:
    talk = Talk()
    client = smtplib.SMTP("127.0.0.1", port, timeout=20)
    client.ehlo()
    client.mail("an@test.example")
    client.rcpt(talk.address)
    client.putcmd("DATA")
    client.getreply()
    client.send(b"From: an@test.example\r\n\r\nHalf")
    client.close()
    bring(port, talk.reply(), talk.address)
    assert InboundMail.objects.count() == 1


def test_who_says_nothing_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "TIMEOUT_S", 0.2)
    with running() as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        assert line.recv(200).startswith(b"220")
        assert line.recv(200) == b""


def test_more_connections_than_it_can_hold_come_back_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "MOST_CONNECTIONS", 1)
    talk = Talk()
    with running() as port:
        with smtplib.SMTP("127.0.0.1", port, timeout=20), pytest.raises(smtplib.SMTPConnectError) as refused:
            bring(port, talk.reply(), talk.address)
        assert refused.value.smtp_code == 421
        bring(port, talk.reply(), talk.address)
    assert InboundMail.objects.count() == 1


def test_the_command_takes_mail_until_it_is_ended(settings: Any) -> None:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "receive_mail", "--port", "0"]
    env = os.environ | {"REPLY_DOMAIN": "antwoord.test.example"}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        port = int(said.rstrip(".\n").rsplit(" ", 1)[1])
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            assert client.ehlo()[0] == 250
        process.terminate()
        assert process.wait(20) == 0


def test_the_command_wants_a_domain_first(settings: Any) -> None:
    settings.REPLY_DOMAIN = ""
    with pytest.raises(CommandError, match="REPLY_DOMAIN"):
        call_command("receive_mail")


def test_an_invented_token_is_refused_before_the_text_and_nothing_is_stored(port: int) -> None:
    Talk()
    to = f"{'a' * 32}@antwoord.test.example"
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.ehlo()
        client.mail("an@test.example")
        assert client.rcpt(to)[0] == 550
    assert InboundMail.objects.count() == 0


def test_an_address_of_a_conversation_that_is_closed_is_still_taken(port: int) -> None:
    talk = Talk()
    services.decline(by=talk.story.owner, exchange=talk.exchange, reason="Weg.")
    Exchange.objects.update(state_since=timezone.now() - STAYS_OPEN)
    bring(port, talk.reply(), talk.address)
    assert handle(mail_id=InboundMail.objects.get().pk, at=timezone.now()) == InboundOutcome.CLOSED


def test_where_an_address_can_t_be_looked_up_the_sender_is_asked_to_come_again(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk()

    def away(_address: str) -> bool:
        raise OperationalError("gone")

    def hangs(_address: str) -> bool:
        time.sleep(1)
        return True

    monkeypatch.setattr(mail_server, "LOOK_UP_S", 0.1)
    for broken in (away, hangs):
        monkeypatch.setattr(mail_server, "is_ours", broken)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            bring(port, talk.reply(), talk.address)
        assert refused.value.recipients[talk.address][0] == 451
    assert InboundMail.objects.count() == 0


def test_looking_an_address_up_is_one_query_by_an_index(django_assert_num_queries: Any) -> None:
    talk = Talk()
    with django_assert_num_queries(1):
        assert is_ours(talk.address)
    with django_assert_num_queries(0):
        assert not is_ours("info@antwoord.test.example")

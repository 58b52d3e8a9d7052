"""A letter from queued to its end: nothing is lost where the broker or the mail server is away, nothing goes twice."""

import datetime as dt
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from kombu import Connection  # type: ignore[attr-defined]

from journal import queueing
from journal.delivery import LEASE, MOST_ATTEMPTS, message_of, send, send_again, take_as_sent
from journal.enums import LetterPhase, LetterState
from journal.letters import drop_letters, refuse_letters, write_letter
from journal.models import Letter
from journal.smtp import hand_over
from journal.tasks import send_letter, send_waiting_letters
from tests.accounts.test_last_admin import at_once
from tests.journal.mail_server import MailServer, mail_server
from tests.makers import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with mail_server(settings) as running:
        yield running


def write(to: str = "nieuw@test.example", **more: Any) -> Letter:
    data = {"who": "Bo", "host": "Kringloop", "link": "http://127.0.0.1:8000/x/"}
    letter = write_letter("invitation", to=to, language="nl", data=data, **more)
    assert letter is not None
    return letter


def stored(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


def test_a_letter_goes_whole_in_two_forms_with_its_own_id(server: MailServer) -> None:
    letter = write(topic="strangers")
    assert send_letter(letter.pk) is True
    (taken,) = server.taken
    assert taken["Message-ID"] == letter.message_id
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in taken.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert stored(letter).state == LetterState.SENT
    assert stored(letter).sent_at is not None


def test_what_was_sent_keeps_no_link(server: MailServer, settings: Any) -> None:
    letter = write()
    send_letter(letter.pk)
    assert stored(letter).data == {}
    settings.DEMO = True
    kept = write("b@test.example")
    send_letter(kept.pk)
    assert stored(kept).data["host"] == "Kringloop"


def test_the_same_key_is_written_once() -> None:
    first, again = write(dedup_key="invitation-1"), write(dedup_key="invitation-1")
    assert first == again
    assert Letter.objects.count() == 1


def test_a_broker_that_is_away_at_the_commit_loses_no_letter(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    with Connection("redis://127.0.0.1:1/0") as nowhere:
        apply_async = send_letter.apply_async
        monkeypatch.setattr(
            send_letter, "apply_async", lambda *given, **named: apply_async(*given, **named | {"connection": nowhere})
        )
        monkeypatch.setattr("journal.queueing._away_until", float("-inf"))
        with django_capture_on_commit_callbacks(execute=True):
            letter = write()
        assert queueing._away_until > time.monotonic()
    assert mail.outbox == []
    assert send_waiting_letters() == 1
    assert mail.outbox[0].to == ["nieuw@test.example"]
    assert stored(letter).state == LetterState.SENT
    assert send_waiting_letters() == 0


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "TEXT"])
def test_a_letter_that_the_server_puts_off_is_tried_again_after_a_pause(server: MailServer, command: str) -> None:
    letter = write()
    server.answers[command] = b"451 later, please"
    assert send_letter(letter.pk) is False
    waiting = stored(letter)
    assert (waiting.state, waiting.attempts) == (LetterState.QUEUED, 1)
    assert "later, please" in waiting.last_error
    assert waiting.due_at > timezone.now() + dt.timedelta(minutes=1)
    server.answers.clear()
    server.taken.clear()
    assert send_waiting_letters() == 0
    assert send(letter_id=letter.pk, at=waiting.due_at) == LetterState.SENT
    assert [taken["Message-ID"] for taken in server.taken] == [letter.message_id]
    assert stored(letter).last_error == ""


@pytest.mark.parametrize(
    ("command", "state"),
    [("RCPT", LetterState.BOUNCED), ("MAIL", LetterState.FAILED), ("TEXT", LetterState.FAILED)],
)
def test_a_letter_that_the_server_refuses_for_good_is_not_tried_again(
    server: MailServer, command: str, state: LetterState
) -> None:
    letter = write()
    server.answers[command] = b"550 no such person"
    assert send(letter_id=letter.pk, at=timezone.now()) == state
    assert "no such person" in stored(letter).last_error
    assert send_waiting_letters() == 0


def test_pauses_grow_and_end(server: MailServer) -> None:
    server.answers["RCPT"] = b"451 later, please"
    letter = write()
    at, pauses = letter.due_at or timezone.now(), []
    while send(letter_id=letter.pk, at=at) == LetterState.QUEUED:
        due = stored(letter).due_at
        pauses.append(due - at)
        at = due
    assert len(pauses) + 1 == MOST_ATTEMPTS == 8
    assert pauses == sorted(pauses)
    assert stored(letter).state == LetterState.FAILED
    assert send(letter_id=letter.pk, at=at + dt.timedelta(days=30)) is None


def test_a_server_that_is_away_ends_no_other_letter(server: MailServer, settings: Any) -> None:
    write(), write("b@test.example")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert send_waiting_letters() == 0
    assert {letter.attempts for letter in Letter.objects.all()} == {1}
    Letter.objects.update(due_at=timezone.now())
    settings.EMAIL_PORT = port
    assert send_waiting_letters() == 2


@pytest.mark.parametrize("moment", ["MAIL", "RCPT"])
def test_a_line_that_breaks_before_the_text_is_tried_again(server: MailServer, moment: str) -> None:
    letter = write()
    server.hangs_up_at = moment
    assert send(letter_id=letter.pk, at=timezone.now()) == LetterState.QUEUED


@pytest.mark.parametrize("moment", ["DATA", "TEXT"])
def test_a_line_that_breaks_once_the_text_goes_leaves_the_letter_to_operators(server: MailServer, moment: str) -> None:
    letter = write()
    at = timezone.now()
    server.hangs_up_at = moment
    assert send(letter_id=letter.pk, at=at) == LetterState.SENDING
    later = at + LEASE + dt.timedelta(days=3)
    server.hangs_up_at = ""
    assert send(letter_id=letter.pk, at=later) is None
    assert list(Letter.objects.doubtful(later)) == [letter]
    send_again(letter, at=later)
    assert send(letter_id=letter.pk, at=later) == LetterState.SENT
    assert server.taken[-1]["Message-ID"] == letter.message_id


def test_an_operator_takes_a_doubtful_letter_as_sent(server: MailServer) -> None:
    letter = write()
    server.hangs_up_at = "TEXT"
    send(letter_id=letter.pk, at=timezone.now())
    at = timezone.now() + LEASE
    assert take_as_sent(letter, at=at)
    assert stored(letter).state == LetterState.SENT
    # What went is over: it is neither sent nor counted again.
    assert not take_as_sent(letter, at=at)
    assert not send_again(letter, at=at)


@pytest.mark.parametrize(("phase", "sent_again"), [(LetterPhase.BEFORE_DATA, True), (LetterPhase.AFTER_DATA, False)])
def test_what_a_worker_left_is_taken_up_after_its_lease_but_only_before_the_text(
    server: MailServer, phase: str, sent_again: bool
) -> None:
    letter, at = write(), timezone.now()
    Letter.objects.update(state=LetterState.SENDING, phase=phase, leased_until=at + LEASE, attempts=1)
    assert send(letter_id=letter.pk, at=at) is None
    found = send(letter_id=letter.pk, at=at + LEASE + dt.timedelta(seconds=1))
    assert (found == LetterState.SENT, len(server.taken)) == (sent_again, int(sent_again))


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_one_letter(server: MailServer) -> None:
    with transaction.atomic():
        letter = write()
    outcomes = at_once(*[lambda: send_letter(letter.pk)] * 3, send_waiting_letters)
    assert outcomes == ["done"] * 4
    assert len(server.taken) == 1
    assert stored(letter).attempts == 1


def test_what_no_longer_holds_is_not_sent() -> None:
    about = make_user()
    letter = write(about=about)
    assert drop_letters(about) == 1
    assert send_letter(letter.pk) is False
    assert (stored(letter).state, mail.outbox) == (LetterState.DROPPED, [])


def test_who_refuses_gets_no_more_letters_that_nobody_asked_for() -> None:
    waiting, asked_for = write("Nee@Test.example", topic="strangers"), write("nee@test.example")
    refuse_letters("nee@test.example", "strangers")
    assert send_letter(waiting.pk) is False
    assert send_letter(asked_for.pk) is True
    data = {"who": "Bo", "host": "Kringloop", "link": ""}
    assert write_letter("invitation", to="NEE@test.example", language="nl", data=data, topic="strangers") is None


def test_a_refusal_that_comes_while_a_letter_waits_for_its_worker_counts() -> None:
    letter = write(topic="strangers")
    refuse_letters(letter.recipient, "strangers")
    Letter.objects.update(state=LetterState.QUEUED)
    assert send(letter_id=letter.pk, at=timezone.now()) == LetterState.DROPPED
    assert mail.outbox == []


def test_what_people_typed_stays_on_one_line(server: MailServer) -> None:
    data = {
        "who": "Bo\r\nBcc: all@test.example\n\nKlik hier",
        "host": "Kring\nloop",
        "link": "http://127.0.0.1:8000/x/",
    }
    letter = write_letter("invitation", to="a@test.example", language="nl", data=data)
    assert letter is not None
    message = message_of(letter)
    assert message.subject == "Uitnodiging voor Kring loop op Werkstof"
    assert "Bo Bcc: all@test.example Klik hier nodigt je uit" in message.body
    assert message.recipients() == ["a@test.example"]


def test_the_database_refuses_a_sending_letter_without_an_end() -> None:
    letter = write()
    with pytest.raises(IntegrityError, match="letter_sending_has_lease"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENDING)


def test_a_wrong_password_of_the_mail_server_ends_no_letter(server: MailServer, settings: Any) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "werkstof", "wrong"
    server.answers["EHLO"] = b"250-here\r\n250 AUTH PLAIN"
    server.answers["AUTH"] = b"535 no"
    letter = write()
    assert send(letter_id=letter.pk, at=timezone.now()) == LetterState.QUEUED
    assert "535" in stored(letter).last_error


@pytest.mark.parametrize("moment", ["RCPT", "TEXT"])
def test_what_is_dropped_while_it_is_being_sent_stays_so_until_its_text_goes(
    server: MailServer, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = write(about=make_user())

    def meanwhile(message: Any, before_data: Any) -> None:
        def then() -> None:
            before_data()
            if moment == "TEXT":
                Letter.objects.filter(pk=letter.pk).not_handed_over().update(state=LetterState.DROPPED)

        if moment == "RCPT":
            Letter.objects.filter(pk=letter.pk).not_handed_over().update(state=LetterState.DROPPED)
        hand_over(message, then)

    monkeypatch.setattr("journal.delivery.hand_over", meanwhile)
    send(letter_id=letter.pk, at=timezone.now())
    assert stored(letter).state == (LetterState.DROPPED if moment == "RCPT" else LetterState.SENT)
    assert len(server.taken) == int(moment == "TEXT")


def test_an_attempt_past_its_lease_changes_nothing(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    letter = write()

    def slowly(message: Any, before_data: Any) -> None:
        # Another worker takes the letter up and sends it before this one has come to its text.
        monkeypatch.setattr("journal.delivery.hand_over", hand_over)
        send(letter_id=letter.pk, at=timezone.now() + 2 * LEASE)
        hand_over(message, before_data)

    monkeypatch.setattr("journal.delivery.hand_over", slowly)
    assert send(letter_id=letter.pk, at=timezone.now()) is None
    assert (stored(letter).state, stored(letter).attempts, len(server.taken)) == (LetterState.SENT, 2, 1)

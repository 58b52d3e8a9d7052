"""Letters of invitation: none is lost where the broker or the mail server is away, and none goes out twice."""

import datetime as dt
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from kombu.connection import Connection
from kombu.exceptions import OperationalError

from accounts import services
from accounts.enums import MailState
from accounts.letters import send_letter
from accounts.models import Invitation, Organisation, User
from accounts.tasks import send_invitation, send_waiting_invitations
from tests.accounts.test_last_admin import at_once
from tests.makers import make_organisation, make_user


@pytest.fixture
def admin(db: None) -> User:
    return make_user()


@pytest.fixture
def invitation(admin: User) -> Invitation:
    return services.invite_member(by=admin, organisation=make_organisation(admin), email="nieuw@test.example")


def organisation_of(invitation: Invitation) -> Organisation:
    assert invitation.organisation
    return invitation.organisation


class _MailServer(socketserver.StreamRequestHandler):
    """Enough of SMTP to take a letter, or to put it off with the answer that its server was given."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.server.taken += 1  # type: ignore[attr-defined]
            answer = self.server.to_recipients if verb == b"RCPT" else b"250 fine"  # type: ignore[attr-defined]
            self.wfile.write((b"221 bye" if verb == b"QUIT" else answer) + b"\r\n")


@pytest.fixture
def mail_server(settings: Any) -> Iterator[Any]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _MailServer) as server:
        server.to_recipients, server.taken = b"250 fine", 0  # type: ignore[attr-defined]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put on goes to an address where no Redis listens."""
    with Connection("redis://127.0.0.1:1/0") as nowhere:
        put_on = send_invitation.apply_async
        monkeypatch.setattr(send_invitation, "delay", lambda pk: put_on((pk,), connection=nowhere))


def test_a_broker_that_is_away_at_the_commit_loses_no_letter(
    admin: User, no_broker: None, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as put_on:
        invitation = services.invite_member(by=admin, organisation=make_organisation(admin), email="a@test.example")
    with pytest.raises(OperationalError):
        put_on[0]()
    assert mail.outbox == []
    assert Invitation.objects.get().mail_state == MailState.WAITING
    assert send_waiting_invitations() == 1
    assert mail.outbox[0].to == ["a@test.example"]
    invitation.refresh_from_db()
    assert invitation.mail_state == MailState.SENT
    assert send_waiting_invitations() == 0


@pytest.mark.parametrize("answer", [b"451 later, please", b"550 no such person"])
def test_a_letter_that_the_mail_server_refuses_is_tried_again_after_a_pause(
    invitation: Invitation, mail_server: Any, answer: bytes
) -> None:
    mail_server.to_recipients = answer
    assert send_invitation(invitation.pk) is False
    invitation.refresh_from_db()
    assert invitation.mail_state == MailState.RETRYING
    assert answer.decode()[4:] in invitation.last_error
    assert invitation.send_at > timezone.now() + dt.timedelta(minutes=1)
    mail_server.to_recipients = b"250 fine"
    assert send_waiting_invitations() == 0
    assert send_letter(invitation_id=invitation.pk, at=invitation.send_at)
    assert mail_server.taken == 1
    invitation.refresh_from_db()
    assert (invitation.mail_state, invitation.last_error) == (MailState.SENT, "")


def test_a_mail_server_that_is_away_ends_no_other_letter(
    admin: User, invitation: Invitation, settings: Any, mail_server: Any
) -> None:
    services.invite_member(by=admin, organisation=organisation_of(invitation), email="b@test.example")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    assert send_waiting_invitations() == 0
    assert {row.attempts for row in Invitation.objects.all()} == {1}
    Invitation.objects.update(send_at=timezone.now())
    settings.EMAIL_PORT = port
    assert send_waiting_invitations() == 2
    assert mail_server.taken == 2


def test_pauses_grow_and_end(invitation: Invitation, mail_server: Any) -> None:
    mail_server.to_recipients = b"451 later, please"
    at, pauses = invitation.send_at, []
    while Invitation.objects.to_send(at).exists():
        assert send_letter(invitation_id=invitation.pk, at=at) is False
        invitation.refresh_from_db()
        pauses.append(invitation.send_at - at)
        at = invitation.send_at
    assert len(pauses) == Invitation.MOST_ATTEMPTS == 8
    assert pauses == sorted(pauses)
    assert invitation.mail_state == MailState.FAILED
    assert not Invitation.objects.to_send(at + dt.timedelta(days=30)).exists()


def test_what_is_accepted_or_withdrawn_is_not_sent(admin: User, invitation: Invitation) -> None:
    gone = services.invite_member(by=admin, organisation=organisation_of(invitation), email="b@test.example")
    services.accept_invitation(by=User.objects.create_user(invitation.email), token=invitation.token)
    pk = gone.pk
    services.withdraw_invitation(by=admin, invitation=gone)
    assert [send_invitation(invitation.pk), send_invitation(pk), send_waiting_invitations()] == [False, False, 0]
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_letter(invitation: Invitation, mail_server: Any) -> None:
    Invitation.objects.update(attempts=0, sent_at=None, send_at=timezone.now())
    outcomes = at_once(*[lambda: send_invitation(invitation.pk)] * 3, send_waiting_invitations)
    assert outcomes == ["done"] * 4
    assert mail_server.taken == 1
    invitation.refresh_from_db()
    assert (invitation.attempts, invitation.mail_state) == (1, MailState.SENT)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, "nog niet verstuurd"),
        ({"attempts": 1, "last_error": "451"}, "we proberen het opnieuw"),
        ({"attempts": 8, "last_error": "451"}, "kon niet verstuurd worden"),
        ({"attempts": 1, "sent_at": timezone.now()}, "uitgenodigd, nog niet aanvaard"),
    ],
)
def test_admins_see_what_became_of_a_letter(
    client: Client, admin: User, invitation: Invitation, fields: dict[str, Any], shown: str
) -> None:
    Invitation.objects.update(**fields)
    client.force_login(admin)
    page = client.get(reverse("organisation-settings", args=[organisation_of(invitation).slug])).content.decode()
    assert shown in page


def test_the_sweep_is_put_on_every_minute(settings: Any) -> None:
    schedule = [
        entry["schedule"] for entry in settings.CELERY_BEAT_SCHEDULE.values() if "waiting_inv" in entry["task"]
    ]
    assert schedule == [60]

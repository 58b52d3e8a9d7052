"""Mail that a mail service posts: only with its secret, only where it is set up, and stored before it is answered."""

import base64
import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from exchanges.enums import InboundOutcome, InboundSource
from exchanges.mail import webhook
from exchanges.mail.handling import handle
from exchanges.models import InboundMail
from sandbox import sizes
from tests.exchanges.test_mail_in import Talk

pytestmark = pytest.mark.django_db
ADDRESS = "/mail/inbound/"


@pytest.fixture(autouse=True)
def set_up(settings: Any) -> None:
    settings.REPLY_DOMAIN = "antwoord.test.example"
    settings.INBOUND_WEBHOOK = "postmark"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "werkstof:geheim"}


def posted(talk: Talk, raw: bytes = b"", **more: Any) -> dict[str, Any]:
    """As Postmark posts a mail, with the raw one in it."""
    raw = raw or talk.reply()
    return {
        "FromFull": {"Email": talk.sender, "Name": "An"},
        "From": talk.sender,
        "ToFull": [{"Email": talk.address, "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": talk.address,
        "MessageID": "x",
        "Date": "Sun, 29 Nov 2026 10:00:00 +0100",
        "Subject": "Re: Bericht",
        "Headers": [{"Name": "Return-Path", "Value": f"<{talk.sender}>"}],
        "RawEmail": raw.decode("latin-1"),
    } | more


def send(body: Any, secret: str = "werkstof:geheim", client: Client | None = None) -> int:
    key = base64.b64encode(secret.encode()).decode()
    answer = (client or Client(enforce_csrf_checks=True, raise_request_exception=False)).post(
        ADDRESS, json.dumps(body), content_type="application/json", headers={"Authorization": f"Basic {key}"}
    )
    return answer.status_code


def test_a_posted_reply_comes_into_the_conversation_once() -> None:
    talk = Talk()
    for _twice in range(2):
        assert send(posted(talk)) == 200
    mails = list(InboundMail.objects.order_by("pk"))
    assert {mail.source for mail in mails} == {InboundSource.WEBHOOK}
    assert handle(mail_id=mails[0].pk, at=mails[0].received_at) == InboundOutcome.TAKEN
    assert talk.said[1:] == ["Ja, dat past."]


def test_the_same_post_again_only_counts() -> None:
    talk = Talk()
    body = posted(talk)
    assert [send(body), send(body)] == [200, 200]
    assert InboundMail.objects.get().copies == 2


def test_letters_of_eight_bits_arrive() -> None:
    talk = Talk()
    raw = talk.reply("Ja, dat past: cafe.").decode().replace("cafe", "café")
    assert send(posted(talk) | {"RawEmail": raw}) == 200
    mail = InboundMail.objects.get()
    handle(mail_id=mail.pk, at=mail.received_at)
    assert talk.said[1:] == ["Ja, dat past: café."]


def test_a_bounce_is_known_by_its_empty_sender() -> None:
    talk = Talk()
    assert send(posted(talk, Headers=[{"Name": "Return-Path", "Value": "<>"}])) == 200
    mail = InboundMail.objects.get()
    assert handle(mail_id=mail.pk, at=mail.received_at) == InboundOutcome.AUTO_REPLY


def test_a_large_mail_fits() -> None:
    talk = Talk()
    assert send(posted(talk, talk.reply(files=[("plan.pdf", b"\x00" * 4_000_000)]))) == 200
    assert InboundMail.objects.get().size > 4_000_000


@pytest.mark.parametrize("secret", ["werkstof:fout", "", "geheim"])
def test_without_the_secret_nothing_is_taken(secret: str) -> None:
    assert send(posted(Talk()), secret) == 400
    assert InboundMail.objects.count() == 0


@pytest.mark.parametrize(
    "left_out",
    [
        {"INBOUND_WEBHOOK": ""},
        {"INBOUND_WEBHOOK": "elders"},
        {"REPLY_DOMAIN": ""},
        {"ANYMAIL": {"WEBHOOK_SECRET": ""}},
    ],
)
def test_where_it_isn_t_set_up_there_is_nothing(left_out: dict[str, Any], settings: Any) -> None:
    body = posted(Talk())
    for name, value in left_out.items():
        setattr(settings, name, value)
    assert send(body) == 404


def test_what_couldn_t_be_stored_is_posted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_given: Any) -> None:
        raise OperationalError("gone")

    talk = Talk()
    monkeypatch.setattr(webhook, "take_in", away)
    assert send(posted(talk)) >= 500
    monkeypatch.undo()
    assert send(posted(talk)) == 200


def test_more_than_any_mail_holds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "LARGEST_UPLOAD_BYTES", 100)
    assert send(posted(Talk())) == 413


def test_other_addresses_are_not_taken() -> None:
    talk = Talk()
    assert send(posted(talk, OriginalRecipient="info@antwoord.test.example")) == 200
    assert InboundMail.objects.count() == 0


@pytest.mark.parametrize("body", [[], "x", None, {"RawEmail": 7}])
def test_what_is_no_mail_is_no_success(body: Any) -> None:
    assert send(body) >= 400
    assert InboundMail.objects.count() == 0


def test_a_mail_to_an_invented_token_is_answered_and_not_stored() -> None:
    talk = Talk()
    unknown = f"{'a' * 32}@antwoord.test.example"
    assert (
        send(posted(talk, ToFull=[{"Email": unknown, "Name": "", "MailboxHash": ""}], OriginalRecipient=unknown))
        == 200
    )
    assert InboundMail.objects.count() == 0

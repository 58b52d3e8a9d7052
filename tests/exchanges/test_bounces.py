"""Mail that comes back: over SMTP there and back again, and who hears that an address doesn't work."""

import datetime as dt
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.parser import Parser
from email.utils import parseaddr
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings as django_settings
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from accounts.models import HubStaff, Membership, User
from exchanges import services
from exchanges.agreements.sweep import sweep_agreements
from exchanges.bounces import sweep_bounces
from exchanges.enums import InboundOutcome, InboundSource
from exchanges.mail.handling import handle
from exchanges.mail.intake import take_in
from exchanges.mail.reading import parse
from exchanges.mail.reports import read_report
from exchanges.models import InboundMail
from exchanges.sweep import sweep
from journal.delivery import came_back, message_of, send, send_again
from journal.enums import LetterState
from journal.letter_text import render_letter
from journal.letters import write_letter
from journal.models import Event, Letter
from journal.return_path import return_path, returned_letter
from tests.exchanges.mails import reply
from tests.exchanges.makers import Story, Stream
from tests.exchanges.test_enquiries import Asked
from tests.exchanges.test_mail_server import running
from tests.exchanges.test_proposals import Match
from tests.house.running import free_port
from tests.makers import make_user

pytestmark = pytest.mark.django_db
DOMAIN = "antwoord.test.example"
NONE = "5.1.1", "smtp; 550 5.1.1 User unknown"


@pytest.fixture(autouse=True)
def mail_comes_in(settings: Any) -> None:
    settings.REPLY_DOMAIN = DOMAIN


def report(to: str, of: str, action: str = "failed", said: tuple[str, str] = NONE) -> bytes:
    """What a mail server sends to the envelope's sender (RFC 3464)."""
    mail = MIMEMultipart("report", report_type="delivery-status")
    mail["From"], mail["To"] = "Mail Delivery System <MAILER-DAEMON@mx.test.example>", to
    mail["Subject"], mail["Auto-Submitted"] = "Undelivered Mail Returned to Sender", "auto-replied"
    mail["Message-ID"] = f"<{timezone.now().timestamp()}-{action}@mx.test.example>"
    mail.attach(MIMEText("I'm sorry to have to inform you that your message could not be delivered."))
    status, diagnostic = said
    fields = (
        "Reporting-MTA: dns; mx.test.example\nArrival-Date: Mon, 30 Nov 2026 10:00:00 +0100\n\n"
        f"Final-Recipient: rfc822; {of}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {diagnostic}\n"
    )
    part = MIMEMessage(EmailMessage())
    part.set_type("message/delivery-status")
    blocks: list[Message[str, str] | str] = [
        Parser().parsestr(text, headersonly=True) for text in fields.split("\n\n")
    ]
    part.set_payload(blocks)
    mail.attach(part)
    mail.attach(MIMEText("Subject: Bericht", "rfc822-headers"))
    return mail.as_bytes()


class Talk(Story):
    """The owner wrote to the requester, whose letter was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.ask()
        services.send_message(by=self.owner, conversation=self.exchange.conversation, text="Past morgen?")
        self.letter = Letter.objects.of_template("exchange_message").get(recipient=self.requester.email)
        went(self.letter)


def went(letter: Letter) -> None:
    Letter.objects.filter(pk=letter.pk).update(state="sent", sent_at=timezone.now(), data={}, reply_to="")


def come(letter: Letter, raw: bytes = b"", sender: str = "") -> InboundMail:
    """What comes to the address that a letter comes back to, read as by a worker."""
    to = return_path(letter)
    taken = take_in(
        raw=raw or report(to, letter.recipient), recipient=to, envelope_sender=sender, source=InboundSource.SMTP,
        at=timezone.now(),
    )  # fmt: skip
    assert taken is not None
    handle(mail_id=taken.pk, at=timezone.now())
    taken.refresh_from_db()
    return taken


def state_of(letter: Letter) -> str:
    return Letter.objects.get(pk=letter.pk).state


def told() -> list[str]:
    """Who was told by letters that aren't sent yet."""
    sweep_bounces(at=timezone.now())
    return list(Letter.objects.of_template("mail_bounced").order_by("pk").values_list("recipient", flat=True))


# ---- there and back ----


class Elsewhere(Controller):
    """The mail server of somebody's provider: it takes whatever comes, and notes the envelope."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, bytes]] = []
        super().__init__(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert envelope.mail_from is not None
        assert isinstance(envelope.content, bytes)
        self.taken.append((envelope.mail_from, envelope.rcpt_tos[0], envelope.content))
        return "250 taken"


@pytest.fixture
def elsewhere(settings: Any) -> Iterator[Elsewhere]:
    server = Elsewhere()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()


@pytest.mark.django_db(transaction=True)
def test_a_letter_that_its_server_took_and_sends_back_is_known_by_its_envelope(elsewhere: Elsewhere) -> None:
    """Given a letter that somebody's mail server took, when it sends a report to the envelope's sender, then the
    letter has bounced, a colleague hears so, and nobody answers the report.
    """

    story = Story()
    colleague = make_user(name="Bo Collega")
    Membership.objects.create(user=colleague, organisation=story.organisation, role="member")
    story.ask()
    services.send_message(by=story.owner, conversation=story.exchange.conversation, text="Past morgen?")
    letter = Letter.objects.of_template("exchange_message").get(recipient=story.requester.email)
    assert send(letter_id=letter.pk, at=timezone.now()) == LetterState.SENT
    ((envelope_sender, recipient, content),) = elsewhere.taken
    assert (envelope_sender, recipient) == (return_path(letter), story.requester.email)
    sent = parse(content)
    assert sent["From"] == django_settings.DEFAULT_FROM_EMAIL
    assert DOMAIN in sent["Reply-To"]
    with running() as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        # Whatever case the server there makes of it; from nobody, so that nothing comes back from us.
        client.sendmail("", envelope_sender.upper(), report(envelope_sender, recipient))
    mail = InboundMail.objects.get()
    assert handle(mail_id=mail.pk, at=timezone.now()) == InboundOutcome.BOUNCE
    letter.refresh_from_db()
    assert (letter.state, letter.last_error) == (LetterState.BOUNCED, "5.1.1 smtp; 550 5.1.1 User unknown")
    assert told() == [colleague.email]
    assert not Letter.objects.of_template("mail_answer").exists()
    word = Letter.objects.of_template("mail_bounced").get()
    assert send(letter_id=word.pk, at=timezone.now()) == LetterState.SENT
    assert elsewhere.taken[-1][:2] == (return_path(word), colleague.email)


def test_without_mail_that_comes_in_the_envelope_is_as_it_was(settings: Any) -> None:
    talk = Talk()
    with_path: EmailMultiAlternatives = message_of(talk.letter)
    assert parseaddr(with_path.from_email)[1] == return_path(talk.letter)
    settings.REPLY_DOMAIN = ""
    without = message_of(talk.letter)
    assert (return_path(talk.letter), without.from_email) == ("", settings.DEFAULT_FROM_EMAIL)
    assert "From" not in without.extra_headers


# ---- the address ----


def test_nobody_invents_an_address_that_a_letter_comes_back_to(settings: Any) -> None:
    letter, other = Talk().letter, Talk().letter
    path = return_path(letter)
    assert returned_letter(path) == letter
    assert returned_letter(path.upper()) == letter
    seal = path.split("@")[0].rsplit("-", 1)[1]
    for invented in (
        f"bounce-{other.pk}-{seal}@{DOMAIN}", f"bounce-{letter.pk}-{'a' * 26}@{DOMAIN}", f"bounce-0-{seal}@{DOMAIN}",
        f"bounce-{'9' * 18}-{seal}@{DOMAIN}", f"bounce-{'9' * 30}-{seal}@{DOMAIN}", path.replace(DOMAIN, "x.example"),
    ):  # fmt: skip
        assert returned_letter(invented) is None, invented
    assert len(path.split("@")[0]) <= 64
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert returned_letter(path) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert returned_letter(path) == letter


# ---- what comes back ----


def test_a_server_that_still_tries_or_delivered_it_changes_nothing() -> None:
    talk = Talk()
    for action in ("delayed", "delivered", "relayed", "expanded"):
        raw = report(return_path(talk.letter), talk.requester.email, action, ("4.4.1", "smtp; 451 busy"))
        assert come(talk.letter, raw).outcome == InboundOutcome.AUTO_REPLY
    assert (state_of(talk.letter), told()) == (LetterState.SENT, [])
    # It gave up after all.
    assert come(talk.letter).outcome == InboundOutcome.BOUNCE
    assert state_of(talk.letter) == LetterState.BOUNCED


OUT = {"Subject": "Automatisch antwoord: weg", "Auto_Submitted": "auto-replied"}


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        (OUT, InboundOutcome.AUTO_REPLY),
        ({"sender": "MAILER-DAEMON@mx.test.example", "Subject": "Warning: not delivered yet"}, InboundOutcome.BOUNCE),
        ({"sender": f"x@{DOMAIN}"}, InboundOutcome.OWN_ADDRESS),
        ({"Message_ID": "<person@test.example>"}, InboundOutcome.NO_CONVERSATION),
    ],
    ids=["out of office", "a warning for people", "our own", "a person"],
)
def test_what_isn_t_a_report_leaves_the_letter_as_it_is(more: dict[str, Any], outcome: InboundOutcome) -> None:
    talk = Talk()
    given = {"sender": talk.requester.email} | more
    mail = come(talk.letter, reply(return_path(talk.letter), **given).as_bytes(), sender="x@test.example")
    assert (mail.outcome, state_of(talk.letter), told()) == (outcome, LetterState.SENT, [])
    answers = 1 if outcome == InboundOutcome.NO_CONVERSATION else 0
    assert Letter.objects.of_template("mail_answer").count() == answers


def test_an_older_server_that_names_who_failed_is_understood() -> None:
    talk = Talk()
    raw = reply(
        return_path(talk.letter), "Mailer-Daemon@mx.test.example", X_Failed_Recipients=talk.requester.email
    ).as_bytes()
    assert come(talk.letter, raw).outcome == InboundOutcome.BOUNCE
    assert state_of(talk.letter) == LetterState.BOUNCED


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (
            "message/delivery-status",
            "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: x",
        ),
        ("message/delivery-status", ""),
        ("message/delivery-status", "\0\0\0"),
        ("text/plain", "Action: failed"),
    ],
)
def test_a_report_that_is_broken_is_no_final_word(kind: str, body: str) -> None:
    raw = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        f"--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--x\r\nContent-Type: {kind}\r\n\r\n{body}\r\n--x--\r\n"
    )
    found = read_report(parse(raw.encode()))
    assert found is None or not found.is_final


def test_the_newer_sort_of_report_is_read() -> None:
    raw = (
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--x\r\nContent-Type: message/global-delivery-status\r\n\r\n"
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: utf-8; josé@test.example\r\nAction: failed\r\n"
        "Status: 5.6.7\r\n\r\n--x--\r\n"
    )
    found = read_report(parse(raw.encode()))
    assert found is not None
    assert (found.is_final, found.words) == (True, "5.6.7")


def test_a_report_that_comes_twice_or_too_late_is_said_once() -> None:
    talk = Talk()
    Membership.objects.create(user=make_user(), organisation=talk.organisation, role="member")
    come(talk.letter)
    assert len(told()) == 1
    come(talk.letter)
    assert len(told()) == 1
    assert Event.objects.filter(verb="mail.bounced").count() == 1
    again = Letter.objects.get(pk=talk.letter.pk)
    # Its text is gone: there is nothing to send again.
    assert not send_again(again, at=timezone.now())
    for state in ("queued", "dropped", "failed"):
        Letter.objects.filter(pk=again.pk).update(state=state)
        assert not came_back(again, why="5.1.1", at=timezone.now())


def test_what_may_have_arrived_and_comes_back_is_in_doubt_no_more() -> None:
    talk = Talk()
    now = timezone.now()
    Letter.objects.filter(pk=talk.letter.pk).update(state="sending", phase="after", leased_until=now, sent_at=None)
    come(talk.letter)
    assert (state_of(talk.letter), Letter.objects.doubtful(now + dt.timedelta(days=1)).count()) == ("bounced", 0)


# ---- who hears of it ----


def a_hub_of(talk: Talk) -> User:
    staff: User = HubStaff.objects.create(
        hub_id=talk.listing.hub_ids[0], user=make_user(name="Hanne Hub"), role="editor"
    ).user
    return staff


def test_colleagues_hear_first_then_the_hub_then_operators_and_it_ends() -> None:
    talk = Talk()
    operator = make_user(is_superuser=True)
    colleague = make_user(name="Bo Collega")
    Membership.objects.create(user=colleague, organisation=talk.organisation, role="member")
    staff = a_hub_of(talk)
    assert come(talk.letter).outcome == InboundOutcome.BOUNCE
    people = [colleague, staff, operator]
    for number, person in enumerate(people, start=1):
        assert told() == [one.email for one in people[:number]]
        newest = Letter.objects.of_template("mail_bounced").latest("pk")
        text = render_letter(newest).text
        assert (newest.recipient, f"/uitwisselingen/{talk.exchange.pk}/" in text) == (person.email, True)
        went(newest)
        come(newest)
    # All of them told, and all their letters came back: nobody is left, and nothing goes on.
    assert told() == [one.email for one in people]
    assert sweep_bounces(at=timezone.now()) == 0


def test_the_hub_reads_whose_address_it_is_but_not_the_address() -> None:
    talk = Talk()
    staff = a_hub_of(talk)
    come(talk.letter)
    assert told() == [staff.email]
    text = render_letter(Letter.objects.of_template("mail_bounced").get()).text
    assert talk.organisation.name in text
    assert talk.requester.email not in text


def test_what_is_refused_at_once_is_told_as_well(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_given: Any) -> str:
        return "550 5.1.1 No such user"

    monkeypatch.setattr(Elsewhere, "handle_RCPT", refuse, raising=False)
    talk = Talk()
    services.send_message(by=talk.owner, conversation=talk.exchange.conversation, text="Of later?")
    letter = Letter.objects.of_template("exchange_message").latest("pk")
    staff = a_hub_of(talk)
    assert send(letter_id=letter.pk, at=timezone.now()) == LetterState.BOUNCED
    assert told() == [staff.email]
    # Nobody has seen it: it can be sent again as it was.
    assert send_again(letter, at=timezone.now())


def test_of_a_question_the_hub_hears_of_its_asker_and_colleagues_of_who_sees_to_it() -> None:
    asked = Asked()
    asked.say(asked.staff[0])
    answered = Letter.objects.of_template("exchange_message").get(recipient=asked.asker.email)
    went(answered)
    come(answered)
    assert sorted(told()) == sorted(one.email for one in asked.staff)
    assert asked.asker.email in render_letter(Letter.objects.of_template("mail_bounced").earliest("pk")).text
    other = Asked()
    letter = Letter.objects.about(other.enquiry).get(recipient=other.staff[0].email)
    went(letter)
    Letter.objects.of_template("mail_bounced").delete()
    come(letter)
    assert set(told()) == {other.staff[1].email, *(one.email for one in asked.staff)}


@pytest.mark.parametrize("template", ["agreement_step", "agreement_reminder"])
def test_of_a_standing_agreement_a_colleague_of_who_isn_t_reached_hears(template: str) -> None:
    stream = Stream()
    agreement = stream.ask_standing()
    sweep_agreements(at=stream.at + dt.timedelta(days=3, minutes=1))
    colleague = make_user(name="Bo Collega")
    Membership.objects.create(user=colleague, organisation=stream.listing.organisation, role="member")
    letter = Letter.objects.get(template=template, recipient=stream.owner.email)
    went(letter)
    assert come(letter).conversation == agreement.conversation
    assert told() == [colleague.email]
    text = render_letter(Letter.objects.of_template("mail_bounced").get()).text
    assert f"/vaste-afspraken/{agreement.pk}/#berichten" in text
    assert stream.owner.email in text
    assert Event.objects.get(verb="mail.bounced").subject_id == agreement.pk


def test_of_a_reminder_of_an_exchange_a_colleague_hears_as_well() -> None:
    story = Story()
    exchange = story.ask()
    sweep(at=story.at + dt.timedelta(days=3, minutes=1))
    colleague = make_user()
    Membership.objects.create(user=colleague, organisation=story.listing.organisation, role="member")
    letter = Letter.objects.get(template="exchange_reminder", recipient=story.owner.email)
    went(letter)
    assert come(letter).conversation == exchange.conversation
    assert told() == [colleague.email]


def test_of_a_proposal_a_colleague_hears_first_then_the_hub_that_made_it_then_operators() -> None:
    match = Match()
    operator = make_user(is_superuser=True, is_staff=True)
    proposal = match.propose()
    owner = match.supply.maker  # type: ignore[attr-defined]
    colleague = make_user(name="Bo Collega")
    Membership.objects.create(user=colleague, organisation=match.supply.organisation, role="member")
    letter = Letter.objects.get(template="exchange_proposal", recipient=owner.email)
    went(letter)
    come(letter)
    pages = {colleague: proposal.get_absolute_url(), match.staff: proposal.get_absolute_url(), operator: "/letter/"}
    for number, (person, page) in enumerate(pages.items(), start=1):
        assert told() == [one.email for one in list(pages)[:number]]
        newest = Letter.objects.of_template("mail_bounced").latest("pk")
        assert page in newest.data["link"]
        client = Client()
        client.force_login(person)
        assert client.get(newest.data["link"].removeprefix(django_settings.SITE_URL)).status_code == 200
        assert newest.data["what"] == f"{match.supply.heading} → {match.demand.heading}"
        went(newest)
        come(newest)
    assert told() == [one.email for one in pages]
    # It is in the log of the organisation that isn't reached.
    first = Event.objects.filter(verb="mail.bounced").earliest("pk")
    assert (first.subject_id, first.organisation_id) == (proposal.pk, match.supply.organisation_id)


@pytest.mark.parametrize("template", ["exchange_proposal", "exchange_proposal_ended"])
def test_who_answers_a_letter_of_a_proposal_by_mail_hears_once_where_to_answer(template: str) -> None:
    match = Match()
    proposal = match.propose()
    owner = match.supply.maker  # type: ignore[attr-defined]
    if template == "exchange_proposal_ended":
        match.say(match.supply, "yes", proposal)
        match.say(match.demand, "no", proposal)
    letter = Letter.objects.get(template=template, recipient=owner.email)
    mail = message_of(letter)
    assert "Op deze mail antwoorden kan niet: dat doe je op de pagina." in mail.body
    to = str(mail.message()["Reply-To"])
    assert to == return_path(letter)
    went(letter)
    for again in ("", "2"):
        raw = reply(to, owner.email, "Ja, graag.", Message_ID=f"<one@test.example{again}>").as_bytes()
        taken = take_in(
            raw=raw, recipient=to, envelope_sender=owner.email, source=InboundSource.SMTP, at=timezone.now()
        )
        assert taken is not None
        assert handle(mail_id=taken.pk, at=timezone.now()) == InboundOutcome.NO_CONVERSATION
        # The same mail, brought twice, is read once.
        assert take_in(
            raw=raw, recipient=to, envelope_sender=owner.email, source=InboundSource.SMTP, at=timezone.now()
        ) is None  # fmt: skip
    assert state_of(letter) == LetterState.SENT
    said = Letter.objects.of_template("mail_answer")
    assert [one.recipient for one in said] == [owner.email] * 2
    assert {one.data["link"] for one in said} == {f"{django_settings.SITE_URL}{proposal.get_absolute_url()}"}
    assert "Antwoord op de pagina." in render_letter(said[0]).text


def test_a_stranger_who_answers_such_a_letter_is_not_written_to() -> None:
    match = Match()
    match.propose()
    letter = Letter.objects.filter(template="exchange_proposal")[0]
    raw = reply(return_path(letter), "vreemd@test.example", "Ja, graag.").as_bytes()
    assert come(letter, raw, sender="vreemd@test.example").outcome == InboundOutcome.NO_CONVERSATION
    assert not Letter.objects.of_template("mail_answer").exists()


def test_letters_of_no_conversation_and_to_nobody_known_only_count() -> None:
    make_user(is_superuser=True)
    for template, to in (("password_reset", make_user().email), ("enquiry_asked", "hub@hub.example")):
        letter = write_letter(template, to=to, language="nl", data={"link": "http://127.0.0.1:8000/x/"})
        assert letter is not None
        went(letter)
        come(letter)
        assert state_of(letter) == LetterState.BOUNCED
    assert told() == []
    assert not Letter.objects.exclude(bounce_untold_since=None).exists()

"""A reply by mail comes into the conversation, or its sender hears why not. Nothing is taken twice."""

import base64
import datetime as dt
import re
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import Membership
from exchanges import services
from exchanges.enums import InboundOutcome, InboundSource
from exchanges.mail import handling
from exchanges.mail.addresses import find_reply_address
from exchanges.mail.handling import handle, judge
from exchanges.mail.intake import take_in
from exchanges.mail.reading import HEAD_BYTES
from exchanges.mail.upkeep import forget_old, waiting_mail
from exchanges.models import InboundMail, ReplyAddress
from exchanges.services import messages
from exchanges.tasks import read_waiting_mail
from journal.delivery import message_of
from journal.letter_text import refusal_link
from journal.models import Event, Letter
from sandbox.limited import Limits
from tests.exchanges.mails import PLAIN, a_photo, reply
from tests.exchanges.makers import Story
from tests.makers import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def replies_come_in(settings: Any) -> None:
    settings.REPLY_DOMAIN = "antwoord.test.example"


class Talk:
    """The owner wrote to the requester, whose letter carries an address to reply to."""

    def __init__(self) -> None:
        self.story = Story()
        self.exchange = self.story.ask()
        services.send_message(by=self.story.owner, conversation=self.exchange.conversation, text="Past morgen?")
        letter = Letter.objects.of_template("exchange_message").latest("pk")
        assert letter.recipient == self.story.requester.email
        self.address = letter.reply_to
        self.sender = self.story.requester.email

    def reply(self, text: str = "Ja, dat past.", **more: Any) -> bytes:
        return reply(more.pop("to", self.address), more.pop("sender", self.sender), text, **more).as_bytes()

    def come(self, raw: bytes | None = None, *, to: str = "", envelope_sender: str = "x@test.example") -> InboundMail:
        """Take a mail in and read it, as a worker does at once."""
        mail = take_in(
            raw=raw if raw is not None else self.reply(), recipient=to or self.address,
            envelope_sender=envelope_sender, source=InboundSource.SMTP, at=timezone.now(),
        )  # fmt: skip
        assert mail is not None
        handle(mail_id=mail.pk, at=timezone.now())
        mail.refresh_from_db()
        return mail

    @property
    def said(self) -> list[str]:
        return list(self.exchange.conversation.messages.values_list("text", flat=True))


def answers() -> list[Letter]:
    return list(Letter.objects.of_template("mail_answer").order_by("pk"))


# ---- the address ----


def test_each_reader_has_an_address_of_their_own_for_as_long_as_the_conversation_lasts(settings: Any) -> None:
    talk = Talk()
    services.send_message(by=talk.story.owner, conversation=talk.exchange.conversation, text="Of later?")
    second = Letter.objects.of_template("exchange_message").latest("pk")
    assert second.reply_to == talk.address
    assert message_of(second).extra_headers.get("Reply-To") is None
    assert message_of(second).message()["Reply-To"] == talk.address
    assert re.fullmatch(r"[a-z2-7]{32}@antwoord\.test\.example", talk.address)
    assert "Antwoord op deze mail" in message_of(second).body
    # Whatever case a mail program makes of it.
    found = find_reply_address(talk.address.upper())
    assert found is not None
    assert found.user == talk.story.requester


def test_the_database_alone_gives_no_address_away() -> None:
    talk = Talk()
    assert {row.user for row in ReplyAddress.objects.all()} == {talk.story.owner, talk.story.requester}
    assert talk.address.split("@")[0] not in repr(list(ReplyAddress.objects.values_list()))


def test_under_a_new_key_letters_carry_a_new_address_and_the_old_one_still_works(settings: Any) -> None:
    talk = Talk()
    settings.SECRET_KEY = "another"
    services.send_message(by=talk.story.owner, conversation=talk.exchange.conversation, text="Of later?")
    fresh = Letter.objects.of_template("exchange_message").latest("pk").reply_to
    assert fresh != talk.address
    assert talk.come().outcome == InboundOutcome.TAKEN
    assert talk.come(talk.reply("Nog iets.", to=fresh), to=fresh).outcome == InboundOutcome.TAKEN


def test_each_letter_about_an_exchange_can_be_answered_at_the_same_address() -> None:
    talk = Talk()
    asked = Letter.objects.of_template("exchange_step").get()
    assert asked.recipient == talk.story.owner.email
    assert "Antwoord dan op deze mail" in message_of(asked).body
    mail = talk.come(talk.reply("Kom maar.", to=asked.reply_to, sender=asked.recipient), to=asked.reply_to)
    assert mail.outcome == InboundOutcome.TAKEN
    services.accept(by=talk.story.owner, exchange=talk.exchange)
    accepted = Letter.objects.of_template("exchange_step").latest("pk")
    assert (accepted.recipient, accepted.reply_to) == (talk.sender, talk.address)


def test_without_a_domain_a_letter_says_that_nobody_reads_replies(settings: Any) -> None:
    settings.REPLY_DOMAIN = ""
    story = Story()
    services.send_message(by=story.owner, conversation=story.ask().conversation, text="Past morgen?")
    letter = Letter.objects.of_template("exchange_message").get()
    assert (letter.reply_to, ReplyAddress.objects.count()) == ("", 0)
    assert "op deze mail antwoorden kan niet" in message_of(letter).body


# ---- what is taken ----


@pytest.mark.parametrize("program", ["Gmail, Dutch", "Outlook, French", "Gmail, English"])
def test_a_reply_comes_into_the_conversation_without_what_it_quotes(program: str) -> None:
    talk = Talk()
    mail = talk.come(talk.reply(PLAIN[program].format(own="Ja, dat past.\n\nAn")))
    assert mail.outcome == InboundOutcome.TAKEN
    assert talk.said == ["Past morgen?", "Ja, dat past.\n\nAn"]
    message = talk.exchange.conversation.messages.last()
    assert message is not None
    assert (message.author, message.side) == (talk.story.requester, "requester")
    assert "Past morgen?" in message.whole_text
    event = Event.objects.newest_first().first()
    assert event is not None
    assert (event.verb, event.source) == ("exchange.message_sent", "mail")
    # The other side hears of it, and can reply in turn.
    told = Letter.objects.of_template("exchange_message").latest("pk")
    assert told.recipient == talk.story.owner.email
    assert told.reply_to not in ("", talk.address)
    assert answers() == []


def test_html_alone_is_read_as_text() -> None:
    talk = Talk()
    talk.come(talk.reply("", html="<p>Ja, <b>dat</b> past.</p><p>An</p>"))
    assert talk.said[-1] == "Ja, dat past.\n\nAn"


def test_null_bytes_and_control_characters_are_left_out() -> None:
    talk = Talk()
    raw = talk.reply("Ja,XXdat past.").replace(b"XX", b"\x00\x07 ")
    assert talk.come(raw).outcome == InboundOutcome.TAKEN
    assert talk.said[-1] == "Ja, dat past."
    turned = "Stuur naar \u202egnp.exe"
    talk.come(talk.reply(turned))
    assert talk.said[-1] == "Stuur naar gnp.exe"


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
def test_each_charset_is_read(charset: str) -> None:
    talk = Talk()
    body = base64.encodebytes("Één palet, s'il vous plaît: café.".encode(charset)).decode()
    head = f"From: {talk.sender}\nTo: {talk.address}\nMessage-ID: <{charset}@test.example>\n"
    kind = f'MIME-Version: 1.0\nContent-Type: text/plain; charset="{charset}"\nContent-Transfer-Encoding: base64\n'
    raw = f"{head}{kind}\n{body}"
    talk.come(raw.encode())
    assert talk.said[-1] == "Één palet, s'il vous plaît: café."


def test_a_charset_that_nobody_knows_is_read_as_well_as_can_be() -> None:
    talk = Talk()
    raw = talk.reply("Ja.").replace(b'charset="utf-8"', b'charset="x-nobody-knows"')
    assert b"x-nobody-knows" in raw
    talk.come(raw)
    assert talk.said[-1] == "Ja."


def test_photos_come_along_as_safe_ones_and_the_rest_is_said_to_be_left_out() -> None:
    talk = Talk()
    photos = [a_photo(), b"no photo at all"]
    talk.come(talk.reply("Zo ziet het eruit.", photos=photos, files=[("bon.pdf", b"%PDF-1.4")]))
    message = talk.exchange.conversation.messages.get(text="Zo ziet het eruit.")
    (photo,) = message.photos.all()
    assert bytes(photo.webp)[8:12] == b"WEBP"
    assert message.left_out == 2
    (told,) = answers()
    assert (told.recipient, told.data["taken"]) == (talk.sender, True)
    assert "op een deel na" in message_of(told).subject


def test_photos_alone_are_a_message_and_more_than_eight_are_left_out() -> None:
    talk = Talk()
    talk.come(talk.reply("\n", photos=[a_photo()] * 9))
    message = talk.exchange.conversation.messages.latest("pk")
    assert (message.text, message.photos.count(), message.left_out) == ("", 8, 1)


def test_a_logo_under_a_name_is_no_photo() -> None:
    talk = Talk()
    mail = reply(talk.address, talk.sender, "Ja.", html='<p>Ja.</p><img src="cid:logo">')
    html = mail.get_payload()[1]  # type: ignore[index]
    html.add_related(a_photo(), "image", "jpeg", cid="<logo>")  # type: ignore[union-attr]
    talk.come(mail.as_bytes())
    message = talk.exchange.conversation.messages.latest("pk")
    assert (message.text, message.photos.count(), message.left_out) == ("Ja.", 0, 0)


def test_keys_of_our_letters_go_from_what_somebody_quotes() -> None:
    talk = Talk()
    told = Letter.objects.of_template("exchange_message").get()
    letter = message_of(told).body
    key = refusal_link(talk.sender, "messages")
    assert key.rsplit("/", 2)[0] in letter
    talk.come(talk.reply(f"Ja.\n\n{letter}\n{talk.address}"))
    message = talk.exchange.conversation.messages.latest("pk")
    for text in (message.text, message.whole_text):
        assert talk.address not in text
        assert key.rsplit("/", 2)[0] not in text
    assert message.text.startswith("Ja.")


def test_a_second_address_that_somebody_confirmed_is_theirs_too() -> None:
    talk = Talk()
    talk.story.requester.emailaddress_set.create(email="thuis@test.example", verified=True)  # type: ignore[attr-defined]
    assert talk.come(talk.reply(sender="An <THUIS@test.example>")).outcome == InboundOutcome.TAKEN


# ---- what is refused, each by its name ----

AUTOMATIC = [
    {"Auto_Submitted": "auto-replied"},
    {"Precedence": "bulk"},
    {"X_Autoreply": "yes"},
    {"List_Id": "<nieuws.test.example>"},
    {"Subject": "Automatisch antwoord: Bericht over Paletten"},
    {"Subject": "Afwezig: Bericht over Paletten"},
    {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique=3A_Message?="},
    {"Subject": "Out of office"},
]


@pytest.mark.parametrize("headers", AUTOMATIC)
def test_what_a_machine_answered_is_left_out_and_never_answered(headers: dict[str, str]) -> None:
    talk = Talk()
    assert talk.come(talk.reply("Ik ben er niet.", **headers)).outcome == InboundOutcome.AUTO_REPLY
    assert (talk.said, answers()) == (["Past morgen?"], [])


def test_a_subject_that_only_speaks_of_absence_is_a_person_s() -> None:
    talk = Talk()
    assert talk.come(talk.reply(Subject="Re: Afwezig deze week")).outcome == InboundOutcome.TAKEN


def test_who_gives_no_address_to_answer_to_is_a_machine() -> None:
    talk = Talk()
    assert talk.come(envelope_sender="").outcome == InboundOutcome.AUTO_REPLY


def test_a_bounce_is_one_and_never_answered() -> None:
    talk = Talk()
    report = talk.reply("Mailbox full").replace(
        b'Content-Type: text/plain; charset="utf-8"',
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="x"',
    )
    assert talk.come(report, envelope_sender="").outcome == InboundOutcome.BOUNCE
    daemon = talk.reply("Vol", sender="MAILER-DAEMON@mx.test.example")
    assert talk.come(daemon).outcome == InboundOutcome.BOUNCE
    assert answers() == []


def test_our_own_address_never_talks_to_itself(settings: Any) -> None:
    talk = Talk()
    for sender in (settings.DEFAULT_FROM_EMAIL, f"x@{settings.REPLY_DOMAIN}"):
        assert talk.come(talk.reply(sender=sender)).outcome == InboundOutcome.OWN_ADDRESS
    assert answers() == []


def test_another_sender_is_told_which_address_to_use() -> None:
    talk = Talk()
    assert talk.come(talk.reply(sender="ander@test.example")).outcome == InboundOutcome.WRONG_SENDER
    (told,) = answers()
    assert told.recipient == "ander@test.example"
    assert talk.sender not in message_of(told).body
    assert talk.said == ["Past morgen?"]


@pytest.mark.parametrize("sender", ["a@test.example, b@test.example", "", "geen adres"])
def test_a_mail_of_nobody_or_of_several_is_nobody_s(sender: str) -> None:
    talk = Talk()
    raw = b"\n".join([f"From: {sender}".encode(), *talk.reply().split(b"\n")[1:]])
    assert talk.come(raw).outcome == InboundOutcome.WRONG_SENDER


def test_who_left_the_organisation_has_no_part_any_more() -> None:
    talk = Talk()
    Membership.objects.filter(user=talk.story.requester).delete()
    assert talk.come().outcome == InboundOutcome.NO_PART
    assert len(answers()) == 1


def test_a_closed_conversation_takes_nothing_by_mail_or_page() -> None:
    talk = Talk()
    services.withdraw(by=talk.story.requester, exchange=talk.exchange, at=timezone.now() - dt.timedelta(days=91))
    assert talk.come().outcome == InboundOutcome.CLOSED
    (told,) = answers()
    assert f"/uitwisselingen/{talk.exchange.pk}/" in told.data["link"]
    with pytest.raises(messages.ConversationClosed):
        services.send_message(by=talk.story.owner, conversation=talk.exchange.conversation, text="Nog iets")


def test_an_exchange_that_ended_lately_can_still_be_written_about() -> None:
    talk = Talk()
    services.withdraw(by=talk.story.requester, exchange=talk.exchange, at=timezone.now() - dt.timedelta(days=89))
    assert talk.come().outcome == InboundOutcome.TAKEN


def test_what_is_too_large_is_answered_and_kept_in_part() -> None:
    talk = Talk()
    raw = talk.reply(files=[("plan.pdf", b"\x00" * 20_000_000)])
    mail = talk.come(raw)
    assert mail.outcome == InboundOutcome.TOO_LARGE
    assert (mail.size, len(mail.raw)) == (len(raw), HEAD_BYTES)
    (told,) = answers()
    assert "20 MB" in told.data["reason"]


def test_a_text_longer_than_a_message_is_answered_and_not_cut() -> None:
    talk = Talk()
    assert talk.come(talk.reply("lang " * 1_000)).outcome == InboundOutcome.TOO_LONG
    assert talk.said == ["Past morgen?"]


def test_a_reply_without_words_of_one_s_own_is_empty() -> None:
    talk = Talk()
    assert talk.come(talk.reply(PLAIN["Gmail, Dutch"].format(own=""))).outcome == InboundOutcome.EMPTY
    assert len(answers()) == 1


def test_an_address_that_was_never_given_out_is_answered_to_those_we_know() -> None:
    talk = Talk()
    unknown = f"{'a' * 32}@antwoord.test.example"
    mail = talk.come(talk.reply(to=unknown), to=unknown)
    assert (mail.outcome, mail.conversation) == (InboundOutcome.UNKNOWN_ADDRESS, None)
    assert [told.recipient for told in answers()] == [talk.sender]
    talk.come(talk.reply(to=unknown, sender="vreemd@test.example"), to=unknown)
    assert len(answers()) == 1


def test_a_mail_that_its_reader_gives_up_on_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    monkeypatch.setattr("exchanges.mail.reading.TRIMMING", Limits(10_000_000, 1, 1_000))
    assert talk.come().outcome == InboundOutcome.UNREADABLE
    assert len(answers()) == 1


def test_a_mail_that_ends_its_workers_is_left_alone() -> None:
    talk = Talk()
    mail = take_in(
        raw=talk.reply(), recipient=talk.address, envelope_sender="x@x.example", source=InboundSource.SMTP,
        at=timezone.now(),
    )  # fmt: skip
    assert mail is not None
    InboundMail.objects.filter(pk=mail.pk).update(attempts=handling.MOST_ATTEMPTS)
    assert handle(mail_id=mail.pk, at=timezone.now()) == InboundOutcome.UNREADABLE


def test_each_refusal_stands_in_the_log() -> None:
    talk = Talk()
    talk.come(talk.reply(sender="ander@test.example"))
    event = Event.objects.filter(verb="mail.refused").get()
    assert (event.source, event.changes) == ("mail", {"outcome": "wrong_sender"})


def test_nobody_gets_more_than_a_few_answers_in_a_day() -> None:
    talk = Talk()
    for _number in range(5):
        talk.come(talk.reply(sender="ander@test.example"))
    assert len(answers()) == 3


def test_an_answer_is_in_the_language_of_its_reader() -> None:
    talk = Talk()
    type(talk.story.requester).objects.filter(pk=talk.story.requester.pk).update(language="fr")
    talk.come(talk.reply("x" * 5_000))
    (told,) = answers()
    assert told.language == "fr"
    assert message_of(told).subject == "Votre e-mail n’est pas arrivé"
    assert told.data["reason"].startswith("Le texte dépasse")


# ---- once, and not lost ----


def test_a_mail_that_comes_again_counts_and_is_not_read_again() -> None:
    talk = Talk()
    raw = talk.reply()
    mail = talk.come(raw)
    for again in (raw, b"Received: from elsewhere\n" + raw):
        given = {"recipient": talk.address, "envelope_sender": "x@x.example", "source": InboundSource.SMTP}
        assert take_in(raw=again, at=timezone.now(), **given) is None  # type: ignore[arg-type]
    mail.refresh_from_db()
    assert (mail.copies, talk.said) == (3, ["Past morgen?", "Ja, dat past."])
    assert handle(mail_id=mail.pk, at=timezone.now()) is None


def test_mails_without_an_id_are_told_apart_by_what_they_hold() -> None:
    talk = Talk()
    for text in ("Een.", "Twee."):
        talk.come(talk.reply(text, Message_ID="<x@test.example>").replace(b"<x@test.example>", b"<>"))
    assert talk.said[1:] == ["Een.", "Twee."]


def test_ids_of_any_length_are_told_apart() -> None:
    talk = Talk()
    for number in "12":
        talk.come(talk.reply(f"{number}.", Message_ID=f"<{'x' * 400}{number}@test.example>"))
    assert talk.said[1:] == ["1.", "2."]


def test_one_mail_to_two_addresses_is_read_for_each() -> None:
    one, other = Talk(), Talk()
    raw = one.reply()
    assert one.come(raw).outcome == InboundOutcome.TAKEN
    assert other.come(raw, to=other.address).outcome == InboundOutcome.WRONG_SENDER


def test_what_no_worker_took_up_is_found_by_the_minute_s_task(tasks_run_at_once: Any) -> None:
    talk = Talk()
    past = timezone.now() - dt.timedelta(minutes=6)
    given = {"recipient": talk.address, "envelope_sender": "x@x.example", "source": InboundSource.SMTP}
    take_in(raw=talk.reply(), at=past, **given)  # type: ignore[arg-type]
    take_in(raw=talk.reply("Net binnen."), at=timezone.now(), **given)  # type: ignore[arg-type]
    assert len(waiting_mail(at=timezone.now())) == 1
    with tasks_run_at_once():
        assert read_waiting_mail() == 1
    assert talk.said[1:] == ["Ja, dat past."]


def test_mail_is_kept_as_it_came_for_a_while(settings: Any) -> None:
    talk = Talk()
    raw = talk.reply()
    mail = talk.come(raw)
    waits = take_in(
        raw=talk.reply("Nog niet gelezen."), recipient=talk.address, envelope_sender="x@x.example",
        source=InboundSource.SMTP, at=timezone.now(),
    )  # fmt: skip
    assert bytes(mail.raw) == raw
    assert forget_old(at=timezone.now() + dt.timedelta(days=89)) == 0
    assert forget_old(at=timezone.now() + dt.timedelta(days=91)) == 1
    assert list(InboundMail.objects.all()) == [waits]
    assert talk.said == ["Past morgen?", "Ja, dat past."]


_HEADERS = st.sampled_from(
    ["From", "Subject", "Message-ID", "Content-Type", "Auto-Submitted", "Content-Transfer-Encoding"]
)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(_HEADERS, st.binary(max_size=30).filter(lambda v: b"\n" not in v and b"\r" not in v))),
    st.binary(max_size=80),
)
def test_whatever_bytes_come_have_an_outcome(headers: list[tuple[str, bytes]], body: bytes) -> None:
    talk = getattr(test_whatever_bytes_come_have_an_outcome, "talk", None) or Talk()
    test_whatever_bytes_come_have_an_outcome.talk = talk  # type: ignore[attr-defined]
    raw = b"\n".join(name.encode() + b": " + value for name, value in headers) + b"\n\n" + body
    mail = InboundMail(recipient=talk.address, raw=raw, size=len(raw), envelope_sender="x@x.example")
    assert judge(mail, timezone.now()).outcome in InboundOutcome.values


def test_strangers_have_no_part() -> None:
    talk = Talk()
    assert talk.come(talk.reply(sender=make_user().email)).outcome == InboundOutcome.WRONG_SENDER

"""Letters that carry an appointment for a calendar, as a mail server receives them."""

import datetime as dt
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from typing import Any, TypeAlias

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Timezone

from accounts.models import HubStaff, User
from exchanges import calendar as calendars
from exchanges import services
from exchanges.models import Exchange
from exchanges.schedule import BRUSSELS
from exchanges.sweep import sweep
from journal.delivery import send
from journal.enums import LetterState
from journal.models import Letter
from tests.exchanges.makers import Story, Stream, slot
from tests.exchanges.test_calendar_feed import address_of, events
from tests.house.running import free_port
from tests.makers import TODAY, make_user

pytestmark = pytest.mark.django_db
Mail: TypeAlias = "Message[str, str]"


class MailServer(Controller):
    """A mail server that keeps what it is given, and answers to it as a test says."""

    def __init__(self) -> None:
        self.answer, self.taken = "250 taken", list[Mail]()
        super().__init__(self, hostname="127.0.0.1", port=free_port())

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content))
        return self.answer

    def to(self, user: User) -> list[Mail]:
        return [mail for mail in self.taken if mail["To"] == user.email]


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    running = MailServer()
    running.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
    yield running
    running.stop()


def hand_over() -> None:
    """Send what waits."""
    for letter in Letter.objects.due(timezone.now()).order_by("pk"):
        send(letter_id=letter.pk, at=timezone.now())


def raw_of(mail: Mail) -> bytes:
    """The calendar that stands beside the text, as it came."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def calendar_in(mail: Mail) -> Any:
    """The calendar in a letter, once it names one method in both places and lies beside it as a file."""
    (part,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    (file,) = [part for part in mail.walk() if part.get_content_type() == "application/ics"]
    assert file.get_payload(decode=True) == raw_of(mail)
    assert (file.get_filename() or "").endswith(".ics")
    read = Calendar.from_ical(raw_of(mail).decode())
    assert part.get_param("method") == read["method"]
    assert part.get_content_charset() == "utf-8"
    return read


def the(name: str, calendar: Any) -> Any:
    """The one part of a calendar that is called so."""
    (found,) = calendar.walk(name)
    return found


def event_in(mail: Mail) -> Any:
    return the("VEVENT", calendar_in(mail))


def scheduled_at(story: Story, period: tuple[dt.datetime, dt.datetime]) -> Exchange:
    exchange = services.propose_times(by=story.owner, exchange=story.accepted(), times=[period], at=story.at)
    (proposed,) = exchange.legs.get().appointments.all()
    return services.confirm_time(by=story.requester, exchange=exchange, appointment=proposed, at=story.at)


def test_both_sides_get_the_appointment_that_the_feed_shows_and_each_only_their_own_address(
    server: MailServer, settings: Any
) -> None:
    story = Story()
    story.scheduled()
    hand_over()
    (in_feed,) = events(address_of(story.owner))
    for user in (story.owner, story.requester):
        mail = server.to(user)[-1]
        assert [part.get_content_type() for part in mail.walk()] == [
            "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
        ]  # fmt: skip
        assert calendar_in(mail)["method"] == "REQUEST"
        event = event_in(mail)
        for name in ("uid", "sequence", "summary", "description", "location", "status", "url"):
            assert event[name] == in_feed[name], name
        assert event["dtstart"].dt == slot(3)[0]
        assert event["dtend"].dt == slot(3)[1]
        assert str(event["attendee"]) == f"mailto:{user.email}"
        assert (event["attendee"].params["PARTSTAT"], event["attendee"].params["RSVP"]) == ("ACCEPTED", "FALSE")
        # Who calls a meeting is who sends the mail: else programs don't trust it.
        assert f"<{str(event['organizer']).removeprefix('mailto:')}>" in mail["From"]
        assert "staat in je agenda" in str(mail.get_payload(0).get_payload(0).get_payload(decode=True), "utf-8")  # type: ignore[union-attr,arg-type]
    assert story.requester.email not in raw_of(server.to(story.owner)[-1]).decode()


def test_letters_about_anything_else_carry_none(server: MailServer) -> None:
    story = Story()
    exchange = story.proposed()
    services.send_message(by=story.owner, conversation=exchange.conversation, text="Tot dan.")
    hand_over()
    assert len(server.taken) == 4
    for mail in server.taken:
        assert mail.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]


def test_one_that_is_moved_keeps_its_uid_and_its_number_rises(server: MailServer) -> None:
    story = Story()
    exchange = story.scheduled()
    exchange = services.propose_times(by=story.owner, exchange=exchange, times=[slot(6)], at=story.at)
    proposed = exchange.legs.get().appointments.get(state="proposed")
    services.confirm_time(by=story.requester, exchange=exchange, appointment=proposed, at=story.at)
    hand_over()
    for user in (story.owner, story.requester):
        first, later = [event_in(mail) for mail in server.to(user) if len(list(mail.walk())) > 3]
        assert later["uid"] == first["uid"]
        assert later["sequence"] == first["sequence"] + 1
        assert later["dtstart"].dt - first["dtstart"].dt == dt.timedelta(days=3)
        assert later["status"] == "CONFIRMED"


def cancelled(story: Story, exchange: Exchange) -> None:
    services.cancel(by=story.owner, exchange=exchange, reason="Ziek.", at=story.at)


def time_out(story: Story, exchange: Exchange) -> None:
    assert exchange.deadline_at is not None
    sweep(at=exchange.deadline_at)


@pytest.mark.parametrize("ends", [cancelled, time_out])
def test_one_that_is_called_off_leaves_both_calendars(server: MailServer, ends: Any) -> None:
    """Whoever calls it off has it in their calendar, too."""
    story = Story()
    exchange = story.scheduled()
    hand_over()
    first = {user: event_in(server.to(user)[-1]) for user in (story.owner, story.requester)}
    ends(story, exchange)
    hand_over()
    for user, before in first.items():
        mail = server.to(user)[-1]
        assert calendar_in(mail)["method"] == "CANCEL"
        event = event_in(mail)
        assert (event["status"], event["uid"]) == ("CANCELLED", before["uid"])
        assert event["sequence"] == before["sequence"] + 1
        assert event["dtstart"].dt == before["dtstart"].dt
        assert (event["organizer"], event["attendee"]) == (before["organizer"], before["attendee"])


def test_a_no_show_and_what_is_weighed_change_no_calendar(server: MailServer) -> None:
    story = Story()
    story.completed()
    hand_over()
    assert len([mail for mail in server.taken if mail.get_content_type() == "multipart/mixed"]) == 2
    missed = Story()
    missed.no_show()
    hand_over()
    assert [mail.get_content_type() for mail in server.to(missed.requester)][-1] == "multipart/alternative"


def test_what_is_to_be_seen_stands_in_the_letter_of_each_language(server: MailServer) -> None:
    story = Story()
    for user, language in ((story.owner, "fr"), (story.requester, "en")):
        user.language = language
        user.save(update_fields=["language"])
    story.scheduled()
    hand_over()
    french, english = (event_in(server.to(user)[-1]) for user in (story.owner, story.requester))
    assert str(english["description"]).startswith(f"From {story.listing.organisation} to {story.organisation}\n")
    assert str(french["description"]).startswith(f"De {story.listing.organisation} à {story.organisation}\n")
    assert str(english["summary"]) == "10\N{NO-BREAK SPACE}pieces: Wooden pallets"


@pytest.mark.parametrize(("month", "offset_h"), [(1, 1), (7, 2)])
def test_ten_o_clock_is_ten_o_clock_in_winter_and_in_summer(server: MailServer, month: int, offset_h: int) -> None:
    year = TODAY.year if dt.date(TODAY.year, month, 15) > TODAY else TODAY.year + 1
    start = dt.datetime(year, month, 15, 10, tzinfo=BRUSSELS)
    story = Story()
    scheduled_at(story, (start, start + dt.timedelta(hours=2)))
    hand_over()
    mail = server.to(story.owner)[-1]
    raw = raw_of(mail).decode()
    assert f"DTSTART;TZID=Europe/Brussels:{start:%Y%m%d}T100000\r\n" in raw
    # By the rule in the letter itself, and not by what this machine knows of Brussels.
    zone = the("VTIMEZONE", Calendar.from_ical(raw))
    local = event_in(mail)["dtstart"].dt.replace(tzinfo=zone.to_tz(lookup_tzid=False))
    assert local.utcoffset() == dt.timedelta(hours=offset_h)
    assert local.astimezone(dt.UTC) == start.astimezone(dt.UTC)


def test_the_clocks_of_a_letter_are_those_of_brussels_in_every_hour_of_years() -> None:
    read: Any = Timezone.from_ical(calendars._OUR_CLOCKS)
    zone = read.to_tz(lookup_tzid=False)
    moment, compared = dt.datetime(TODAY.year - 1, 1, 1), 0
    while moment.year < TODAY.year + 4:
        # The hour that comes twice and the one that never comes are nobody's appointment.
        ours = moment.replace(tzinfo=BRUSSELS)
        if ours.astimezone(dt.UTC).astimezone(BRUSSELS).replace(tzinfo=None) == moment and moment.hour != 2:
            assert moment.replace(tzinfo=zone).utcoffset() == ours.utcoffset(), moment
            compared += 1
        moment += dt.timedelta(hours=1)
    assert compared > 40_000


def test_what_people_typed_is_escaped_and_folded_by_octets(server: MailServer) -> None:
    title = "Tafels, stoelen; “één\\geheel”: " + "ménagère·" * 20
    story = Story(title=title[:120])
    story.scheduled()
    hand_over()
    mail = server.to(story.owner)[-1]
    raw = raw_of(mail)
    lines = raw.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert sum(line.startswith(b" ") for line in lines) >= 2
    # No line is cut within a sign, and no bare line feed is left.
    assert all(line.decode() is not None for line in lines)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    unfolded = raw.replace(b"\r\n ", b"").decode()
    assert "Tafels\\, stoelen\\; “één\\\\geheel”" in unfolded
    assert f"{story.organisation}\\n" in unfolded
    assert str(event_in(mail)["summary"]).endswith(title[:120])


def test_every_attempt_sends_the_same_calendar_whatever_changed_meanwhile(server: MailServer) -> None:
    story = Story()
    story.scheduled()
    Letter.objects.exclude(recipient=story.owner.email).delete()
    letter = Letter.objects.exclude(attachments=[]).get()
    server.answer = "451 later, please"
    assert send(letter_id=letter.pk, at=timezone.now()) == LetterState.QUEUED
    story.listing.title = "Iets anders"
    story.listing.save(update_fields=["title"])
    server.answer = "250 taken"
    letter.refresh_from_db()
    assert send(letter_id=letter.pk, at=letter.due_at) == LetterState.SENT
    first, again = server.taken
    assert raw_of(first) == raw_of(again)
    assert first["Message-ID"] == again["Message-ID"] == letter.message_id
    # What was sent keeps no text, and no file.
    letter.refresh_from_db()
    assert (letter.data, letter.attachments) == ({}, [])


def test_a_delivery_comes_into_calendars_with_the_reminder_before_it(server: MailServer) -> None:
    stream = Stream(first=4)
    stream.agreed(from_time=dt.time(9), to_time=dt.time(10))
    hand_over()
    assert all(mail.get_content_type() == "multipart/alternative" for mail in server.taken)
    exchange = stream.deliveries()[0].exchange
    assert exchange is not None
    assert exchange.due_at is not None
    sweep(at=exchange.due_at)
    hand_over()
    for user in (stream.owner, stream.requester):
        event = event_in(server.to(user)[-1])
        assert event["dtstart"].dt == dt.datetime.combine(stream.first, dt.time(9), BRUSSELS)
        assert event["sequence"] == exchange.legs.get().calendar_sequence


def test_who_decides_for_the_hub_is_at_no_appointment(server: MailServer) -> None:
    """Staff hear of a dispute; its end calls the appointment off in the calendars of both sides alone."""
    story = Story()
    exchange = story.disputed()
    staff = make_user()
    HubStaff.objects.create(hub_id=exchange.hub_ids[0], user=staff, role="editor")
    services.settle_cancelled(by=staff, exchange=exchange, reason="Er kwam niets.", at=story.after())
    hand_over()
    assert [calendar_in(server.to(user)[-1])["method"] for user in (story.owner, story.requester)] == ["CANCEL"] * 2
    assert all(mail.get_content_type() == "multipart/alternative" for mail in server.to(staff))


def test_the_post_box_of_the_demo_opens_it(client: Client, settings: Any) -> None:
    settings.DEMO = True
    story = Story()
    story.scheduled()
    letter = Letter.objects.to(story.owner.email).exclude(attachments=[]).get()
    page = client.get(reverse("demo-letter", args=[letter.pk])).content.decode()
    address = reverse("demo-letter-file", args=[letter.pk, 1])
    assert f'href="{address}"' in page
    answer = client.get(address)
    assert answer["Content-Disposition"].endswith('.ics"')
    event = the("VEVENT", Calendar.from_ical(answer.content.decode()))
    assert event["dtstart"].dt == slot(3)[0]
    for number in (0, 2):
        assert client.get(reverse("demo-letter-file", args=[letter.pk, number])).status_code == 404
    settings.DEMO = False
    assert client.get(address).status_code == 404


HOURS: dict[str, Any] = {"from_time": dt.time(9), "to_time": dt.time(10)}
WEEK = dt.timedelta(weeks=1)


def test_one_delivery_that_is_moved_or_skipped_changes_both_calendars(server: MailServer) -> None:
    stream = Stream()
    stream.agreed(**HOURS)
    moved = stream.first + WEEK
    services.change_delivery(by=stream.requester, agreement=stream.agreement, due_on=stream.first, on=moved)
    hand_over()
    first = [event_in(server.to(user)[-1]) for user in (stream.owner, stream.requester)]
    assert [event["dtstart"].dt for event in first] == [dt.datetime.combine(moved, dt.time(9), BRUSSELS)] * 2
    services.skip_delivery(by=stream.owner, agreement=stream.agreement, due_on=stream.first, reason="Gesloten.")
    hand_over()
    for user, before in zip((stream.owner, stream.requester), first, strict=True):
        assert calendar_in(server.to(user)[-1])["method"] == "CANCEL"
        event = event_in(server.to(user)[-1])
        assert (event["uid"], event["status"]) == (before["uid"], "CANCELLED")
        assert event["sequence"] == before["sequence"] + 1


def test_an_agreement_that_ends_calls_off_each_delivery_by_a_file_of_its_own(server: MailServer) -> None:
    stream = Stream()
    stream.agreed(**HOURS)
    coming = [row.exchange for row in stream.deliveries() if row.exchange is not None]
    assert len(coming) >= 2
    services.end_agreement(by=stream.owner, agreement=stream.agreement, reason="Gestopt.")
    hand_over()
    for user in (stream.owner, stream.requester):
        mail = server.to(user)[-1]
        # A mail program takes a letter for one appointment: of several each is a file.
        assert "text/calendar" not in [part.get_content_type() for part in mail.walk()]
        files = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_type() == "application/ics"]
        read = [Calendar.from_ical(file.decode()) for file in files if isinstance(file, bytes)]
        assert [calendar["method"] for calendar in read] == ["CANCEL"] * len(coming)
        uids = {str(event["uid"]).split("@")[0] for calendar in read for event in calendar.walk("VEVENT")}
        assert uids == {str(one.legs.get().calendar_uid) for one in coming}


def test_a_delivery_without_a_time_of_day_leaves_the_calendar(server: MailServer) -> None:
    """Given a delivery with its hour, when the agreement names none any more, then its appointment is called off."""
    stream = Stream()
    stream.agreed(**HOURS)
    stream.change(by=stream.owner, terms=stream.terms())
    hand_over()
    files = [
        part.get_payload(decode=True)
        for part in server.to(stream.requester)[-1].walk()
        if part.get_content_type() == "application/ics"
    ]
    assert files
    for file in files:
        assert isinstance(file, bytes)
        read = Calendar.from_ical(file.decode())
        event = the("VEVENT", read)
        assert (read["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 1)

"""Appointments as calendars read them (RFC 5545): one as a file, one as part of a letter (RFC 5546), and all of a
person's as a feed. However it comes, an appointment has the same UID and the same rising number.
"""

from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress

from exchanges.enums import CALLED_OFF, AppointmentState
from exchanges.models import Appointment, Exchange, ExchangeLeg
from exchanges.schedule import BRUSSELS
from journal.addresses import mailbox
from journal.attachments import Attachment
from materials import figures

#: The rule of our clocks since 1996, as calendar programs write it themselves. What icalendar would list in its place
#: is every change from 1977 to 2037.
_OUR_CLOCKS = """BEGIN:VTIMEZONE
TZID:Europe/Brussels
BEGIN:DAYLIGHT
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def calendar_of(exchange: Exchange, leg: ExchangeLeg, place: str) -> bytes | None:
    """The leg's appointment; called off where the exchange was. None where there is none."""
    appointment = _standing(leg)
    if appointment is None:
        return None
    event = _event_of(exchange, leg, appointment, place)
    return calendar_file([event], method="CANCEL" if event["status"] == "CANCELLED" else "PUBLISH")


def feed_of(exchanges: Iterable[tuple[Exchange, str]]) -> bytes:
    """The appointments of exchanges, each with the place that the reader may see."""
    events = [
        _event_of(exchange, leg, appointment, place)
        for exchange, place in exchanges
        for leg in exchange.legs.all()
        if (appointment := _standing(leg)) is not None
    ]
    return calendar_file(events, method="PUBLISH")


def invitation_of(exchange: Exchange, leg: ExchangeLeg, appointment: Appointment, place: str, to: str) -> Attachment:
    """An appointment as part of a letter to `to`, in the language that is on: one that holds, or the word that it
    doesn't where it was dropped, or the exchange called off.

    Calendars take it as an invitation that was accepted already: what came to them in another way (PUBLISH) some
    change or remove by no later letter. Each names its own reader alone: addresses are nobody else's affair.
    """
    event = _event_of(exchange, leg, appointment, place)
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer, attendee = vCalAddress(f"mailto:{address}"), vCalAddress(f"mailto:{mailbox(to)}")
    organizer.params["CN"] = name or "Werkstof"
    attendee.params.update(CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", PARTSTAT="ACCEPTED", RSVP="FALSE")
    event.add("organizer", organizer)
    event.add("attendee", attendee)
    method = "CANCEL" if event["status"] == "CANCELLED" else "REQUEST"
    return Attachment(
        name=f"werkstof-{exchange.pk}.ics",
        kind="application/ics",
        text=calendar_file([event], method).decode(),
        # Outlook refuses a part that names another method than the calendar in it.
        reads_as=f"text/calendar; method={method}",
    )


def _standing(leg: ExchangeLeg) -> Appointment | None:
    return next((row for row in leg.appointments.all() if row.state == AppointmentState.CONFIRMED), None)


def _event_of(exchange: Exchange, leg: ExchangeLeg, appointment: Appointment, place: str) -> Event:
    """The same UID each time and a number that rises: a calendar that has it takes this in its place."""
    is_off = exchange.state in CALLED_OFF or appointment.state == AppointmentState.DROPPED
    link = f"{settings.SITE_URL}{exchange.get_absolute_url()}"
    event = Event()
    event.add("uid", f"{leg.calendar_uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", leg.calendar_sequence)
    event.add("dtstamp", exchange.state_since)
    event.add("dtstart", appointment.period.lower.astimezone(BRUSSELS))
    event.add("dtend", appointment.period.upper.astimezone(BRUSSELS))
    words = {"amount": figures.stored_amount(leg.quantity, leg.unit), "what": exchange.heading}
    event.add("summary", _("%(amount)s: %(what)s") % words)
    lines = [_("Van %(giver)s naar %(receiver)s") % {"giver": leg.giver, "receiver": leg.receiver}]
    if not is_off:
        # Not every calendar shows the URL of an event.
        lines.append(_("Verzetten of afzeggen doe je op Werkstof: %(link)s") % {"link": link})
    event.add("description", "\n".join(lines))
    event.add("location", place)
    event.add("url", link)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    return event


def calendar_file(events: list[Event], method: str) -> bytes:
    """Events as a file, with the rule of our clocks. `method` says what a calendar does with them, such as PUBLISH."""
    calendar = Calendar()
    calendar.add("prodid", "-//Werkstof//NL")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_ical(_OUR_CLOCKS))
    for event in events:
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body

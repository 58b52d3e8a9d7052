"""Appointments as calendars read them (RFC 5545): one as a file, and all of a person's as a feed."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from exchanges.enums import CALLED_OFF, AppointmentState
from exchanges.models import Exchange, ExchangeLeg
from exchanges.schedule import BRUSSELS
from materials import figures


def calendar_of(exchange: Exchange, leg: ExchangeLeg, place: str) -> bytes | None:
    """The leg's appointment; called off where the exchange was. None where there was never one."""
    event = _event_of(exchange, leg, place)
    if event is None:
        return None
    return _calendar([event], method="CANCEL" if event["status"] == "CANCELLED" else "PUBLISH")


def feed_of(exchanges: Iterable[tuple[Exchange, str]]) -> bytes:
    """The appointments of exchanges, each with the place that the reader may see."""
    events = (_event_of(exchange, leg, place) for exchange, place in exchanges for leg in exchange.legs.all())
    return _calendar([event for event in events if event is not None], method="PUBLISH")


def _event_of(exchange: Exchange, leg: ExchangeLeg, place: str) -> Event | None:
    """The same UID each time and a number that rises: a calendar that has it takes this in its place."""
    found = next((row for row in leg.appointments.all() if row.state == AppointmentState.CONFIRMED), None)
    if found is None:
        return None
    event = Event()
    event.add("uid", f"{leg.calendar_uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", leg.calendar_sequence)
    event.add("dtstamp", exchange.state_since)
    event.add("dtstart", found.period.lower.astimezone(BRUSSELS))
    event.add("dtend", found.period.upper.astimezone(BRUSSELS))
    words = {"amount": figures.stored_amount(leg.quantity, leg.unit), "what": exchange.heading}
    event.add("summary", _("%(amount)s: %(what)s") % words)
    event.add("description", _("Van %(giver)s naar %(receiver)s") % {"giver": leg.giver, "receiver": leg.receiver})
    event.add("location", place)
    event.add("url", f"{settings.SITE_URL}{exchange.get_absolute_url()}")
    event.add("status", "CANCELLED" if exchange.state in CALLED_OFF else "CONFIRMED")
    return event


def _calendar(events: list[Event], method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Werkstof//NL")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    body: bytes = calendar.to_ical()
    return body

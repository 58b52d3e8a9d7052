"""An appointment as calendars read it (RFC 5545)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from exchanges.enums import AppointmentState, ExchangeState
from exchanges.models import Exchange, ExchangeLeg
from exchanges.schedule import BRUSSELS
from materials import figures


def calendar_of(exchange: Exchange, leg: ExchangeLeg, place: str) -> bytes | None:
    """The leg's appointment; called off where the exchange was. None where there was never one.

    The same UID each time and a number that rises: a calendar that has it takes this in its place.
    """
    found = leg.appointments.filter(state=AppointmentState.CONFIRMED).first()
    if found is None:
        return None
    event = Event()
    event.add("uid", f"{leg.calendar_uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", leg.calendar_sequence)
    event.add("dtstamp", exchange.state_since)
    event.add("dtstart", found.period.lower.astimezone(BRUSSELS))
    event.add("dtend", found.period.upper.astimezone(BRUSSELS))
    words = {"amount": figures.stored_amount(leg.quantity, leg.unit), "what": exchange.listing.heading}
    event.add("summary", _("%(amount)s: %(what)s") % words)
    event.add("location", place)
    event.add("url", f"{settings.SITE_URL}{exchange.get_absolute_url()}")
    called_off = exchange.state in (ExchangeState.CANCELLED, ExchangeState.LAPSED)
    event.add("status", "CANCELLED" if called_off else "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Werkstof//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if called_off else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    body: bytes = calendar.to_ical()
    return body

"""When an exchange reminds, and when its time is over: from the days that steps.py gives each state."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils import timezone

from exchanges.enums import AppointmentState, ExchangeState, Side, StartedFrom, Turn
from exchanges.models import Appointment, Exchange, ExchangeLeg
from exchanges.steps import DAY, STATES
from listings.enums import ListingKind

BRUSSELS = ZoneInfo("Europe/Brussels")
#: However soon a listing ends, who is to answer gets as long as this.
SHORTEST = 2 * DAY
_WEEKEND = (5, 6)


@dataclass(frozen=True)
class Schedule:
    reminders: tuple[dt.datetime, ...]
    deadline: dt.datetime

    def number_at(self, at: dt.datetime) -> int:
        """How many reminders are due by then."""
        return sum(moment <= at for moment in self.reminders)

    def after(self, at: dt.datetime) -> dt.datetime:
        """The reminder that comes next, or else the deadline."""
        return next((moment for moment in self.reminders if moment > at), self.deadline)


def confirmed(leg: ExchangeLeg) -> Appointment | None:
    """The appointment that holds."""
    return leg.appointments.filter(state=AppointmentState.CONFIRMED).first()


def schedule_of(exchange: Exchange, leg: ExchangeLeg) -> Schedule:
    """Of the state that the exchange is in. Raises KeyError for one that ended."""
    waiting = STATES[ExchangeState(exchange.state)]
    since = exchange.state_since
    if exchange.state == ExchangeState.SCHEDULED:
        appointment = confirmed(leg)
        assert appointment is not None, "a scheduled exchange has an appointment"
        start, end = appointment.period.lower, appointment.period.upper
        moments = [(start if wait < dt.timedelta(0) else end) + wait for wait in waiting.reminders]
        return Schedule(tuple(moments), end + waiting.lasts)
    if exchange.state == ExchangeState.HANDED_OVER:
        moments = [after_working_days(since, wait.days) for wait in waiting.reminders]
        return Schedule(tuple(moments), after_working_days(since, waiting.lasts.days))
    if exchange.state == ExchangeState.ACCEPTED and exchange.listing.kind == ListingKind.SERVICE:
        return _until_its_week(exchange)
    if exchange.state == ExchangeState.ACCEPTED and leg.wanted_on is not None:
        since = max(since, _waits_until(exchange, leg.wanted_on))
    deadline = since + waiting.lasts
    if exchange.state == ExchangeState.REQUESTED:
        # A counter-offer that is taken back doesn't begin the week anew.
        deadline = max(exchange.created_at + waiting.lasts, since + SHORTEST)
    if exchange.state in (ExchangeState.REQUESTED, ExchangeState.ACCEPTED):
        deadline = max(min(deadline, _end_of_what_is_asked(exchange) or deadline), since + SHORTEST)
    moments = [since + wait for wait in waiting.reminders if since + wait < deadline]
    if exchange.state == ExchangeState.ACCEPTED and exchange.started_from == StartedFrom.STREAM:
        # A week earlier there is still time to agree on a moment; the last one stays where it is.
        early = [moment - 7 * DAY for moment in moments]
        moments = [moment for moment in (*early, *moments[-1:]) if moment > exchange.state_since]
    return Schedule(tuple(moments), deadline)


def _waits_until(exchange: Exchange, wanted_on: dt.date) -> dt.datetime:
    """When an agreed exchange begins to wait for an appointment. In a chain the work comes first; a delivery of a
    standing agreement is there weeks before its day.
    """
    day = dt.datetime.combine(wanted_on, dt.time(9), BRUSSELS).astimezone(dt.UTC)
    if exchange.via_id is not None:
        return day
    return day - 7 * DAY if exchange.started_from == StartedFrom.STREAM else exchange.state_since


def _until_its_week(exchange: Exchange) -> Schedule:
    """A week that is reserved waits for its end: a week before it and when it begins, both are reminded."""
    begins = dt.datetime.combine(exchange.period, dt.time(9), BRUSSELS).astimezone(dt.UTC)
    ends = _end_of_what_is_asked(exchange)
    assert ends is not None, "a week ends"
    deadline = max(ends, exchange.state_since + SHORTEST)
    moments = (begins - 7 * DAY, begins)
    return Schedule(tuple(moment for moment in moments if exchange.state_since < moment < deadline), deadline)


def turn_of(exchange: Exchange, leg: ExchangeLeg, at: dt.datetime) -> Turn:
    """Who is to do something now, as a row keeps it; whoever reads it later asks exchanges.turns."""
    state = ExchangeState(exchange.state)
    if state not in STATES:
        return Turn.NOBODY
    if state in (ExchangeState.ACCEPTED, ExchangeState.SCHEDULED, ExchangeState.NO_SHOW):
        proposed = leg.appointments.filter(state=AppointmentState.PROPOSED).first()
        if proposed is not None:
            return Turn(Side(proposed.proposed_by).other.value)
    if state == ExchangeState.SCHEDULED:
        appointment = confirmed(leg)
        assert appointment is not None
        return Turn.BOTH if at >= appointment.period.upper else Turn.NOBODY
    if state == ExchangeState.HANDED_OVER:
        last = leg.weights.last()
        assert last is not None, "what is handed over was stated by a side"
        return Turn(Side(last.side).other.value)
    return STATES[state].turn


def after_working_days(moment: dt.datetime, days: int) -> dt.datetime:
    """The same time of day so many working days later, on our clocks."""
    local = timezone.localtime(moment, BRUSSELS)
    while days:
        local += DAY
        days -= local.weekday() not in _WEEKEND
    return local.astimezone(dt.UTC)


def _end_of_what_is_asked(exchange: Exchange) -> dt.datetime | None:
    """The end of its listing, and of a service that of the week."""
    last = exchange.listing.available_until
    if exchange.listing.kind == ListingKind.SERVICE:
        sunday = exchange.period + 6 * DAY
        last = min(last, sunday) if last else sunday
    if last is None:
        return None
    return dt.datetime.combine(last + DAY, dt.time(), BRUSSELS).astimezone(dt.UTC)

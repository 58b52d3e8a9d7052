"""The weeks of a service in words and figures: what is free, what is booked, and the form to book."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from exchanges.models import Exchange
from frontend.capacity.forms import BookingForm
from frontend.components import figures
from listings.balances.periods import monday_of
from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind, ListingStatus
from listings.models import Listing
from listings.permissions import may_book

WEEKS_FOR_ALL = 8


@dataclass(frozen=True)
class WeekRow:
    """A week as the calendar shows it. `state`: free, partly, full, closed or unknown; taken: 0..1."""

    name: str
    words: str
    state: str
    taken: float


def week_context(user: User | AnonymousUser, service: Listing, form: BookingForm | None = None) -> dict[str, Any]:
    """What listings/weeks.html needs; `weeks` is empty for anything but a published service.

    Those who may book see amounts, bookings and the form. Others only see whether a week has room.
    """
    if service.kind != ListingKind.SERVICE or service.status != ListingStatus.PUBLISHED:
        return {"weeks": [], "may_book": False}
    booker = may_book(user, service)
    today = timezone.localdate()
    weeks = free_capacity([service.pk], today, WEEKS_AHEAD if booker else WEEKS_FOR_ALL)[service.pk]
    context = {"weeks": [week_row(week, service.capacity_unit, booker) for week in weeks], "may_book": booker}
    if not booker:
        return context
    held = Exchange.objects.holding().filter(listing=service, period__gte=monday_of(today)).for_cards()
    bookings = service.reservations.bookings().filter(period__gte=monday_of(today))
    rows = [
        {"booking": row, "week": week_name(row.period), "amount": figures.amount(row.quantity, unit)}
        for row in bookings.select_related("organisation", "supply")
        if (unit := service.capacity_unit)
    ]
    exchanges = [
        {
            "exchange": one,
            "week": week_name(one.period),
            "amount": figures.stored_amount(leg.current_quantity, leg.unit),
        }
        for one in held.order_by("period", "pk")
        for leg in one.legs.all()
    ]
    return context | {
        "bookings": rows,
        "exchanges": exchanges,
        "form": form or BookingForm(weeks=weeks, unit=service.capacity_unit),
    }


def week_row(week: Week, unit: str, with_amounts: bool) -> WeekRow:
    name = week_name(week.start)
    if not week.is_open:
        return WeekRow(name, _("niet beschikbaar"), "closed", 0.0)
    if week.free is None or week.capacity is None or not unit:
        return WeekRow(name, _("vrije capaciteit onbekend"), "unknown", 0.0)
    taken = min(float(week.booked / week.capacity), 1.0)
    if week.is_full:
        return WeekRow(name, _("volzet"), "full", 1.0)
    if with_amounts:
        words = {"free": figures.number(week.free, 3), "capacity": figures.amount(week.capacity, unit)}
        return WeekRow(name, _("%(free)s van %(capacity)s vrij") % words, "partly" if taken else "free", taken)
    return WeekRow(name, _("deels vrij") if taken else _("vrij"), "partly" if taken else "free", taken)


def week_name(monday: dt.date) -> str:
    """ "30 nov – 6 dec": within a year no year is needed."""
    sunday = monday + dt.timedelta(days=6)
    return f"{figures.short_day(monday, monday)} \N{EN DASH} {figures.short_day(sunday, sunday)}"

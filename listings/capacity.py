"""What a service can still take in a week: reading it, booking it, giving it back."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import FilteredRelation, Q, Sum
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from listings.enums import ListingKind, ListingStatus
from listings.models import CapacityBooking, Listing
from listings.permissions import check_may_book
from materials.units import unit_words

#: Nobody plans further ahead than a year.
FURTHEST_WEEKS = 53
WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class Week:
    """One week of a service, in its capacity_unit.

    `is_open` is False where the service takes nothing that week. `capacity` and `free` are None where the service
    doesn't say what it can take: that is unknown, neither nothing nor everything.
    """

    start: dt.date
    is_open: bool
    capacity: Decimal | None
    booked: Decimal

    @property
    def free(self) -> Decimal | None:
        if not self.is_open:
            return Decimal(0)
        return None if self.capacity is None else max(self.capacity - self.booked, Decimal(0))

    @property
    def is_full(self) -> bool:
        return self.is_open and self.free is not None and self.free <= 0


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def free_capacity(service_ids: Collection[int], first_week: dt.date, weeks: int) -> dict[int, list[Week]]:
    """For each service `weeks` weeks from the one that holds `first_week` on. One query, for however many services.

    A week is the one in which the work is done. It is open when some day of it lies between the service's first day
    plus its lead time (what comes in takes that long) and its last day, both included.
    """
    first = monday_of(first_week)
    booked = Q(bookings__week_start__gte=first, bookings__week_start__lt=first + weeks * WEEK)
    rows = (
        Listing.objects.filter(pk__in=service_ids, kind=ListingKind.SERVICE)
        .order_by()
        .annotate(taken=FilteredRelation("bookings", condition=booked))
        .values_list(
            "pk", "available_from", "available_until", "lead_time_days", "capacity_per_week", "taken__week_start"
        )
        .annotate(booked=Sum("taken__quantity"))
    )
    found: dict[int, list[Week]] = {}
    for pk, starts, ends, lead_days, capacity, week_start, amount in rows:
        if pk not in found:
            days = [first + number * WEEK for number in range(weeks)]
            found[pk] = [Week(day, _is_open(day, starts, ends, lead_days), capacity, Decimal(0)) for day in days]
        if week_start is not None:
            number = (week_start - first).days // 7
            empty = found[pk][number]
            found[pk][number] = Week(empty.start, empty.is_open, capacity, amount)
    return found


@transaction.atomic
def book_capacity(
    *,
    by: User,
    service: Listing,
    week_start: dt.date,
    quantity: Decimal,
    supply: Listing | None = None,
    organisation: Organisation | None = None,
    note: str = "",
    at: dt.datetime | None = None,
) -> CapacityBooking:
    """Take an amount, in the service's capacity_unit, of the week that begins on a Monday.

    For members of the service's organisation and staff of its hubs. The row of the service is held meanwhile, so that
    two can't both take the last of a week. Raises ValidationError by field, also for more than is free.
    """
    held = Listing.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=service.pk)
    check_may_book(by, held)
    _check_bookable(held, supply, by)
    booking = CapacityBooking(
        service=held, week_start=week_start, quantity=quantity, supply=supply, note=note, created_by=by,
        organisation=organisation or (supply.organisation if supply else None),
    )  # fmt: skip
    booking.full_clean()
    _check_week(held, booking, timezone.localdate(at))
    booking.save()
    return booking


@transaction.atomic
def cancel_booking(*, by: User, booking: CapacityBooking) -> None:
    """Give an amount back to its week. For whoever may book."""
    held = Listing.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=booking.service_id)
    check_may_book(by, held)
    booking.delete()


def check_unit_may_change(service: Listing) -> None:
    """Raise ValidationError where bookings are in the unit that the service has now."""
    if CapacityBooking.objects.filter(service=service).exists():
        raise ValidationError(
            {"capacity_unit": _("Er zijn weken geboekt in deze eenheid. Annuleer die eerst, of houd de eenheid.")}
        )


def _is_open(week: dt.date, starts: dt.date | None, ends: dt.date | None, lead_days: int | None) -> bool:
    # A difference has no last day: a sum would go past the calendar's.
    if starts is None or (week - starts).days + 6 < (lead_days or 0):
        return False
    return ends is None or week <= ends


def _check_bookable(service: Listing, supply: Listing | None, by: User) -> None:
    if service.kind != ListingKind.SERVICE:
        raise ValidationError(_("Alleen van een dienst kun je capaciteit boeken."))
    if service.status != ListingStatus.PUBLISHED:
        raise ValidationError(_("Alleen van een gepubliceerde dienst kun je capaciteit boeken."))
    if service.capacity_per_week is None or not service.capacity_unit:
        raise ValidationError(_("Deze dienst zegt nog niet hoeveel ze per week aankan. Vul dat eerst in."))
    if supply is None:
        return
    seen = Listing.objects.visible_to(by).filter(pk=supply.pk, kind=ListingKind.SUPPLY).first()
    if seen is None:
        raise ValidationError({"supply": _("Dit aanbod bestaat niet of is niet openbaar.")})
    if seen.status not in (ListingStatus.PUBLISHED, ListingStatus.RESERVED):
        words = {"status": seen.get_status_display().lower()}
        raise ValidationError({"supply": _("Dit aanbod is %(status)s: daarvoor boek je niets meer.") % words})


def _check_week(service: Listing, booking: CapacityBooking, today: dt.date) -> None:
    first = monday_of(today)
    if not first <= booking.week_start < first + FURTHEST_WEEKS * WEEK:
        raise ValidationError({"week_start": _("Kies een week van nu tot een jaar ver.")})
    (week,) = free_capacity([service.pk], booking.week_start, 1)[service.pk]
    words = {"day": date_format(booking.week_start, "j F")}
    if not week.is_open:
        raise ValidationError({"week_start": _("In de week van %(day)s werkt deze dienst niet.") % words})
    assert week.free is not None  # a service without capacity was refused before
    if week.free <= 0:
        raise ValidationError({"quantity": _("De week van %(day)s is volzet.") % words})
    if booking.quantity > week.free:
        words |= {"free": amount_words(week.free, service.capacity_unit)}
        raise ValidationError({"quantity": _("In de week van %(day)s is er nog plaats voor %(free)s.") % words})


def amount_words(quantity: Decimal, unit: str) -> str:
    """ "2 ton", "12,5 m²", "1 stuk"."""
    plain = quantity.normalize()
    exponent = plain.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return f"{number_format(quantity, decimals, force_grouping=True)}\N{NO-BREAK SPACE}{unit_words(unit, quantity)}"

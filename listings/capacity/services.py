"""Books an amount of a service's week, and cancels bookings: reservations of which the period is a week's Monday."""

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from journal.events import record, values_of
from journal.letters import drop_letters
from listings.balances.free import NotEnoughFree
from listings.balances.periods import monday_of
from listings.balances.services import hold, release
from listings.capacity.letters import CANCELLED, MADE, tell_members
from listings.capacity.weeks import WEEK, Week, free_capacity
from listings.enums import ListingKind, ListingStatus
from listings.late import TooLate
from listings.models import Listing, Reservation
from listings.permissions import check_may_book
from listings.verbs import ListingVerb
from materials import figures

#: Weeks from this one on that can be booked: a year.
FURTHEST_WEEKS = 53


@transaction.atomic
def book_capacity(
    *,
    by: User,
    service: Listing,
    week_start: dt.date,
    quantity: Decimal,
    supply: Listing | None = None,
    note: str = "",
    at: dt.datetime | None = None,
) -> Reservation:
    """Book an amount, in the service's capacity_unit, of the week that begins on a Monday: for a supply of one's own,
    or for what isn't listed. What is for another organisation is an exchange with it.

    For members of the service's organisation and staff of its hubs. The row of the service is locked meanwhile, so
    that two people can't both get the last of a week. The other members get a letter. Raises ValidationError by field,
    NotEnoughFree for more than is free.
    """
    held = _held_to_book(by, service, supply)
    booking = _book(by, held, week_start, quantity, supply, note, timezone.localdate(at))
    tell_members(MADE, by, [booking])
    return booking


@transaction.atomic
def book_weeks(
    *,
    by: User,
    service: Listing,
    weeks: Collection[dt.date],
    quantity: Decimal,
    supply: Listing | None = None,
    note: str = "",
    at: dt.datetime | None = None,
) -> list[Reservation]:
    """Book an amount over several weeks, each named by its Monday: the first is filled first.

    As book_capacity() otherwise, with one letter for all. Weeks in which nothing is left to book have no
    booking.
    """
    held = _held_to_book(by, service, supply)
    if not weeks:
        raise ValidationError({"weeks": _("Kies minstens één week.")})
    today = timezone.localdate(at)
    made = [_book(by, held, monday, taken, supply, note, today) for monday, taken in spread(held, weeks, quantity)]
    tell_members(MADE, by, made)
    return made


def spread(service: Listing, weeks: Collection[dt.date], quantity: Decimal) -> list[tuple[dt.date, Decimal]]:
    """An amount over several weeks, the first filled first; those in which nothing is left get nothing.

    Raises NotEnoughFree where they have less together. Of one week alone, whoever takes it says so.
    """
    mondays = sorted(set(weeks))
    if len(mondays) == 1:
        return [(mondays[0], quantity)]
    free = [free_capacity([service.pk], monday, 1)[service.pk][0].free or Decimal(0) for monday in mondays]
    if quantity > sum(free):
        room = sum(free, Decimal(0))
        words = {"free": figures.stored_amount(room, service.capacity_unit)}
        raise NotEnoughFree(room, service, _("In die weken samen is er nog plaats voor %(free)s.") % words)
    found, left = list[tuple[dt.date, Decimal]](), quantity
    for monday, room in zip(mondays, free, strict=True):
        taken = min(left, room)
        if taken > 0:
            found.append((monday, taken))
        left -= taken
    return found


def lock_to_book(by: User, service: Listing, supply: Listing | None) -> tuple[Listing, Listing | None]:
    """The locked row of a service that this user may book for this supply, and the supply as it is now."""
    held = _locked(service.pk)
    check_may_book(by, held)
    return held, _bookable_for(held, supply, by)


def _locked(service_id: int) -> Listing:
    """The row, kept from other writers. Rows that point at it may still be stored: who asks for it stores one, and
    whoever books for the same organisation would wait for that while they wait for this.
    """
    rows = Listing.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    return rows.get(pk=service_id)


def _held_to_book(by: User, service: Listing, supply: Listing | None) -> Listing:
    held, seen = lock_to_book(by, service, supply)
    if seen is not None and seen.organisation_id != held.organisation_id:
        raise ValidationError(
            {"supply": _("Dit aanbod is van een andere organisatie: spreek het af in een uitwisseling.")}
        )
    return held


def _book(
    by: User, service: Listing, monday: dt.date, quantity: Decimal, supply: Listing | None, note: str, today: dt.date
) -> Reservation:
    _check_week(service, monday, quantity, today)
    booking = hold(
        by=by, listing=service, period=monday, quantity=quantity, supply=supply,
        organisation=supply.organisation if supply else None, note=note, is_booking=True,
    )  # fmt: skip
    _record(ListingVerb.WEEK_BOOKED, by, booking)
    return booking


@transaction.atomic
def cancel_booking(*, by: User, booking: Reservation) -> None:
    """Cancel a booking: its amount is free again, and the other members get a letter. For whoever may book.

    One that was cancelled meanwhile stays so, and nobody hears of it twice. What is held for an exchange is no
    booking: whoever holds it lets it go.
    """
    held = _locked(booking.listing_id)
    check_may_book(by, held)
    if not booking.is_booking:
        raise ValidationError(
            _("Dit is geen boeking van een week. Annuleer de uitwisseling waarvoor het gereserveerd is.")
        )
    if not held.reservations.live().filter(pk=booking.pk).exists():
        return
    _record(ListingVerb.BOOKING_CANCELLED, by, booking)
    drop_letters(booking)
    tell_members(CANCELLED, by, [booking])
    release(reservation=booking)


def _record(verb: ListingVerb, by: User, booking: Reservation) -> None:
    service = booking.listing
    changes = values_of(booking, ("quantity", "supply", "organisation"))
    changes |= {"service": service.pk, "week_start": booking.period.isoformat(), "unit": service.capacity_unit}
    record(
        verb, booking, by=by, organisation_id=service.organisation_id, hub_ids=service.hub_ids, changes=changes
    )  # fmt: skip


def _bookable_for(service: Listing, supply: Listing | None, by: User) -> Listing | None:
    if service.kind != ListingKind.SERVICE:
        raise ValidationError(_("Alleen van een dienst kun je capaciteit boeken."))
    if service.status != ListingStatus.PUBLISHED:
        raise TooLate(_("Alleen van een gepubliceerde dienst kun je capaciteit boeken."))
    if service.capacity_per_week is None or not service.capacity_unit:
        raise ValidationError(_("Deze dienst zegt nog niet hoeveel ze per week aankan. Vul dat eerst in."))
    if supply is None:
        return None
    rows = Listing.objects.visible_to(by).select_related("organisation", "material")
    seen = rows.filter(pk=supply.pk, kind=ListingKind.SUPPLY).first()
    if seen is None:
        raise ValidationError({"supply": _("Dit aanbod bestaat niet of is niet openbaar.")})
    if seen.status not in (ListingStatus.PUBLISHED, ListingStatus.RESERVED):
        words = {"status": seen.get_status_display().lower()}
        raise TooLate({"supply": _("Dit aanbod is %(status)s: daarvoor boek je niets meer.") % words})
    return seen


def open_week(service: Listing, monday: dt.date, today: dt.date) -> Week:
    """A week in which the service works. Raises ValidationError, by field, for any other."""
    first = monday_of(today)
    if monday != monday_of(monday):
        raise ValidationError({"week_start": _("Een week begint op maandag.")})
    if not first <= monday < first + FURTHEST_WEEKS * WEEK:
        raise ValidationError({"week_start": _("Kies een week van nu tot een jaar ver.")})
    (week,) = free_capacity([service.pk], monday, 1)[service.pk]
    if not week.is_open:
        words = {"day": figures.day_and_month(monday)}
        raise ValidationError({"week_start": _("In de week van %(day)s werkt deze dienst niet.") % words})
    return week


def _check_week(service: Listing, monday: dt.date, quantity: Decimal, today: dt.date) -> None:
    """Say for which week it is refused, and why. The service is locked: what is free now, is free when it is held."""
    week = open_week(service, monday, today)
    words = {"day": figures.day_and_month(monday)}
    assert week.free is not None  # a service without capacity was refused before
    if week.free <= 0:
        raise NotEnoughFree(Decimal(0), service, _("De week van %(day)s is volzet.") % words)
    if quantity > week.free:
        words |= {"free": figures.stored_amount(week.free, service.capacity_unit)}
        raise NotEnoughFree(week.free, service, _("In de week van %(day)s is er nog plaats voor %(free)s.") % words)

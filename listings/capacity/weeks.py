"""How much a service can still take in each week."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, FilteredRelation, Q

from listings.balances.periods import monday_of
from listings.enums import ListingKind
from listings.models import Listing

WEEK = dt.timedelta(weeks=1)
#: Weeks from this one on that pages show, and in which chains and plans look for room.
WEEKS_AHEAD = 12


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


def free_capacity(service_ids: Collection[int], first_week: dt.date, weeks: int) -> dict[int, list[Week]]:
    """For each service the weeks from the one that holds the day `first_week` on, by its balances. One query for all.

    A week is the one in which the work is done. It is open when some day of it lies between the service's first day
    plus its lead time (work takes that long) and its last day, both included.
    """
    first = monday_of(first_week)
    booked = Q(balances__period__gte=first, balances__period__lt=first + weeks * WEEK)
    rows = (
        Listing.objects.filter(pk__in=service_ids, kind=ListingKind.SERVICE)
        .order_by()
        .annotate(taken=FilteredRelation("balances", condition=booked))
        .values_list(
            "pk", "available_from", "available_until", "lead_time_days", "capacity_per_week", "taken__period",
            F("taken__held") + F("taken__given"),
        )
    )  # fmt: skip
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


def _is_open(week: dt.date, starts: dt.date | None, ends: dt.date | None, lead_days: int | None) -> bool:
    # Days are subtracted, not added: a date with a long lead time added may lie past the last that Python knows.
    if starts is None or (week - starts).days + 6 < (lead_days or 0):
        return False
    return ends is None or week <= ends

"""What listings add up to. Lots and what comes again and again stay apart, and so do units that can't be added."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, DecimalField, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from listings.capacity.weeks import WEEKS_AHEAD, Week, free_capacity
from listings.enums import ListingKind, Recurrence
from listings.models import Listing
from listings.querysets import ListingQuerySet
from materials.enums import Unit

_KG = DecimalField(max_digits=24, decimal_places=3)
_ONCE = Q(recurrence=Recurrence.ONE_OFF)
_TIMES = Case(
    *(When(recurrence=each, then=Value(each.times_a_year)) for each in Recurrence if each.times_a_year),
    default=Value(0),
    output_field=IntegerField(),
)
#: Services whose weeks are read by one statement.
SERVICES_AT_ONCE = 10_000
#: The unit in which amounts of a dimension are added up.
_BASES = {unit.dimension: unit for unit in reversed(Unit) if unit.factor == 1}


@dataclass(frozen=True)
class Volume:
    """Listings of one kind, material and municipality: lots that come once, and what comes every so often.

    `lots_kg` is what of the lots is still free; `yearly_kg` what comes in a year. `…_unknown` is how many have no
    known mass, and are in neither.
    """

    kind: str
    material_id: int | None
    municipality_id: int | None
    lots: int
    lots_kg: Decimal
    lots_unknown: int
    regular: int
    yearly_kg: Decimal
    regular_unknown: int


@dataclass
class WeekTotal:
    """All services in one week: what is free by the unit that amounts add up in; how many are open, and of how many
    of those nobody said what they can take.
    """

    start: dt.date
    free: dict[Unit, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    open: int = 0
    full: int = 0
    unknown: int = 0


def findable_in(hub_id: int, today: dt.date) -> ListingQuerySet:
    """The listings that figures of a hub count: those that anyone finds there now."""
    return Listing.objects.published().in_hub(hub_id).not_over(today)


def volumes_of(listings: ListingQuerySet) -> list[Volume]:
    """What supply and demand add up to, in one query."""
    rows = (
        listings.filter(kind__in=[ListingKind.SUPPLY, ListingKind.DEMAND])
        .order_by()
        .values("kind", "material_id", "municipality_id")
        .annotate(
            lots=Count("pk", filter=_ONCE),
            lots_kg=_sum(F("free_mass_kg"), _ONCE),
            lots_unknown=Count("pk", filter=_ONCE & Q(mass_kg=None)),
            regular=Count("pk", filter=~_ONCE),
            yearly_kg=_sum(F("mass_kg") * _TIMES, ~_ONCE),
            regular_unknown=Count("pk", filter=~_ONCE & Q(mass_kg=None)),
        )
    )
    return [Volume(**row) for row in rows]


def free_by_week(services: ListingQuerySet, today: dt.date) -> list[WeekTotal]:
    """What services can still take in each of the weeks ahead, in two queries, or a few more where there are many.

    Kilograms and tonnes add up, and so do other units of one dimension; pallets and pieces don't.
    """
    units = dict(services.of_kind(ListingKind.SERVICE).order_by("pk").values_list("pk", "capacity_unit"))
    ids, totals = list(units), list[WeekTotal]()
    for start in range(0, len(ids), SERVICES_AT_ONCE):
        for pk, weeks in free_capacity(ids[start : start + SERVICES_AT_ONCE], today, WEEKS_AHEAD).items():
            totals = totals or [WeekTotal(week.start) for week in weeks]
            for total, week in zip(totals, weeks, strict=True):
                _add(total, week, units[pk])
    return totals


def _add(total: WeekTotal, week: Week, unit: str) -> None:
    if not week.is_open:
        return
    total.open += 1
    total.full += week.is_full
    if week.free is None or not unit:
        total.unknown += 1
    else:
        total.free[_BASES[Unit(unit).dimension]] += week.free * Unit(unit).factor


def _sum(what: Any, only: Q) -> Coalesce:
    return Coalesce(Sum(what, filter=only, output_field=_KG), Value(Decimal(0)), output_field=_KG)

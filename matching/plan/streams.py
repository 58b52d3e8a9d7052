"""What of a stream is free in the weeks of a plan. Pairing goes by the period that runs, a plan by all it looks at."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import F, Q

from listings.balances.periods import last_day_of, period_of
from listings.enums import Recurrence
from listings.models import Listing
from listings.querysets import ListingQuerySet
from matching.pairs.columns import Columns, Floats
from matching.plan.rules import PLAN_WEEKS
from matching.rules import WEEKS_PER_DELIVERY
from materials.enums import Unit

_DAY = dt.timedelta(days=1)


def weeks_in_plan(side: Columns, today: dt.date) -> Floats:
    """In how many weeks of the plan each listing is there."""
    first = np.maximum(side.starts, today.toordinal())
    last = np.minimum(side.ends, today.toordinal() + 7 * PLAN_WEEKS - 1)
    weeks: Floats = np.maximum(last - first + 1, 0) / 7.0
    return weeks


def free_over_plan(side: Columns, listings: ListingQuerySet, today: dt.date) -> Columns:
    """The same columns of these listings, with the amount and the mass of a stream's week as they are on average over
    the days of the plan on which it is there. One query.
    """
    amount, mass_kg, weeks = side.amount.copy(), side.mass_kg.copy(), weeks_in_plan(side, today)
    rows = dict(zip(side.id.tolist(), range(len(side)), strict=True))
    for pk, recurrence, quantity, unit, kg, promised in _streams(listings, today):
        row = rows.get(pk)
        if row is None or not weeks[row]:
            continue
        first = dt.date.fromordinal(max(int(side.starts[row]), today.toordinal()))
        last = first + dt.timedelta(days=round(float(weeks[row]) * 7) - 1)
        free = free_between(recurrence, quantity, promised, first, last) / float(weeks[row])
        amount[row] = free * float(Unit(unit).factor)
        mass_kg[row] = kg * free / quantity
    return replace(side, amount=amount, mass_kg=mass_kg)


def free_between(
    recurrence: str, quantity: float, promised: Mapping[dt.date, float], first: dt.date, last: dt.date
) -> float:
    """What a stream has free from one day to another: of each period what isn't promised of it, by the share of its
    days that lie between them. `promised` is by the first day of a period.
    """
    stream, free, day = Listing(recurrence=recurrence), 0.0, first
    while day <= last:
        begins = period_of(stream, day)
        ends = last_day_of(stream, begins)
        share = ((min(ends, last) - day).days + 1) / ((ends - begins).days + 1)
        free += max(quantity - promised.get(begins, 0.0), 0.0) * share
        day = ends + _DAY
    return free


def _streams(
    listings: ListingQuerySet, today: dt.date
) -> Iterator[tuple[int, str, float, str, float, dict[dt.date, float]]]:
    """Of each stream its id, how often it comes, how much each time in which unit, what that weighs (NaN where nobody
    knows), and what is promised of each of the plan's periods.
    """
    ends = today + dt.timedelta(weeks=PLAN_WEEKS)
    within = Q()
    for recurrence in WEEKS_PER_DELIVERY:
        running = period_of(Listing(recurrence=recurrence), today)
        within |= Q(recurrence=recurrence, balances__period__gte=running, balances__period__lt=ends)
    rows = (
        listings.exclude(recurrence=Recurrence.ONE_OFF)
        .order_by()
        .annotate(
            periods=ArrayAgg("balances__period", filter=within, order_by="balances__period"),
            promised=ArrayAgg(F("balances__held") + F("balances__given"), filter=within, order_by="balances__period"),
        )
        .values_list("pk", "recurrence", "quantity", "unit", "mass_kg", "periods", "promised")
    )
    for pk, recurrence, quantity, unit, kg, periods, promised in rows:
        assert quantity is not None, "goods that are published say how much"
        by_period = dict(zip(periods or (), map(float, promised or ()), strict=True))
        yield pk, recurrence, float(quantity), unit, float("nan") if kg is None else float(kg), by_period

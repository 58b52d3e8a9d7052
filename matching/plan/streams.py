"""What of a stream is free in the weeks of a plan. Pairing goes by the period that runs, a plan by all it looks at."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from django.db.models import F, Q, Sum

from listings.balances.periods import period_of
from listings.enums import Recurrence
from listings.models import Listing
from listings.querysets import ListingQuerySet
from matching.pairs.columns import Columns, Floats
from matching.plan.rules import PLAN_WEEKS
from matching.rules import WEEKS_PER_DELIVERY
from materials.enums import Unit


def weeks_in_plan(side: Columns, today: dt.date) -> Floats:
    """In how many weeks of the plan each listing is there."""
    first = np.maximum(side.starts, today.toordinal())
    last = np.minimum(side.ends, today.toordinal() + 7 * PLAN_WEEKS - 1)
    weeks: Floats = np.maximum(last - first + 1, 0) / 7.0
    return weeks


def free_over_plan(side: Columns, listings: ListingQuerySet, today: dt.date) -> Columns:
    """The same columns of these listings, with the amount and the mass of a stream's week as they are on average over
    the plan: what it brings or asks in those weeks, less what is promised of the periods that begin before they end.
    One query.
    """
    amount, mass_kg, weeks = side.amount.copy(), side.mass_kg.copy(), weeks_in_plan(side, today)
    rows = dict(zip(side.id.tolist(), range(len(side)), strict=True))
    for pk, recurrence, quantity, unit, kg, promised in _streams(listings, today):
        row, apart = rows.get(pk), WEEKS_PER_DELIVERY[recurrence]
        if row is None or not weeks[row]:
            continue
        free = max(quantity - promised * apart / float(weeks[row]), 0.0)
        amount[row] = free * float(Unit(unit).factor) / apart
        mass_kg[row] = kg * free / quantity / apart
    return replace(side, amount=amount, mass_kg=mass_kg)


def _streams(listings: ListingQuerySet, today: dt.date) -> Iterator[tuple[int, str, float, str, float, float]]:
    """Of each stream its id, how often it comes, how much each time in which unit, what that weighs (NaN where nobody
    knows), and what is promised of the plan's periods.
    """
    ends = today + dt.timedelta(weeks=PLAN_WEEKS)
    within = Q()
    for recurrence in WEEKS_PER_DELIVERY:
        running = period_of(Listing(recurrence=recurrence), today)
        within |= Q(recurrence=recurrence, balances__period__gte=running, balances__period__lt=ends)
    promised = Sum(F("balances__held") + F("balances__given"), filter=within)
    found = listings.exclude(recurrence=Recurrence.ONE_OFF).order_by().annotate(promised=promised)
    rows = found.values_list("pk", "recurrence", "quantity", "unit", "mass_kg", "promised")
    for pk, recurrence, quantity, unit, kg, more in rows:
        assert quantity is not None, "goods that are published say how much"
        yield pk, recurrence, float(quantity), unit, float("nan") if kg is None else float(kg), float(more or 0)

"""What a plan counts of a stream, against a count day by day."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.models import Hub
from listings.balances.periods import last_day_of, period_of
from listings.balances.services import hold
from listings.models import Listing
from matching.plan.load import load_region
from matching.plan.streams import free_between
from tests.makers import TODAY, published

DAY = dt.timedelta(days=1)


def day_by_day(
    recurrence: str, quantity: float, promised: dict[dt.date, float], first: dt.date, last: dt.date
) -> float:
    """Each day has an equal part of what is free of its period."""
    stream, free, day = Listing(recurrence=recurrence), 0.0, first
    while day <= last:
        begins = period_of(stream, day)
        days = (last_day_of(stream, begins) - begins).days + 1
        free += (quantity - promised.get(begins, 0.0)) / days
        day += DAY
    return free


@given(
    recurrence=st.sampled_from(["weekly", "monthly", "quarterly"]),
    first=st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)),
    days=st.integers(1, 84),
    promised=st.lists(st.floats(0, 100), min_size=20, max_size=20),
)
def test_free_is_what_a_count_day_by_day_says(
    recurrence: str, first: dt.date, days: int, promised: list[float]
) -> None:
    last = first + (days - 1) * DAY
    periods = sorted({period_of(Listing(recurrence=recurrence), first + number * DAY) for number in range(days)})
    by_period = dict(zip(periods, promised, strict=False))
    expected = day_by_day(recurrence, 100.0, by_period, first, last)
    assert free_between(recurrence, 100.0, by_period, first, last) == pytest.approx(expected, abs=1e-6)


@pytest.mark.django_db
def test_of_a_monthly_stream_of_which_seven_tenths_are_promised_three_tenths_count() -> None:
    """Given 100 kg a month of which 70 are held in each month that the plan touches, on the 15th, then the plan
    has 30 % of its twelve weeks.
    """
    monthly = published(recurrence="monthly", unit="kg", quantity=100)
    today = (TODAY.replace(day=1) + 32 * DAY).replace(day=15)
    months = sorted({period_of(monthly, today + number * DAY) for number in range(84)})
    for month in months:
        hold(by=None, listing=monthly, quantity=Decimal(70), period=month)
    region = load_region(Hub.objects.get(pk=monthly.hub_ids[0]), today)
    promised = dict.fromkeys(months, 70.0)
    (kg,) = region.supply_kg
    assert kg == pytest.approx(day_by_day("monthly", 100.0, promised, today, today + 83 * DAY), rel=1e-6)
    assert 80 < kg < 88

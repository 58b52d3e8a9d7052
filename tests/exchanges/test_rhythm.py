"""The dates of a standing agreement, against counting them one by one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.agreements.rhythm import days_from, is_day_of, next_day, nth_day, rhythm_words
from exchanges.agreements.terms import Terms

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31))


def slowly(terms: Terms, since: dt.date) -> dt.date | None:
    """The first date on or after a day, by going through all of them."""
    for number in range(1_000):
        day = nth_day(terms, number)
        if terms.ends_on is not None and day > terms.ends_on:
            return None
        if day >= since:
            return day
    raise AssertionError


@given(
    first=DAYS,
    since=DAYS,
    ends=st.none() | DAYS,
    rhythm=st.sampled_from(["weeks", "months"]),
    every=st.integers(1, 12),
)
def test_the_next_date_is_the_first_that_is_not_before(
    first: dt.date, since: dt.date, ends: dt.date | None, rhythm: str, every: int
) -> None:
    terms = Terms(quantity=1, starts_on=first, ends_on=ends, rhythm=rhythm, every=every)  # type: ignore[arg-type]
    found = slowly(terms, since)
    assert next_day(terms, since) == found
    assert is_day_of(terms, since) == (found == since)
    days = list(days_from(terms, since, 5))
    assert days == sorted(set(days))
    assert all(is_day_of(terms, day) for day in days)


def test_a_month_that_is_too_short_has_its_last_day() -> None:
    terms = Terms(quantity=1, starts_on=dt.date(2027, 1, 31), rhythm="months")  # type: ignore[arg-type]
    assert [nth_day(terms, number) for number in range(4)] == [
        dt.date(2027, 1, 31), dt.date(2027, 2, 28), dt.date(2027, 3, 31), dt.date(2027, 4, 30),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rhythm", "every", "words"),
    [
        ("weeks", 1, "elke dinsdag"),
        ("weeks", 2, "om de 2 weken op dinsdag"),
        ("months", 1, "elke maand op dag 8"),
        ("months", 3, "om de 3 maanden op dag 8"),
    ],
)
def test_a_rhythm_is_said_as_people_do(rhythm: str, every: int, words: str) -> None:
    terms = Terms(quantity=1, starts_on=dt.date(2026, 12, 8), rhythm=rhythm, every=every)  # type: ignore[arg-type]
    assert rhythm_words(terms) == words

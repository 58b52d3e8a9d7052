"""Days as people write them."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.days import MONTHS, WEEKDAYS, day
from listings.imports.values import first_day, last_day

CENTURY = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31))
MONTH_NAMES = st.sampled_from(range(max(map(len, MONTHS))))
FIGURES = [
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y", "%d/%m/%y", "%d-%m-%y", "%d.%m.%y", "%Y/%m/%d",
    "%Y%m%d",
]  # fmt: skip
IN_WORDS = ["{d} {m} {y}", "{d:02}-{m}-{y}", "{d} {m}. {y}", "{d}{m}{y}", "{w} {d} {m} {y}", "{m} {d}, {y}"]
TIMES = ["", " 00:00", " 00:00:00", "T00:00:00", " 14:30:15.250", ", 09:05", " 9u30", " 14:30 uur", " 11:59:59 PM"]


@settings(max_examples=1_000)
@given(CENTURY, st.sampled_from(FIGURES), st.sampled_from(TIMES))
def test_a_day_in_figures_comes_back_with_or_without_a_time(date: dt.date, form: str, time: str) -> None:
    assert day(f" {date.strftime(form)}{time} ") == date


@settings(max_examples=1_000)
@given(CENTURY, MONTH_NAMES, st.sampled_from(IN_WORDS), st.booleans())
def test_a_day_with_the_name_of_its_month_comes_back(date: dt.date, which: int, form: str, capitals: bool) -> None:
    names, weekdays = MONTHS[date.month - 1], WEEKDAYS[date.weekday()]
    text = form.format(d=date.day, m=names[which % len(names)], y=date.year, w=weekdays[which % len(weekdays)])
    assert day(text.upper() if capitals else text) == date


@settings(max_examples=2_000)
@given(st.text("0123456789/-. :TZamrtjei", max_size=20))
def test_what_is_read_from_nonsense_has_the_digits_that_are_written(text: str) -> None:
    try:
        found = day(text)
    except ValidationError:
        return
    assert str(found.day) in text
    assert f"{found.year % 100:02}" in text


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("1er avril 2027", dt.date(2027, 4, 1)),
        ("31 août 2027", dt.date(2027, 8, 31)),
        ("31st March 2027", dt.date(2027, 3, 31)),
        ("31 mrt. 27", dt.date(2027, 3, 31)),
        ("1/1/27", dt.date(2027, 1, 1)),
        ("31/12/99", dt.date(2099, 12, 31)),
        # Midnight in Belgium, as programs elsewhere write it.
        ("2027-03-30T22:00:00Z", dt.date(2027, 3, 31)),
        ("2027-03-31T00:00:00+02:00", dt.date(2027, 3, 31)),
        ("2026-12-30T23:00:00.000Z", dt.date(2026, 12, 31)),
    ],
)
def test_everyday_spellings_are_read(text: str, date: dt.date) -> None:
    assert day(text) == date


@pytest.mark.parametrize(
    "text",
    [
        "", "morgen", "31/13/2026", "12/31/2026", "30/02/2027", "29/02/2027", "maart 2027", "2027", "46477", "31/12",
        "1e9", "dinsdag 31 maart 2027", "31 foo 2027", "31/03/2027 - 30/04/2027", "eind maart 2027", "Q2 2027",
        "31/12/0", "٣١/12/2026",
        "0000-00-00", "31//12//2026", "99999999999999999999", "31/12/20260", "x" * 5_000, "9999-12-31T23:59:59Z", "-",
        "2027-3",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="geen datum"):
        day(text)


@pytest.mark.parametrize(
    "text", ["31/12/9999", "9999-12-31", "9999-12-31 00:00:00", "onbeperkt", "Illimité", "-", "doorlopend"]
)
def test_an_end_that_is_none_is_no_end_and_no_beginning(text: str) -> None:
    assert last_day(text) is None
    with pytest.raises(ValidationError):
        first_day(text)


@pytest.mark.parametrize("text", ["31/12/0026", "31/12/1999", "01/01/2101", "31/12/2999", "1 jan 3000"])
def test_a_day_that_the_form_refuses_an_import_refuses_too(text: str) -> None:
    for read in (first_day, last_day):
        with pytest.raises(ValidationError, match="tussen 2000 en 2100"):
            read(text)

"""Numbers as people write them: thousands of spellings come back as the number that was meant, or are refused."""

import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from listings.numbers import (
    BELGIAN,
    GROUP_MARKS,
    LARGEST_WHOLE,
    MINUS_SIGNS,
    UNSURE,
    Marks,
    coordinate,
    euros,
    marks_of,
    number,
    whole,
)

MANY = settings(max_examples=2_000)


def grouped(digits: str, mark: str) -> str:
    """ "1250000" as "1.250.000"."""
    first = len(digits) % 3 or 3
    return mark.join([digits[:first], *(digits[start : start + 3] for start in range(first, len(digits), 3))])


def refusal_of(read: Callable[[str], Decimal | float], text: str) -> str:
    """Why a text isn't read; nothing where it is."""
    try:
        read(text)
    except ValidationError as refusal:
        return refusal.messages[0]
    return ""


@st.composite
def spelled(draw: st.DrawFn) -> tuple[str, Decimal, Marks]:
    """A number as somebody may write it, the number itself, and what a column of theirs shows of their marks."""
    digits = str(draw(st.integers(0, 10**12)))
    decimals = draw(st.text("0123456789", max_size=5))
    mark = draw(st.sampled_from(".,"))
    group = draw(st.sampled_from(["", *GROUP_MARKS.replace(mark, "")]))
    written = grouped(digits, group) if group and len(digits) > 3 else digits
    written += f"{mark}{decimals}" if decimals else ""
    value = Decimal(f"{digits}.{decimals or 0}")
    below_zero = draw(st.sampled_from(["", "()", *MINUS_SIGNS, *(f"{sign} " for sign in MINUS_SIGNS)]))
    if below_zero:
        written = f"({written})" if below_zero == "()" else below_zero + written
        value = -value
    return written, value, Marks(frozenset(mark), frozenset(group) & {".", ","})


@MANY
@given(spelled())
def test_however_a_number_is_spelled_it_is_read_as_it_was_meant(case: tuple[str, Decimal, Marks]) -> None:
    text, value, marks = case
    assert number(text, marks) == value
    assert number(f"  {text}\t", marks) == value


@MANY
@given(
    spelled(), st.sampled_from(["€ {}", "€{}", "{} €", "{}€", "EUR {}", "{} EUR", "{} euro", "{}\u00a0€", "Euro {}"])
)
def test_an_amount_may_name_the_euro_before_or_behind(case: tuple[str, Decimal, Marks], form: str) -> None:
    text, value, marks = case
    assert euros(form.format(text), marks) == value


@MANY
@given(spelled(), st.sampled_from(["£", "$", "USD", "gbp", "CHF", "dollar", "pond", "frank", "¥"]))
def test_another_currency_is_refused_by_name(case: tuple[str, Decimal, Marks], currency: str) -> None:
    text, _value, marks = case
    for written in (f"{currency} {text}", f"{text} {currency}"):
        with pytest.raises(ValidationError, match="prijs in euro"):
            euros(written, marks)


BETWEEN = [
    "–", " – ", "-", " - ", "\n", "\r\n", "\t", "  ", "/", " / ", " à ", " of ", " tot ", "x", " x ", "·", ";", ":",
    "' ", "..", ",,", "_", "+", "*", "=", "~", "|",
]  # fmt: skip


@MANY
@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(BETWEEN))
def test_two_numbers_and_ranges_are_never_one(first: int, second: int, between: str) -> None:
    for text in (f"{first}{between}{second}", f"€ {first}{between}{second}"):
        for read in (number, euros):
            with pytest.raises(ValidationError):
                read(text)


@MANY
@given(st.text("0123456789.,'-–−+ ()€½eE\nxa", max_size=14))
def test_of_nonsense_no_digit_and_no_sign_gets_lost(text: str) -> None:
    if refusal_of(euros, text):
        return
    value = euros(text)
    assert "\n" not in text.strip()
    assert "x" not in text
    assert "a" not in text
    # Each digit counts, in its order; an exponent only moves the point, and half is ".5".
    mantissa = text.lower().split("e", 1)[0] if "e" in text.lower().replace("eur", "") else text
    digits = "".join(letter for letter in mantissa.replace("½", "5") if letter.isdigit())
    assert "".join(filter(str.isdigit, f"{value:f}")).strip("0") == digits.strip("0")
    signs = sum(mantissa.rstrip().rstrip("-–−").count(sign) for sign in "-–−(")
    assert signs == (1 if value.is_signed() else 0)


@MANY
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    for read in (number, euros, whole, coordinate):
        assert refusal_of(read, text) or isinstance(read(text), (Decimal, int, float))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.250,5", "1250.5"), ("1 250,5", "1250.5"), ("1250.5", "1250.5"), ("1,250.5", "1250.5"), ("1.250", "1250"),
        ("0,5", "0.5"), ("0.125", "0.125"), ("0,125", "0.125"), ("10.500", "10500"), ("1,250,000", "1250000"),
        ("1'250,50", "1250.5"), ("1\u00a0250", "1250"), ("2½", "2.5"), ("¾", "0.75"), (",5", "0.5"), ("007", "7"),
        ("+5", "5"), ("(50)", "-50"), ("- 50", "-50"), ("12,5000", "12.5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_belgians_and_others_write_them(text: str, value: str) -> None:
    assert str(number(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,-", "12"), ("12,--", "12"), ("12.-", "12"), ("12,—", "12"), ("12,=", "12"), ("€ 12,-", "12"),
        ("-12,-", "-12"),
        ("1.250,-", "1250"), ("12,50 euro", "12.50"), ("€ -50", "-50"), ("-€ 50", "-50"), ("(€ 50)", "-50"),
        ("€ (50)", "-50"), ("−50", "-50"), ("–50", "-50"), ("12,- €", "12"), ("EUR 1.250,50", "1250.50"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_belgians_write_them(text: str, value: str) -> None:
    assert str(euros(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "€", "veel", "50-", "5.", "12,", "1.250.5", "1,250,5", "12·50", "5' 10", "10 20", "1  250", "1\n250",
        "--5", "-(5)", "(-5)", "(5", "5)", "1_000", "٣", "５", "1/2", "⅓", "²", "50%", "ca. 50", "± 50", "> 50", "50+",
        "NaN",
        "Infinity", "0x10", "1e", "e5", "1e3", "1,25E+05", "2e-3", "€ 1e3",
        "1.250e3", "1e5,5", "12,50,-", "12,50.-", "1.250.-", "5€50", "0.500.000",
        "01.250,5",
        "#N/A", "1,2,3", "12,-50", "½½", "2½,5",
    ],
)  # fmt: skip
def test_what_is_no_single_number_is_refused(text: str) -> None:
    for read in (number, euros):
        with pytest.raises(ValidationError):
            read(text)


@pytest.mark.parametrize(
    "text",
    ["1e999999999", "-1e9999999", "1e-999999999", "9" * 5_000, "0." + "1" * 5_000, "1." * 40_000, "(" * 100_000],
)
def test_a_number_that_nobody_can_build_is_refused_at_once(text: str) -> None:
    begun = time.perf_counter()
    for read in (number, euros, whole, coordinate):
        with pytest.raises(ValidationError):
            read(text)
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize("text", ["1e9", "1E9", "1,25E+05", "2.5e-3", "-1e3", "1e9 stuks"])
def test_a_power_of_ten_is_to_be_written_in_full(text: str) -> None:
    for read in (number, euros, whole):
        assert refusal_of(read, text) == (
            f"“{text}” is een verkorte schrijfwijze. Schrijf het getal voluit, met al zijn cijfers."
        )


def test_a_whole_number_is_bounded_before_it_is_built() -> None:
    assert (whole("31370"), whole("31.370"), whole("3,0")) == (31370, 31370, 3)
    for text in ("9" * 40, str(LARGEST_WHOLE + 1), "2,5", "0,001"):
        with pytest.raises(ValidationError, match="geen heel getal"):
            whole(text)


def test_degrees_have_no_thousands() -> None:
    assert coordinate("51.054") == coordinate("51,054") == 51.054
    assert coordinate("−3,7") == -3.7
    for text in ("51.054.321", "1e5", "51°", "N 51", "51 054", "nan", ""):
        with pytest.raises(ValidationError):
            coordinate(text)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        # Nothing else shows what is meant: Belgians group with a point.
        (["1.125"], "1.125", "1125"),
        (["1,125"], "1,125", "1.125"),
        (["0.5", "12.75"], "1.125", "1.125"),
        (["12,75"], "1.125", "1125"),
        (["1.250.000"], "1.125", "1125"),
        (["1.250.000"], "1,125", "1.125"),
        (["1,250.50"], "1,125", "1125"),
        (["1,250.50"], "1.125", "1.125"),
        (["1,250,000"], "1,125", "1125"),
        (["€ 12.75"], "1.125", "1.125"),
        (["0.125"], "1.125", "1.125"),
        # Both habits in one column, and a comma where only points were seen: somebody has to say it.
        (["12.75", "12,75"], "1.125", None),
        (["12.75", "12,75"], "1,125", None),
        (["12.75"], "1,125", None),
        (["12.75", "1.250.000"], "1.125", None),
        (["12.75"], "1.125½", "1125.5"),
    ],
)
def test_a_column_shows_what_its_points_and_commas_mean(column: list[str], text: str, value: str | None) -> None:
    marks = marks_of([*column, text, "", "veel", "12", "5 – 10"])
    if value is None:
        with pytest.raises(ValidationError, match=r"kan twee getallen zijn\. Schrijf 1125 of 1,1250"):
            number(text, marks)
    else:
        assert number(text, marks) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "ways"),
    [("1.250", "1250 of 1,25"), ("1,250", "1250 of 1,25"), ("€ 3.500", "3500 of 3,5"), ("1.000", "1000 of 1,0")],
)
def test_where_both_habits_are_usual_what_may_be_both_is_asked(text: str, ways: str) -> None:
    with pytest.raises(ValidationError, match=ways):
        euros(text, UNSURE)
    assert euros("1.250,50", UNSURE) == euros("1250.50", UNSURE) == euros("1250.50", BELGIAN)

"""Numbers of the Crossroads Bank for Enterprises, as people write them."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.validators import enterprise_number, establishment_number


def with_check_digits(first_eight: int) -> str:
    return f"{first_eight:08}{97 - first_eight % 97:02}"


@pytest.mark.parametrize(
    "written", ["0403.170.701", "BE 0403.170.701", "BE0403170701", "0403 170 701", "be0403.170.701", "403.170.701"]
)
def test_any_usual_way_of_writing_is_the_same_number(written: str) -> None:
    assert enterprise_number(written) == "0403170701"


@given(st.integers(1_000_000, 19_999_999))
def test_numbers_begin_with_0_or_1_and_end_in_their_check_digits(first_eight: int) -> None:
    number = with_check_digits(first_eight)
    assert enterprise_number(number) == number


def test_a_remainder_of_nothing_is_written_97() -> None:
    assert enterprise_number(with_check_digits(97 * 41_000)) == "0397700097"
    with pytest.raises(ValidationError, match="laatste twee cijfers"):
        enterprise_number("0397700000")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("0403.170.702", "laatste twee cijfers"),
        ("0403.170.710", "laatste twee cijfers"),
        (with_check_digits(21_234_567), "begint met 0 of 1"),
        ("0403.170.7", "tien cijfers"),
        ("0403.170.7011", "tien cijfers"),
        ("FR40303265045", "tien cijfers"),
        ("", "tien cijfers"),
        ("veel", "tien cijfers"),
    ],
)
def test_a_wrong_enterprise_number_is_told_what_is_wrong(wrong: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        enterprise_number(wrong)


@given(st.integers(20_000_000, 89_999_999))
def test_establishment_numbers_begin_with_2_to_8(first_eight: int) -> None:
    number = with_check_digits(first_eight)
    assert establishment_number(f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}") == number


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (with_check_digits(4_031_707), "begint met 2 tot 8"),
        (with_check_digits(90_000_000), "begint met 2 tot 8"),
        ("2.123.456.700", "laatste twee cijfers"),
        ("2.123.456", "tien cijfers"),
    ],
)
def test_a_wrong_establishment_number_is_told_what_is_wrong(wrong: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        establishment_number(wrong)

"""Numbers of the Crossroads Bank for Enterprises, and of telephones, as people write them."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.validators import enterprise_number, establishment_number, phone


def with_check_digits(first_eight: int) -> str:
    return f"{first_eight:08}{97 - first_eight % 97:02}"


@pytest.mark.parametrize(
    "written", ["0403.170.701", "BE 0403.170.701", "BE0403170701", "0403 170 701", "be0403.170.701", "403.170.701"]
)
def test_any_usual_way_of_writing_is_the_same_number(written: str) -> None:
    assert enterprise_number(written) == "0403170701"


@pytest.mark.parametrize(
    "written",
    [
        "BTW BE 0403.170.701", "BTW: BE0403.170.701", "btw be 0403 170 701", "BTW-nr. BE 0403.170.701",
        "BTW-nummer: 0403.170.701", "TVA BE 403.170.701", "TVA BE-0403.170.701", "VAT BE0403170701",
        "RPR Gent 0403.170.701", "RPR Gent, afdeling Oudenaarde 0403.170.701", "RPM Bruxelles TVA BE 0403.170.701",
        "0403.170.701 RPR Gent", "BE 0403.170.701 (RPR Antwerpen, afdeling Turnhout)",
        "BTW BE 0403.170.701 - RPR Gent", "KBO 0403.170.701", "KBO nr. 0403.170.701", "BCE: 0403.170.701",
        "Ondernemingsnummer 0403.170.701", "ondernemingsnr. 0403.170.701", "N° d'entreprise 0403.170.701",
        "Numéro d’entreprise : 0403.170.701", "BE 0 403 170 701", "0403-170-701", "0403/170/701", "0403·170·701",
        "BE\u00a00403\u2011170\u2011701", "0403\u202f170\u202f701", "\u202a0403.170.701\u202c",
        "０４０３.１７０.７０１", "  0403.170.701\n",
    ],
)  # fmt: skip
def test_it_is_read_as_papers_and_websites_announce_it(written: str) -> None:
    assert enterprise_number(written) == "0403170701"


_SPACES = st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", "."])
_DASHES = st.sampled_from(["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\uff0d"])


@given(
    st.integers(1_000_000, 9_999_999),
    st.sampled_from(["", "BE", "BTW ", "BTW BE ", "TVA BE", "KBO ", "RPR Gent "]),
    st.lists(_SPACES | _DASHES, min_size=10, max_size=10),
    st.booleans(),
)
def test_what_stands_between_the_digits_says_nothing(
    first_eight: int, announced: str, between: list[str], old: bool
) -> None:
    """Old papers leave the first 0 out."""
    number = with_check_digits(first_eight)
    digits = number[1:] if old else number
    written = announced + "".join(f"{digit}{gap}" for digit, gap in zip(digits, between, strict=False))
    assert enterprise_number(written.rstrip("".join(between))) == number


@given(st.text(max_size=200))
def test_any_text_is_a_number_or_is_refused_in_words(text: str) -> None:
    for read in (enterprise_number, establishment_number, phone):
        try:
            number = read(text)
        except ValidationError as refusal:
            said = refusal.messages[0]
        else:
            said = number
        assert said.startswith(("Een ", "Dit ", "Geef ")) or sum(char.isdecimal() for char in said) >= 8


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
        ("NL0403170701", "tien cijfers"),
        ("NL 0403.170.701", "tien cijfers"),
        ("BTW NL 0403.170.701", "tien cijfers"),
        ("O403.170.701", "tien cijfers"),
        ("-0403170701", "tien cijfers"),
        ("0403.170.701 0202.239.951", "tien cijfers"),
        ("0403.170.701 of 0202.239.951", "tien cijfers"),
        ("0403.170.701x", "tien cijfers"),
        ("040317070", "tien cijfers"),
        ("٠٤٠٣.١٧٠.٧٠١", "tien cijfers"),
        ("04٠٣.170.701", "tien cijfers"),
        ("BTW BE 0403.170.702", "laatste twee cijfers"),
        ("BE 403.170.702", "laatste twee cijfers"),
        ("9" * 5000, "tien cijfers"),
        ("btw " * 5000, "tien cijfers"),
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


@pytest.mark.parametrize(
    "written",
    ["VE {}", "ve nr. {}", "Vestigingsnummer: {}", "vestigingseenheid {}", "UE {}", "\u202a{}\u202c"],
)
def test_an_establishment_number_may_be_announced(written: str) -> None:
    number = with_check_digits(21_234_567)
    assert establishment_number(written.format(f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}")) == number


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("09 123 45 67", "09 123 45 67"),
        ("09/123.45.67", "09/123.45.67"),
        ("(09) 123 45 67", "(09) 123 45 67"),
        ("+32 (0)9 123 45 67", "+32 (0)9 123 45 67"),
        ("+32(0)470/12.34.56", "+32(0)470/12.34.56"),
        ("0032 470 12 34 56", "0032 470 12 34 56"),
        ("09\u2011123\u201145\u201167", "09-123-45-67"),
        ("0470–12–34–56", "0470-12-34-56"),
        ("0470\u221212\u221234\u221256", "0470-12-34-56"),
        ("+32\u00a0470\u202f12\u200934\u200756", "+32 470 12 34 56"),
        ("\u202a+32 470 12 34 56\u202c", "+32 470 12 34 56"),
        ("＋３２ 470 12 34 56", "+32 470 12 34 56"),
        ("tel. 09 123 45 67", "09 123 45 67"),
        ("Tél. : 02 123 45 67", "02 123 45 67"),
        ("GSM 0470 12 34 56", "0470 12 34 56"),
        ("T +32 9 123 45 67", "+32 9 123 45 67"),
    ],
)
def test_a_telephone_number_is_stored_in_characters_that_telephones_take(written: str, stored: str) -> None:
    assert phone(written) == stored


@pytest.mark.parametrize(
    "wrong",
    [
        "bel mij", "", "tel.", "09 123 45", "09 123 45 67 of 0470 12 34 56", "09 123 45 67 / 0470 12 34 56",
        "+32 9 123 45 67 ext. 3", "0800 HERGEBRUIK", "--------12345678", "+ + 32 9 123 45 67", "09 123 45 67 <b>",
        "1" * 16, "09 123 45 67\u0660", "+" * 5000, "1-" * 5000,
    ],
)  # fmt: skip
def test_what_nobody_can_call_is_refused_with_an_example(wrong: str) -> None:
    with pytest.raises(ValidationError, match="bijvoorbeeld 09 123 45 67"):
        phone(wrong)

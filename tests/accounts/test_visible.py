"""What nobody sees is taken out of names and texts; what makes one sign of several stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.validators import one_line, visible
from tests.makers import draft

SIGNS = [
    "👩\u200d🔧", "👨🏽\u200d🚀", "👨\u200d👩\u200d👧\u200d👦",
    "❤\ufe0f\u200d🔥", "🏳\ufe0f\u200d🌈", "🏴\u200d☠\ufe0f", "🐦\u200d⬛",
    "☀\ufe0f", "♻\ufe0f", "1\ufe0f\u20e3", "👍🏿", "🇧🇪",
    "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "می\u200cخواهم", "क्\u200dष",
]  # fmt: skip


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_of_several_characters_stays_whole(sign: str) -> None:
    assert visible(sign) == sign
    assert one_line(f" Reparatie  {sign}\u200b door ons ") == f"Reparatie {sign} door ons"


@pytest.mark.django_db
@pytest.mark.parametrize("sign", SIGNS)
def test_it_stays_in_the_title_and_the_description_of_a_listing(sign: str) -> None:
    listing = draft(title=f"Herstel {sign}", description=f"Wij {sign}\nen jij {sign}")
    listing.refresh_from_db()
    assert (listing.title, listing.description) == (f"Herstel {sign}", f"Wij {sign}\nen jij {sign}")


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("Pa\u200dletten", "Paletten"),
        ("Pa\u200cletten", "Paletten"),
        ("Pale\u00adtten", "Paletten"),
        ("\u202eneetteлаP", "neetteлаP"),
        ("a\u2066b\u2069", "ab"),
        ("a\u0007b\u001bc\u007fd\u009fe", "abcde"),
        ("a\U000e0041b", "ab"),
        ("a\ufe0fb", "ab"),
        ("👩\u200d", "👩"),
        ("👩\u200d 🔧", "👩 🔧"),
        ("🏴\U000e0067", "🏴"),
        ("een\u2028twee\u2029drie\x0bvier\r\nvijf\rzes", "een\ntwee\ndrie\nvier\nvijf\nzes"),
        ("\u200d\u200c\ufe0f\u3164\u115f\u2060\ufeff", ""),
    ],
)
def test_the_rest_goes(written: str, seen: str) -> None:
    assert visible(written) == seen


@given(st.text())
def test_nothing_that_turns_or_hides_is_left_and_a_second_look_finds_nothing(text: str) -> None:
    left = visible(text)
    assert visible(left) == left
    assert not any(
        unicodedata.bidirectional(char) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        for char in left
    )
    assert not any(unicodedata.category(char) == "Cc" and char not in "\n\t" for char in left)

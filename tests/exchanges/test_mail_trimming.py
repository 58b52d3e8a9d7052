"""What somebody wrote themselves, in whatever a mail program puts around it."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchanges.mail.trimming import own_words
from tests.exchanges.mails import HTML, PLAIN

#: Words that begin like the line above a quote, but aren't one.
OWN = (
    "Ja, dat past.",
    "Op dinsdag kan het ook.\n\nGroeten,\nAn",
    "Op maandag schreef Bo dat het te zwaar is: klopt dat?",
    "Le camion vient mardi.\nMerci",
    "On Tuesday we can come. Bo wrote that the gate is closed.",
    "Van ons mag het: morgen om tien uur.\nWe zijn met twee.",
    "Van: de loods\nTot: de kade\nMorgen om tien.",
    "Bo schreef op zijn bon: tien stuks.\nDatum: 3 december.",
    "Op 3 december schreef Bo dat het past.\nVerzonden via bpost.",
    "Kan het om 10:12?\n- vijf paletten\n- twee kisten",
)


def trimmed(content: str, *, is_html: bool = False) -> str:
    text: str = json.loads(own_words(io.BytesIO(content.encode()), is_html))["text"]
    return text


@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("program", PLAIN)
def test_the_quote_goes_and_ones_own_words_stay(program: str, own: str) -> None:
    assert trimmed(PLAIN[program].format(own=own)) == own


@pytest.mark.parametrize("program", HTML)
def test_of_html_one_s_own_words_stay_as_text(program: str) -> None:
    own = "Ja, dat <b>past</b>.<br>Tot morgen &amp; groeten"
    assert trimmed(HTML[program].format(own=own), is_html=True) == "Ja, dat past.\nTot morgen & groeten"


def test_what_stands_between_the_lines_of_a_quote_stays() -> None:
    mail = "Op 3-11-2025 om 10:12 schreef Werkstof:\n> Past morgen?\nJa.\n> Met de wagen?\nNee, met de fiets."
    assert trimmed(mail) == "Ja.\nNee, met de fiets."


def test_a_quote_alone_leaves_nothing() -> None:
    assert trimmed(PLAIN["Gmail, Dutch"].format(own="")) == ""


def test_the_whole_is_kept_beside_it() -> None:
    mail = PLAIN["Gmail, French"].format(own="Oui.")
    whole = json.loads(own_words(io.BytesIO(mail.encode()), False))["whole"]
    assert whole.startswith("Oui.")
    assert "Past morgen?" in whole


def test_scripts_and_styles_are_no_words() -> None:
    assert trimmed("<head><style>p {}</style></head><p>Dag</p><script>alert(1)</script>", is_html=True) == "Dag"


@given(st.text(max_size=300))
def test_any_text_is_read_and_nothing_is_added_to_it(text: str) -> None:
    lines = {line.strip() for line in text.replace("\xa0", " ").splitlines()}
    assert {line.strip() for line in trimmed(text).splitlines()} <= lines | {""}


@given(st.lists(st.sampled_from(["<p>", "</p>", "<div>", "<b", ">", "&nbsp;", "Dag ", "<!--", "<br/>", "]]>"])))
def test_any_html_is_read(parts: list[str]) -> None:
    assert isinstance(trimmed("".join(parts), is_html=True), str)

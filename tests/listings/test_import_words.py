"""A list's page asks once about each word that we don't know, and says what is wrong in the reader's language."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.models import Organisation
from listings.declarations import CHECKLIST
from listings.enums import Condition
from listings.imports import values
from listings.imports.mending import mend_words
from listings.imports.mistakes import told
from listings.imports.services import confirm_import, run_store
from listings.imports.words import CHOOSABLE, choices_of
from listings.models import ImportState, Listing, ListingImport
from tests.listings.test_import_mending import checked, checked_again, member, mend, page_of
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db

HEAD = "Titel;Materiaal;Aantal;Eenheid;Staat;Plaats\n"
UNKNOWN = (
    f"{HEAD}Een;frobnikels;3;emmers;prima;Gent\nTwee;Frobnikels ;4;emmers;gebruikt;Gent\n"
    "Drie;laptops;2;stuks;prima;Gent\n"
)


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def stored(made: ListingImport) -> list[Listing]:
    run_store(confirm_import(by=made.created_by, listing_import=made))  # type: ignore[arg-type]
    return list(Listing.objects.filter(organisation=made.organisation).order_by("pk"))


def test_each_unknown_word_stands_once_with_its_rows(company: Organisation, client: Client) -> None:
    """Given a list with words that nobody knows, when it was checked, then its page asks about each once."""
    made = checked(company, UNKNOWN)
    asked = [(word["field"], word["text"], word["column"], word["count"]) for word in made.reading["unknown"]]
    assert sorted(asked) == [
        ("condition", "prima", "Staat", 2), ("material", "frobnikels", "Materiaal", 2),
        ("unit", "emmers", "Eenheid", 2),
    ]  # fmt: skip
    page = unescape(page_of(client, made))
    assert page.count("Wat “frobnikels” betekent") == 1
    assert "kolom “Materiaal”, rijen 2, 3" in page
    assert 'data-shape="materials"' in page
    assert "Wat er mis is" not in page


def test_words_that_are_explained_are_read_so_and_the_list_is_checked_anew(
    company: Organisation, client: Client
) -> None:
    made = checked(company, UNKNOWN)
    number = {word["field"]: place for place, word in enumerate(made.reading["unknown"])}
    form = {
        f"name-{number['material']}": "Laptops",
        f"code-{number['unit']}": "piece",
        f"code-{number['condition']}": Condition.AS_NEW.slug,
    }
    mend(client, made, action="words", **form)
    again = checked_again(made)
    assert (again.mistake_count, again.reading["unknown"], again.reading["guesses"]) == (0, [], [])
    listings = stored(again)
    assert [(row.material and row.material.name, row.unit, row.condition) for row in listings] == [
        ("Laptops", "piece", Condition.AS_NEW), ("Laptops", "piece", Condition.USED),
        ("Laptops", "piece", Condition.AS_NEW),
    ]  # fmt: skip


def test_the_rows_of_an_unknown_word_can_be_skipped(company: Organisation, client: Client) -> None:
    made = checked(company, UNKNOWN)
    mend(client, made, action="words", **{f"out-{number}": "on" for number in range(3)})
    again = checked_again(made)
    assert (again.mistake_count, again.total, again.reading["left_out"]) == (0, 0, 3)


def test_a_word_that_is_left_open_stays_unknown(company: Organisation, client: Client) -> None:
    made = checked(company, UNKNOWN)
    number = {word["field"]: place for place, word in enumerate(made.reading["unknown"])}
    mend(client, made, action="words", **{f"code-{number['unit']}": "piece", f"name-{number['material']}": ""})
    assert {word["field"] for word in checked_again(made).reading["unknown"]} == {"material", "condition"}


def test_no_code_is_made_up_and_no_other_word_is_explained(company: Organisation) -> None:
    made = checked(company, UNKNOWN)
    for words in ({"unit": {"emmers": "bucket"}}, {"material": {"frobnikels": "gold"}}, {"title": {"Een": "x"}}):
        if "title" in words:
            mend_words(by=member(company), listing_import=made, words=words)
            assert ListingImport.objects.get(pk=made.pk).words == {"title": {}}
        else:
            with pytest.raises(ValidationError, match="Dit ken ik niet"):
                mend_words(by=member(company), listing_import=made, words=words)
            assert ListingImport.objects.get(pk=made.pk).state == ImportState.CHECKED


@pytest.mark.parametrize("field", sorted(set(CHOOSABLE) - {"material"}))
def test_each_choice_is_read_as_itself(field: str) -> None:
    """What the page offers for a column is what its cells are read as."""
    of_many: dict[str, Any] = {"hub_only": values.answer} | dict.fromkeys(CHECKLIST, values.checked)
    read = of_many.get(field) or getattr(values, field)
    choices = choices_of(field)
    assert len(choices) >= 2
    assert len({read(code) for code, _label in choices}) == len(choices)


# ---- in the reader's language ----

WRONG = f"{HEAD}Een;laptops;veel;ton;prima;Nergenshuizen\nTwee;laptops;2;liter;gebruikt;Gent\n"


@pytest.mark.parametrize(
    ("language", "number", "unit"),
    [
        ("nl", "is geen getal", "Kies uit: stuks"),
        ("fr", "n’est pas un nombre", "pièces"),
        ("en", "not a number", "pieces"),
    ],
)
def test_what_is_wrong_is_said_in_the_language_of_the_reader(
    company: Organisation, language: str, number: str, unit: str
) -> None:
    """Given a list that was checked in Dutch, when somebody reads in French, then so are its mistakes."""
    made = checked(company, WRONG)
    with translation.override(language):
        messages = {(mistake.row, mistake.column): mistake.message for mistake in told(made.mistakes)}
    assert {"Aantal", "Staat", "Plaats", "Eenheid"} == {column for _row, column in messages}
    assert _same(number) in _same(messages[2, "Aantal"])
    assert unit in messages[3, "Eenheid"]


def test_columns_are_called_as_the_file_calls_them(company: Organisation, client: Client) -> None:
    text = "Titre;Matière;Quantité;Unité;Prix;Prix par;Ville\nx;laptops;3 kg;pièces;5 par kg;pièce;Gent\n"
    page = unescape(page_of(client, checked(company, text)))
    assert "in de kolom “Unité” stuks" in page
    assert "De kolom “Prix par” zegt iets anders" in page
    assert "“Quantité”" in page


def test_a_mistake_that_an_earlier_version_kept_as_text_stays_readable() -> None:
    kept = [{"row": 3, "field": "", "column": "prijs", "value": "100 %", "says": [["100 % is geen getal", {}]]}]
    assert told(kept)[0].message == "100 % is geen getal"


def test_the_page_asks_the_database_as_often_for_many_mistakes(company: Organisation, client: Client) -> None:
    counts = []
    for rows in (2, 60):
        text = HEAD + "".join(f"t{n};woord{n}xyz;veel;liter;gebruikt;Gent\n" for n in range(rows))
        made = checked(company, text)
        client.force_login(member(company))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("import", args=[made.pk]))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def _same(text: str) -> str:
    return re.sub("[’']", "'", text.casefold())

"""Where a list's column names stand, units behind the numbers, and amounts that a workbook shows in other money."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from accounts.models import Organisation
from listings.imports.mistakes import told
from listings.imports.services import run_check, start_import
from listings.models import ListingImport
from tests.listings.test_import_mending import checked, member, page_of, stored
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db

HEADERS = ["Titel", "Materiaal", "Aantal", "Eenheid", "Prijs", "Plaats"]
NO_FORMATS: dict[str, str] = {}
ROW = ["Stoel", "laptops", 4, "stuks", 5, "Gent"]


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def checked_sheet(company: Organisation, rows: list[list[Any]], formats: dict[str, str] = NO_FORMATS) -> ListingImport:
    book = Workbook()
    sheet: Any = book.active
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                sheet.cell(number, column, value)
    for cell, code in formats.items():
        sheet[cell].number_format = code
    stream = io.BytesIO()
    book.save(stream)
    upload = SimpleUploadedFile("lijst.xlsx", stream.getvalue())
    made = start_import(by=member(company), organisation=company, upload=upload)
    run_check(made)
    return made


ABOVE: list[tuple[list[list[Any]], int, int]] = [
    ([], 1, 0),
    ([[]], 2, 0),
    ([["Voorraadlijst november 2026"]], 2, 1),
    ([["Voorraad, najaar"], [], ["Firma", "Atelier Noord", None, "Datum", "29/11/2026"]], 4, 2),
    ([["Artikel", None, "Prijs"]], 2, 1),
    ([[f"regel {number}"] for number in range(9)], 10, 9),
]


@pytest.mark.parametrize(("above", "header_row", "left"), ABOVE)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_column_names_are_found_below_a_title(
    company: Organisation, client: Client, above: list[list[Any]], header_row: int, left: int, kind: str
) -> None:
    """Given titles and empty rows above the column names, then these are found, and the page says in which row."""
    rows = [*above, HEADERS, ROW]
    if kind == "xlsx":
        made = checked_sheet(company, rows)
    else:
        text = "".join(";".join("" if cell is None else str(cell) for cell in row) + "\n" for row in rows)
        made = checked(company, text)
    assert made.mistakes == []
    assert (made.total, made.reading["header_row"], made.reading["rows_above"]) == (1, header_row, left)
    assert (f"uit rij {header_row}" in page_of(client, made)) == (header_row > 1)
    assert made.preview["rows"][0]["row"] == header_row + 1


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_title_with_commas_does_not_hide_the_separator(company: Organisation, separator: str) -> None:
    rows = ["Lijst, van, ons, magazijn", separator.join(HEADERS), separator.join(map(str, ROW))]
    made = checked(company, "\n".join(rows) + "\n")
    assert (made.mistakes, made.total) == ([], 1)


def test_names_that_somebody_explained_are_found_below_a_title_too(company: Organisation) -> None:
    company.import_columns.create(header="wat", field="material")
    company.import_columns.create(header="hoeveel", field="quantity")
    made = checked(company, "Onze stock\n\nWat;Hoeveel;Waarheen\nlaptops;3 stuks;x\n")
    assert (made.reading["header_row"], [column["field"] for column in made.reading["columns"]]) == (
        3, ["material", "quantity", ""],
    )  # fmt: skip


# ---- units behind numbers ----


def test_a_unit_behind_each_number_does_for_a_column(company: Organisation) -> None:
    """Given a list without a column of units, whose numbers name theirs, then it is read."""
    made = checked(company, "Materiaal;Aantal;Plaats\nlaptops;12 st.;Gent\nhout;3 ton;Gent\n")
    assert made.mistakes == []
    assert [row["unit"] for row in made.preview["rows"]] == ["piece", "tonne"]
    assert stored(made).added == 2


def test_a_number_without_a_unit_says_what_to_write(company: Organisation) -> None:
    made = checked(company, "Materiaal;Aantal;Plaats\nlaptops;12 st.;Gent\nlaptops;3;Gent\n")
    (mistake,) = told(made.mistakes)
    assert (mistake.row, mistake.column, mistake.value) == (3, "Aantal", "3")
    assert "Zet de eenheid erbij" in mistake.message


def test_no_unit_anywhere_is_a_column_that_lacks(company: Organisation) -> None:
    made = checked(company, "Materiaal;Aantal;Plaats\nlaptops;12;Gent\n")
    assert (
        "Deze kolommen ontbreken: eenheid. Het bestand heeft: “Materiaal”, “Aantal”" in told(made.mistakes)[0].message
    )


# ---- other money ----


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("[$$-409]#,##0.00", "$"), ("[$£-809]#,##0.00", "£"), ("[$USD] #,##0.00", "USD"), ('#,##0.00 "CHF"', "CHF"),
        ("\\$#,##0", "$"), ('_-"£"* #,##0.00_-', "£"), ("#,##0.00 [$kr-41D]", "kr"), ("[$¥-411]0", "¥"),
    ],
)  # fmt: skip
def test_an_amount_that_a_workbook_shows_in_other_money_is_refused(
    company: Organisation, code: str, shown: str
) -> None:
    made = checked_sheet(company, [HEADERS, ROW], {"E2": code})
    (mistake,) = told(made.mistakes)
    assert (mistake.row, mistake.column) == (2, "Prijs")
    assert mistake.message == f"Het bedrag staat in {shown}; geef de prijs in euro."


@pytest.mark.parametrize("code", ['#,##0.00 "€"', "[$€-413] #,##0.00", "[$EUR] 0.00", "General", "0.00", "[$-413]0"])
def test_an_amount_in_euro_or_without_money_is_read(company: Organisation, code: str) -> None:
    made = checked_sheet(company, [HEADERS, ROW], {"E2": code})
    assert (made.mistakes, made.preview["rows"][0]["price_eur"]) == ([], "5.00")

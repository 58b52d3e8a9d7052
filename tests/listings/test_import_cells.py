"""What companies write in cells is read as they mean it, or refused with what to write instead."""

import csv
import datetime as dt
import io
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import Workbook

from accounts.models import Organisation
from listings.amounts import marks_in
from listings.enums import Condition, ListingKind, PriceBasis
from listings.imports import values
from listings.imports.mistakes import told
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.models import Listing, ListingImport
from listings.validators import eural_code
from materials.enums import Unit
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db

#: A row that is right, by its columns.
RIGHT = {
    "referentie": "F1", "titel": "Lot", "materiaal": "hout", "hoeveelheid": "10", "eenheid": "ton", "prijs": "",
    "prijs per": "", "deelbaar": "", "staat": "", "soort": "", "beschikbaar van": "", "beschikbaar tot": "",
    "euralcode": "", "postcode": "9000",
}  # fmt: skip


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def imported(company: Organisation, *rows: dict[str, str]) -> tuple[list[Listing], dict[tuple[int, str], str]]:
    """The listings that rows become, and what is wrong by row and column. A cell that isn't given is right."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(RIGHT), delimiter=";")
    writer.writeheader()
    for number, row in enumerate(rows, start=1):
        writer.writerow(RIGHT | {"referentie": f"F{number}"} | row)
    by = company.memberships.get().user
    upload = SimpleUploadedFile("stock.csv", text.getvalue().encode())
    made = start_import(by=by, organisation=company, upload=upload)
    run_check(made)
    mistakes = {(mistake.row, mistake.column): mistake.message for mistake in told(made.mistakes)}
    if not mistakes:
        run_store(confirm_import(by=by, listing_import=made))
    return list(Listing.objects.filter(organisation=company).order_by("pk")), mistakes


def refused(company: Organisation, **cells: str) -> str:
    """What the import says of a row with these cells, of which the first one is wrong. Nothing is stored."""
    named = {name.replace("_", " "): text for name, text in cells.items()}
    listings, mistakes = imported(company, named)
    assert not listings
    assert list(mistakes) == [(2, next(iter(named)))]
    return mistakes[2, next(iter(named))]


@pytest.mark.parametrize(
    ("price", "kind", "euros"),
    [
        ("−50", "removal_fee", "50"), ("–50", "removal_fee", "50"), ("-50", "removal_fee", "50"),
        ("(50)", "removal_fee", "50"), ("€ −50", "removal_fee", "50"), ("-12,-", "removal_fee", "12"),
        ("2½", "fixed", "2.5"), ("12,-", "fixed", "12"), ("12,50 euro", "fixed", "12.5"), ("€ 1.250", "fixed", "1250"),
        ("12.50", "fixed", "12.5"), ("-", "on_request", None), ("–", "on_request", None),
        ("op aanvraag", "on_request", None),
        ("N.O.T.K.", "on_request", None), ("Gratis", "free", None), ("0", "free", None), ("€ 0,-", "free", None),
    ],
)  # fmt: skip
def test_a_price_is_read_as_it_is_meant(company: Organisation, price: str, kind: str, euros: str | None) -> None:
    """Cases f01, f03 and f24: an amount below zero is paid to whoever takes it, a dash says nothing."""
    (listing,), _mistakes = imported(company, {"prijs": price})
    assert (listing.price_kind, listing.price_eur) == (kind, Decimal(euros) if euros else None)


@pytest.mark.parametrize(
    ("price", "says"),
    [
        ("5 – 10", "meer dan één getal"), ("€ 100–150", "meer dan één getal"), ("5-10", "meer dan één getal"),
        ("5 à 10 euro", "meer dan één getal"), ("£ 50", "prijs in euro"), ("$50", "prijs in euro"),
        ("50 USD", "prijs in euro"),
        ("12·50", "meer dan één getal"), ("50-", "geen getal"), ("ca. 50", "geen getal"), ("50%", "geen getal"),
        ("vanaf 50", "geen getal"), ("12,505", "achter de komma"), ("1,250", "achter de komma"), ("1e30", "voluit"),
        ("1e999999999", "veel te lang"), ("100000000", "te groot"), ("10\n20", "meer dan één getal"),
        ("5 per doos", "prijs per ton of per partij"), ("5 per 100 kg", "meer dan één getal"), ("?", "geen getal"),
    ],
)  # fmt: skip
def test_a_price_that_is_no_amount_in_euro_is_refused(company: Organisation, price: str, says: str) -> None:
    """Cases f02 and f03: a range, two numbers or other money."""
    assert says in refused(company, prijs=price)


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [("1.250", "1250"), ("12 ton", "12"), ("12t", "12"), ("2½ ton", "2.5"), ("1 250,5", "1250.5")],
)
def test_a_quantity_may_name_its_unit(company: Organisation, cell: str, quantity: str) -> None:
    """Case f24."""
    (listing,), _mistakes = imported(company, {"hoeveelheid": cell})
    assert (listing.quantity, listing.unit) == (Decimal(quantity), "tonne")


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("10\n20", "meer dan één getal"), ("10 20", "meer dan één getal"), ("5' 10", "meer dan één getal"),
        ("10x20", "meer dan één getal"), ("10 kg", "Hier staat kg"), ("veel", "geen getal"), ("0", "meer dan 0"),
        ("-5", "meer dan 0"), ("0,0001", "achter de komma"), ("1e999999999", "veel te lang"), ("1e99", "voluit"),
        ("10\n500 ton", "meer dan één getal"),
    ],
)  # fmt: skip
def test_a_quantity_that_is_no_number_is_refused(company: Organisation, cell: str, says: str) -> None:
    """Case f04: two numbers in a cell."""
    assert says in refused(company, hoeveelheid=cell)


def test_a_quantity_with_its_unit_needs_no_second_one(company: Organisation) -> None:
    (listing,), _mistakes = imported(company, {"hoeveelheid": "12 st.", "eenheid": "", "materiaal": "laptops"})
    assert (listing.quantity, listing.unit) == (Decimal(12), "piece")


@pytest.mark.parametrize(
    ("per", "unit", "price", "basis", "euros"),
    [
        ("totaal", "ton", "600", "lot", "600"), ("per partij", "ton", "600", "lot", "600"),
        ("", "ton", "600", "lot", "600"),
        ("voor alles", "ton", "600", "lot", "600"), ("Prix total: tout", "ton", "600", None, None),
        ("eenheid", "ton", "600", "unit", "600"), ("per ton", "ton", "600", "unit", "600"),
        ("kg", "ton", "0,15", "unit", "150"), ("€/kg", "ton", "0,155", "unit", "155"),
        ("ton", "kg", "150", "unit", "0.15"),
        ("liter", "m3", "0,5", "unit", "500"), ("ton", "kg", "155", None, None), ("stuk", "ton", "5", None, None),
        ("kg", "m3", "5", None, None), ("maand", "ton", "5", None, None), ("100 kg", "ton", "5", None, None),
        ("kg", "ton", "1,250", None, None),
    ],
)  # fmt: skip
def test_what_a_price_is_for_is_understood_and_converted_or_refused(
    company: Organisation, per: str, unit: str, price: str, basis: str | None, euros: str | None
) -> None:
    """Case f05: a total isn't a price of each, and a price per kg is one of tonnes."""
    listings, mistakes = imported(company, {"prijs": price, "prijs per": per, "eenheid": unit})
    if basis is None:
        assert len(mistakes) == 1
        return
    assert [(row.price_basis, row.price_eur) for row in listings] == [(basis, Decimal(euros or 0))], mistakes


def test_a_price_may_say_itself_what_it_is_for(company: Organisation) -> None:
    (listing,), _mistakes = imported(company, {"prijs": "€ 0,15 / kg"})
    assert (listing.price_basis, listing.price_eur) == ("unit", Decimal(150))


def test_a_price_that_is_for_something_else_than_its_column_says_is_refused(company: Organisation) -> None:
    assert "prijs per" in refused(company, prijs="5 per ton", prijs_per="partij")


@pytest.mark.parametrize(
    ("cell", "splittable"),
    [
        ("niet deelbaar", False), ("FAUX", False), ("nee, als geheel", False), ("Nee", False), ("non", False),
        ("0", False),
        ("ONWAAR", False), ("ondeelbaar", False), ("ja", True), ("WAAR", True), ("Oui", True), ("True", True),
        ("", True),
    ],
)  # fmt: skip
def test_whether_a_lot_may_be_split_is_understood(company: Organisation, cell: str, splittable: bool) -> None:
    """Case f06."""
    (listing,), _mistakes = imported(company, {"deelbaar": cell})
    assert listing.splittable is splittable


@pytest.mark.parametrize("cell", ["x", "misschien", "2", "liever niet", "ja/nee", "−"])
def test_an_answer_that_is_neither_yes_nor_no_is_refused_with_both(company: Organisation, cell: str) -> None:
    assert refused(company, deelbaar=cell) == f"“{cell}” ken ik niet. Kies uit: ja, nee."


@pytest.mark.parametrize(
    ("column", "cell", "choices"),
    [
        ("soort", "huur", "Aanbod, Vraag"), ("soort", "dienst", "Aanbod, Vraag"),
        ("staat", "mooi", "voor onderdelen, te herst"),
        ("eenheid", "paar", "kg, ton, stuks"), ("prijs per", "maand", "partij, eenheid, kg"), ("soort", "−", "Aanbod"),
    ],
)  # fmt: skip
def test_a_word_that_no_choice_knows_is_refused_with_the_choices(
    company: Organisation, column: str, cell: str, choices: str
) -> None:
    assert f"Kies uit: {choices}" in refused(company, **{column: cell})


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("stuk(s)", "piece"), ("st.", "piece"), ("Stuks", "piece"), ("pcs", "piece"), ("pièces", "piece"),
        ("meters", "m"),
        ("lm", "m"), ("l.m.", "m"), ("lopende meter", "m"), ("mètres", "m"), ("m²", "m2"), ("M2", "m2"), ("sqm", "m2"),
        ("vierkante_meter", "m2"), ("m³", "m3"), ("kuub", "m3"), ("kilo's", "kg"), ("tonnes", "tonne"), ("L", "litre"),
        ("paletten", "pallet"), ("boîtes", "box"), ("rouleau(x)", "roll"), ("zak(ken)", "bag"),
    ],
)  # fmt: skip
def test_units_have_many_names(written: str, unit: str) -> None:
    """Case f24."""
    assert values.unit(written) == unit


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31 maart 2099", dt.date(2099, 3, 31)), ("2099-03-31 00:00:00", dt.date(2099, 3, 31)), ("31/12/9999", None),
        ("31 mars 2099", dt.date(2099, 3, 31)), ("onbeperkt", None), ("31-mrt-99", dt.date(2099, 3, 31)),
    ],
)  # fmt: skip
def test_an_end_is_read_from_everyday_spellings(company: Organisation, cell: str, day: dt.date | None) -> None:
    """Cases f07 and f24: 31/12/9999 is no end, a time behind a day is left."""
    (listing,), _mistakes = imported(company, {"beschikbaar tot": cell})
    assert listing.available_until == day


@pytest.mark.parametrize("cell", ["31/12/0026", "31/12/9999", "31/12/2101", "31/12/1999"])
def test_a_beginning_outside_the_years_of_the_form_is_refused(company: Organisation, cell: str) -> None:
    """Case f07."""
    assert refused(company, beschikbaar_van=cell) == "Kies een dag tussen 2000 en 2100."


@pytest.mark.parametrize("cell", ["17.02.01", "17 02 01", "170201", "17-02-01", "17.02.01 "])
def test_a_eural_code_may_have_dots_and_blanks(company: Organisation, cell: str) -> None:
    """Case f24."""
    (listing,), _mistakes = imported(company, {"euralcode": cell})
    assert listing.eural_code == "170201"


def test_the_mark_of_hazardous_waste_stays(company: Organisation) -> None:
    (listing,), _mistakes = imported(company, {"euralcode": "17.02.04 *"})
    assert listing.eural_code == "170204*"


@pytest.mark.parametrize(
    "error", ["#N/A", "#VALUE!", "#REF!", "#DIV/0!", "#NAME?", "#N/B", "#WAARDE!", "#NOM?", "Err:502", "####"]
)
@pytest.mark.parametrize(
    "column", ["prijs", "beschikbaar tot", "titel", "hoeveelheid", "materiaal", "referentie", "postcode"]
)
def test_an_error_of_the_spreadsheet_is_refused_by_name_in_every_column(
    company: Organisation, column: str, error: str
) -> None:
    """Case f09."""
    listings, mistakes = imported(company, {column: error})
    assert not listings
    assert f"een fout van je rekenblad: {error}." in mistakes[2, column]
    # One mistake for one cell: that it is empty then isn't said as well.
    assert len(mistakes) == 1


@pytest.mark.parametrize(
    ("column", "cells", "read"),
    [
        ("hoeveelheid", ["0.5", "12.75", "1.125"], ["0.5", "12.75", "1.125"]),
        ("hoeveelheid", ["0,5", "12,75", "1.125"], ["0.5", "12.75", "1125"]),
        ("hoeveelheid", ["1.125"], ["1125"]),
        ("hoeveelheid", ["12.5 ton", "1.125 ton"], ["12.5", "1.125"]),
        ("hoeveelheid", ["1,250.5", "1,125"], ["1250.5", "1125"]),
        ("prijs", ["12,50", "1.125"], ["12.5", "1125"]),
    ],
)
def test_a_column_shows_what_its_points_mean(
    company: Organisation, column: str, cells: list[str], read: list[str]
) -> None:
    """Case f23: a column that writes decimals with a point."""
    listings, mistakes = imported(company, *({column: cell} for cell in cells))
    assert not mistakes
    stored = [listing.quantity if column == "hoeveelheid" else listing.price_eur for listing in listings]
    assert stored == [Decimal(value) for value in read]


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("hoeveelheid", ["12.5", "12,5", "1.125"]),
        # An amount has no three decimals: 1250 euro may be meant.
        ("prijs", ["12.50", "1.250"]),
    ],
)
def test_where_a_column_shows_both_what_may_be_both_is_asked(
    company: Organisation, column: str, cells: list[str]
) -> None:
    listings, mistakes = imported(company, *({column: cell} for cell in cells))
    assert not listings
    assert list(mistakes) == [(len(cells) + 1, column)]


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_every_choice_that_a_refusal_names_is_read_in_every_language(language: str) -> None:
    named: list[tuple[Callable[[str], object], Any, str]] = []
    with translation.override(language):
        named += [(values.unit, unit, str(unit.label)) for unit in Unit]
        named += [(values.price_basis, unit, str(unit.label)) for unit in Unit]
        named += [(values.condition, condition, str(condition.label)) for condition in Condition]
        named += [(values.kind, kind, str(kind.label)) for kind in (ListingKind.SUPPLY, ListingKind.DEMAND)]
        named += [(values.splittable, True, _("ja")), (values.splittable, False, _("nee"))]
        named += [
            (values.price_basis, PriceBasis.LOT, _("partij")),
            (values.price_basis, PriceBasis.UNIT, _("eenheid")),
        ]
    assert [(label, read(label)) for read, _value, label in named] == [(label, value) for _read, value, label in named]


HOSTILE = [
    "1" * 2_500 + " " * 2_500, "1 " * 2_500, "1/" * 2_500, " per" * 1_250, "1." * 2_500, "1e" * 2_500, "€" * 5_000,
    "(" * 5_000, "#" * 4_999 + "!", "a1" * 2_500, "31/12/2026" * 500, "17 " * 1_600, "\u0301" * 5_000, "½" * 5_000,
    "1e" + "9" * 4_998, "-" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize("read", [
    values.quantity, values.price, values.price_basis, values.unit, values.condition, values.kind, values.splittable,
    values.first_day, values.last_day, values.check_is_no_error, eural_code, lambda text: marks_in([text]),
])  # fmt: skip
def test_the_longest_cell_is_answered_at_once(read: Callable[[str], object]) -> None:
    for text in HOSTILE:
        begun = time.perf_counter()
        with suppress(ValidationError):
            read(text)
        assert time.perf_counter() - begun < 1, text[:20]


def test_a_reference_that_is_too_long_is_refused_and_not_cut(company: Organisation) -> None:
    assert "heeft 81 tekens; er passen er 80" in refused(company, referentie="x" * 81)


@pytest.mark.parametrize("srid", ["1e999999999", "31371", "Lambert", "31370,5", "1e30"])
def test_a_coordinate_system_that_doesn_t_exist_is_refused_at_once(
    company: Organisation, tmp_path: Path, srid: str
) -> None:
    text = f"materiaal;hoeveelheid;eenheid;x;y;srid\nhout;1;ton;104880;193860;{srid}\n"
    made = start_import(
        by=company.memberships.get().user, organisation=company, upload=SimpleUploadedFile("a.csv", text.encode())
    )
    run_check(made)
    assert made.mistake_count == 1


@pytest.mark.parametrize("srid", ["31370", "EPSG:31370", "epsg 31370", ""])
def test_a_coordinate_system_may_be_called_by_its_full_name(company: Organisation, srid: str) -> None:
    text = f"materiaal;hoeveelheid;eenheid;x;y;srid\nhout;1;ton;104.880;193.860,5;{srid}\n"
    made = start_import(
        by=company.memberships.get().user, organisation=company, upload=SimpleUploadedFile("a.csv", text.encode())
    )
    run_check(made)
    assert made.mistakes == []
    assert [row["place"] for row in made.preview["rows"]] == ["Gent"]


def test_numbers_and_answers_of_a_workbook_are_what_they_are(company: Organisation) -> None:
    book = Workbook()
    book.active.append(["materiaal", "hoeveelheid", "eenheid", "prijs", "deelbaar", "postcode"])
    rows: list[list[Any]] = [["hout", 1.125, "ton", -12.5, False, 9000], ["hout", 0.5, "ton", 1250, True, 9000]]
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    by = company.memberships.get().user
    made = start_import(by=by, organisation=company, upload=SimpleUploadedFile("a.xlsx", file.getvalue()))
    run_check(made)
    assert made.mistakes == []
    run_store(confirm_import(by=by, listing_import=made))
    found = Listing.objects.filter(organisation=company).order_by("quantity")
    assert [(row.quantity, row.price_kind, row.price_eur, row.splittable) for row in found] == [
        (Decimal("0.5"), "fixed", Decimal(1250), True),
        (Decimal("1.125"), "removal_fee", Decimal("12.5"), False),
    ]


@pytest.mark.parametrize(
    ("header", "cell", "stored"),
    [
        ("Prijs/stuk", "15", ("unit", "15.00")),
        ("prijs per stuk", "15", ("unit", "15.00")),
        ("Eenheidsprijs per stuk", "15", ("unit", "15.00")),
        ("Price per piece", "15", ("unit", "15.00")),
        ("Prijs (€/stuk)", "15", ("unit", "15.00")),
        ("Prijs per partij", "15", ("lot", "15.00")),
        ("Prijs", "15", ("lot", "15.00")),
    ],
)
def test_the_name_of_a_column_of_prices_may_say_what_they_are_for(
    company: Organisation, header: str, cell: str, stored: tuple[str, str]
) -> None:
    made = checked_text(company, f"materiaal;aantal;eenheid;plaats;{header}\nlaptops;3;stuks;Gent;{cell}\n")
    assert made.mistakes == []
    row = made.preview["rows"][0]
    assert (row["price_basis"], row["price_eur"]) == stored


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("materiaal;aantal;eenheid;plaats;Prijs per bakje\nlaptops;3;stuks;Gent;15\n", "bakje"),
        ("materiaal;aantal;eenheid;plaats;Prijs per kg\nlaptops;3;stuks;Gent;15\n", "past niet bij"),
        (
            "materiaal;aantal;eenheid;plaats;Prijs/stuk;prijs per\nlaptops;3;stuks;Gent;15;partij\n",
            "spreken elkaar tegen",
        ),
    ],
)
def test_a_name_of_a_column_of_prices_that_says_something_else_is_refused(
    company: Organisation, text: str, says: str
) -> None:
    assert [says in mistake.message for mistake in told(checked_text(company, text).mistakes)] == [True]


def checked_text(company: Organisation, text: str) -> ListingImport:
    upload = SimpleUploadedFile("lijst.csv", text.encode())
    made = start_import(by=company.memberships.get().user, organisation=company, upload=upload)
    run_check(made)
    return made

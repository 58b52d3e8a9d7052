"""Files of listings as companies have them: read whole or not at all."""

from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organisation
from geo.towns import LoadedTowns, find_town
from listings.balances.services import hold
from listings.enums import ListingStatus
from listings.imports.row import Parsed
from listings.imports.services import cancel_import, confirm_import, run_check, run_store, start_import
from listings.imports.stored_rows import stored_listings
from listings.models import ImportState, Listing, ListingImport
from tests.makers import draft, make_organisation, make_site, make_user

pytestmark = pytest.mark.django_db

BELGIAN = """Referentie;Titel;Materiaal;Hoeveelheid;Eenheid;Staat;Prijs;Postcode;Plaats;Beschikbaar tot
A-1;Europaletten uit magazijn;europallet;1.250;stuks;gebruikt;3,50;9000;Gent;31/12/2099
A-2;Gyproc;gyproc;12,5;m²;nieuw;gratis;9300;Aalst;
A-3;;houten balken;40;m;;op aanvraag;8500;Kortrijk;
"""


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def run(path: Path, company: Organisation, **options: object) -> str:
    said = StringIO()
    call_command("import_listings", str(path), organisation=company.pk, stdout=said, stderr=StringIO(), **options)
    return said.getvalue()


def test_a_belgian_csv_becomes_listings(tmp_path: Path, company: Organisation) -> None:
    path = tmp_path / "stock.csv"
    path.write_bytes(BELGIAN.encode("cp1252"))
    assert "3 added" in run(path, company)
    pallets, plaster, beams = Listing.objects.filter(organisation=company).order_by("reference")
    assert (pallets.quantity, pallets.unit, pallets.price_kind, pallets.price_eur) == (
        Decimal(1250),
        "piece",
        "fixed",
        Decimal("3.5"),
    )
    assert pallets.mass_kg == 31_250
    assert pallets.municipality is not None
    assert pallets.municipality.name_nl == "Gent"
    assert (plaster.quantity, plaster.unit, plaster.price_kind) == (Decimal("12.5"), "m2", "free")
    assert beams.title == "Balken en kepers"
    assert {pallets.status, plaster.status, beams.status} == {ListingStatus.PUBLISHED}


def test_the_same_file_again_changes_nothing_and_a_changed_row_one(tmp_path: Path, company: Organisation) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(BELGIAN)
    run(path, company)
    assert "0 added, 0 changed, 3 unchanged" in run(path, company)
    path.write_text(BELGIAN.replace("12,5", "20"))
    assert "0 added, 1 changed, 2 unchanged" in run(path, company)
    assert Listing.objects.get(organisation=company, reference="A-2").quantity == 20


def test_a_row_that_would_break_a_promise_is_named_and_nothing_is_stored(
    tmp_path: Path, company: Organisation
) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(BELGIAN)
    run(path, company)
    pallets = Listing.objects.get(reference="A-1")
    hold(by=None, listing=pallets, quantity=Decimal(1200))
    path.write_text(BELGIAN.replace("1.250", "1.199").replace("12,5", "20"))
    said = StringIO()
    with pytest.raises(CommandError, match="1 mistakes in 3 rows; nothing was stored"):
        call_command("import_listings", str(path), organisation=company.pk, stdout=StringIO(), stderr=said)
    assert "row 2, Hoeveelheid" in said.getvalue()
    assert "Geef minstens 1" in said.getvalue()
    path.write_text(BELGIAN.replace("1.250", "1.200").replace("12,5", "20"))
    assert "0 added, 2 changed, 1 unchanged" in run(path, company)
    pallets.refresh_from_db()
    assert pallets.quantity == pallets.taken_quantity == 1200
    assert pallets.status == ListingStatus.RESERVED


def test_a_workbook_with_english_headers_and_lambert_coordinates_is_read(
    tmp_path: Path, company: Organisation
) -> None:
    book = Workbook()
    book.active.append(["SKU", "Material", "Quantity", "Unit", "x", "y", "EPSG"])
    book.active.append(["X1", "Laptops", 25, "pcs", 104_880, 193_860, 31370])
    path = tmp_path / "stock.xlsx"
    book.save(path)
    assert "1 added" in run(path, company)
    listing = Listing.objects.get(organisation=company)
    assert listing.location is not None
    assert listing.location.y == pytest.approx(51.05, abs=0.02)


def test_a_broken_row_in_the_middle_stores_nothing_and_is_named(tmp_path: Path, company: Organisation) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(BELGIAN.replace("12,5;m²", "veel;m²"))
    said = StringIO()
    with pytest.raises(CommandError, match="1 mistakes in 3 rows; nothing was stored"):
        call_command("import_listings", str(path), organisation=company.pk, stderr=said)
    assert "row 3, Hoeveelheid “veel”" in said.getvalue()
    assert not Listing.objects.filter(organisation=company).exists()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("europallet", "ikweetniet", "ken ik niet als materiaal"),
        ("1.250;stuks", "1.250;liter", "past niet bij"),
        ("1.250", "0", "meer dan 0"),
        ("1.250", "9999999999", "meer dan 0"),
        ("31/12/2099", "31/13/2099", "geen datum"),
        ("31/12/2099", "31/12/2019", "ligt voor de begindatum"),
        ("9000;Gent", "1234;Nergens", "1234 is geen postcode"),
        ("A-2;Gyproc", "A-1;Gyproc", "staat ook in rij 2"),
        ("3,50", "duur", "geen getal"),
        ("1.250;stuks", ";stuks", "Deze cel is leeg."),
        ("1.250;stuks", "5;", "Deze cel is leeg."),
        ("europallet", "", "Deze cel is leeg."),
        ("1.250", "0,0001", "Geef hoogstens 3 cijfers achter de komma."),
        ("9000;Gent", ";Nergenshuizen", "Deze plaats ken ik niet"),
        ("9000;Gent", ";Parijs", "Parijs ligt buiten Vlaanderen en Brussel"),
        ("9000;Gent", ";Berchem", "2600, 9690"),
        ("9000;Gent", "9000;Aalst", "Aalst heeft postcode 3800, 9300, en 9000 is Gent"),
        ("europallet", "qwertzuiop", "“qwertzuiop” ken ik niet als materiaal. Probeer een algemener woord."),
        ("3,50", "1000000000", "te groot"),
        ("3,50", "-1e9999999", "veel te lang"),
    ],
)
def test_each_wrong_cell_is_named(tmp_path: Path, company: Organisation, before: str, after: str, says: str) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(BELGIAN.replace(before, after, 1))
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("import_listings", str(path), organisation=company.pk, stderr=said)
    assert says in said.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("stock.csv", b"", "leeg"),
        ("stock.csv", b"Materiaal;Hoeveelheid;Eenheid\n", "Onder de kolomnamen staat nog niets"),
        ("stock.csv", b"Titel;Prijs\nx;1\n", "ontbreken"),
        ("stock.xlsx", b"not a workbook", "geen XLSX"),
        ("stock.pdf", b"%PDF", "CSV- of XLSX"),
        ("stock.csv", b"\x00\x01\x02", "geen tekstbestand"),
        ("stock.csv", b"\xff\xfe\x00", "geen tekstbestand"),
        ("stock.xlsx", b"not a workbook", "opnieuw, als XLSX of CSV"),
        ("stock.csv", b'materiaal;aantal;eenheid\nlaptops;1;stuks\n"laptops;3;stuks\nlaptops;4;stuks\n', "In rij 3"),
        ("stock.csv", b'materiaal;aantal;eenheid\n"' + b"x" * 200_000, "aanhalingsteken"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, company: Organisation, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(CommandError, match=says):
        run(path, company)


@pytest.mark.parametrize(("code", "name"), [("1050", "Brussel"), ("1030", "Bruxelles")])
def test_brussels_may_follow_the_code_of_any_of_its_municipalities(code: str, name: str) -> None:
    assert find_town(code, name, LoadedTowns()).code == code


def test_a_text_that_does_not_fit_is_named_and_not_cut_in_silence(tmp_path: Path, company: Organisation) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(f"Materiaal;Aantal;Eenheid;Titel\npaletten;3;stuks;{'x' * 141}\npaletten;3;stuks;{'x' * 140}\n")
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("import_listings", str(path), organisation=company.pk, stderr=said)
    assert "Deze tekst heeft 141 tekens; er passen er 140." in said.getvalue()
    assert said.getvalue().count("tekens") == 1


def test_a_dry_run_stores_nothing(tmp_path: Path, company: Organisation) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(BELGIAN)
    assert "nothing was stored" in run(path, company, dry_run=True)
    assert not Listing.objects.filter(organisation=company).exists()


def test_a_dry_run_says_row_by_row_what_the_page_shows(tmp_path: Path, company: Organisation) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(BELGIAN.replace("A-3;", "A-9;"))
    run(path, company)
    text = BELGIAN.replace("12,5", "20").replace("europallet;", "europallett;")
    path.write_text(text)
    assert run(path, company, dry_run=True).splitlines() == [
        "row 2, unchanged: Europaletten uit magazijn; supply; wood-pallets-eur (guessed from “europallett”); "
        "1250.000 piece; fixed 3.50 EUR per lot; 9000 Gent",
        "row 3, changed: Gyproc; supply; building-plasterboard; 20.000 m2; free; 9300 Aalst",
        "row 4, new: Balken en kepers; supply; wood-beams (guessed from “houten balken”); 40.000 m; on_request; "
        "8500 Kortrijk",
        "3 rows, no mistakes: 1 new, 1 changed, 1 unchanged; 2 materials guessed; nothing was stored (dry run).",
    ]
    made = upload(company, text)
    run_check(made)
    said = run(path, company, dry_run=True)
    assert len(made.preview["rows"]) == 3
    for row in made.preview["rows"]:
        assert f"row {row['row']}, {row['fate']}: {row['title']}; " in said


def test_a_dry_run_shows_more_rows_than_the_page(tmp_path: Path, company: Organisation) -> None:
    path = tmp_path / "stock.csv"
    row = "B-{};Plank {};europallet;1;stuks;;;;Gent;\n"
    path.write_text(BELGIAN.splitlines()[0] + "\n" + "".join(row.format(n, n) for n in range(25)))
    assert run(path, company, dry_run=True).count("new: Plank") == 25


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        ("", "Aalst", "9300 Aalst"),
        ("", "brugge", "8000 Brugge"),
        ("", "Gand", "9000 Gent"),
        ("", "Brussel", "1000 Brussel"),
        ("", "Koolkerke", "8000 Koolkerke"),
        ("", "B-9000 Gent", "9000 Gent"),
        ("8000", "", "8000 Brugge"),
        ("B-8000", "Koolkerke", "8000 Koolkerke"),
        ("9000", "Gent-Centrum", "9000 Gent"),
        ("9050", "Gent", "9050 Gentbrugge"),
        ("3800", "Aalst", "3800 Aalst"),
    ],
)
def test_a_town_is_found_by_its_code_by_its_name_or_by_both(code: str, name: str, words: str) -> None:
    assert find_town(code, name, LoadedTowns()).words == words


def test_towns_are_read_once_whatever_the_number_of_rows(
    company: Organisation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        towns = LoadedTowns()
        assert find_town("", "Aalst", towns) != find_town("9000", "Gent", towns)


def test_only_a_row_that_says_nothing_of_its_place_lies_at_the_site(tmp_path: Path, company: Organisation) -> None:
    make_site(company)
    path = tmp_path / "stock.csv"
    path.write_text("materiaal;aantal;eenheid;straat\nlaptops;3;stuks;Kerkstraat 1\n")
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("import_listings", str(path), organisation=company.pk, stderr=said)
    assert "bij de straat ook de postcode" in said.getvalue()


def test_what_excel_calls_unicode_text_is_read(tmp_path: Path, company: Organisation) -> None:
    path = tmp_path / "stock.txt"
    path.write_bytes(BELGIAN.replace(";", "\t").replace("stuks", "stk.").encode("utf-16"))
    assert "3 added" in run(path, company)


def test_a_workbook_s_own_numbers_are_no_text(tmp_path: Path, company: Organisation) -> None:
    book = Workbook()
    book.active.append(["materiaal", "aantal", "eenheid", "plaats"])
    book.active.append(["laptops", 1.125, "kg", "Aalst"])
    path = tmp_path / "stock.xlsx"
    book.save(path)
    run(path, company)
    assert Listing.objects.get(organisation=company).quantity == Decimal("1.125")


def upload(company: Organisation, content: str = BELGIAN) -> ListingImport:
    by = company.memberships.get().user
    return start_import(by=by, organisation=company, upload=SimpleUploadedFile("stock.csv", content.encode()))


def test_an_upload_is_checked_first_and_stored_when_confirmed(company: Organisation) -> None:
    by = company.memberships.get().user
    made = upload(company)
    run_check(made)
    assert (made.state, made.total, made.mistake_count) == (ImportState.CHECKED, 3, 0)
    assert not Listing.objects.filter(organisation=company).exists()
    run_store(confirm_import(by=by, listing_import=made))
    made.refresh_from_db()
    assert (made.state, made.added) == (ImportState.DONE, 3)


def test_an_upload_with_mistakes_can_t_be_confirmed(company: Organisation) -> None:
    made = upload(company, BELGIAN.replace("12,5", "veel"))
    run_check(made)
    assert made.mistakes[0]["row"] == 3
    with pytest.raises(ValidationError):
        confirm_import(by=company.memberships.get().user, listing_import=made)


def test_a_cancelled_upload_stores_nothing(company: Organisation) -> None:
    by = company.memberships.get().user
    made = upload(company)
    cancel_import(by=by, listing_import=made)
    run_check(made)
    made.refresh_from_db()
    assert made.state == ImportState.CANCELLED


def test_only_members_may_import(company: Organisation) -> None:
    with pytest.raises(PermissionDenied):
        start_import(by=make_user(), organisation=company, upload=SimpleUploadedFile("stock.csv", b"x"))


def test_an_organisation_s_site_is_the_place_where_no_other_is_given(tmp_path: Path, company: Organisation) -> None:
    make_site(company)
    path = tmp_path / "stock.csv"
    path.write_text("materiaal;aantal;eenheid\nlaptops;3;stuks\n")
    assert "1 added" in run(path, company)


def test_the_check_says_row_by_row_what_would_be_done(company: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(BELGIAN.replace("A-3;", "A-9;"))
    run(path, company)
    made = upload(company, BELGIAN.replace("12,5", "20").replace("europallet;", "europallett;"))
    run_check(made)
    assert made.preview["counts"] == {
        "new": 1,
        "changed": 1,
        "unchanged": 1,
        "guessed": 2,
        "photos": 0,
        "doubles": 0,
        "exposing": 0,
    }
    first, second, third = made.preview["rows"]
    assert [row["fate"] for row in made.preview["rows"]] == ["unchanged", "changed", "new"]
    assert (first["row"], first["guessed_from"], first["quantity"], first["price_eur"]) == (
        2, "europallett", "1250.000", "3.50",
    )  # fmt: skip
    assert (second["title"], second["material"], second["place"]) == ("Gyproc", "building-plasterboard", "9300 Aalst")
    assert (third["title"], third["guessed_from"]) == ("Balken en kepers", "houten balken")


def test_what_the_check_counts_is_what_storing_does(company: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text(BELGIAN.replace("A-3;", "A-9;"))
    run(path, company)
    made = upload(company, BELGIAN.replace("12,5", "20"))
    run_check(made)
    run_store(confirm_import(by=company.memberships.get().user, listing_import=made))
    made.refresh_from_db()
    counts = made.preview["counts"]
    assert (made.added, made.changed, made.unchanged) == (counts["new"], counts["changed"], counts["unchanged"])


def test_the_report_shows_the_first_rows(company: Organisation, client: Client) -> None:
    row = "B-{};Plank {};europallett;1,5;ton;;1.200;;brugge;\n"
    made = upload(company, BELGIAN.splitlines()[0] + "\n" + "".join(row.format(n, n) for n in range(25)))
    run_check(made)
    assert made.mistakes == []
    assert [(guess["text"], guess["count"]) for guess in made.reading["guesses"]] == [("europallett", 25)]
    client.force_login(company.memberships.get().user)
    page = client.get(reverse("import", args=[made.pk])).content.decode()
    assert "Plank 19" in page
    assert "Plank 20" not in page
    for words in (
        "de eerste 20",
        "25 nieuw",
        "geraden",
        "er staat “europallett”",
        "8000 Brugge",
        "1,5\xa0ton",
        "voor alles",
    ):
        assert words in page


def test_a_file_with_mistakes_has_no_preview(company: Organisation) -> None:
    made = upload(company, BELGIAN.replace("12,5", "veel"))
    run_check(made)
    assert made.preview == {}


def test_the_example_to_download_is_read_without_mistakes_or_guesses(
    tmp_path: Path, company: Organisation, client: Client
) -> None:
    client.force_login(company.memberships.get().user)
    page = client.get(reverse("import-new", args=[company.slug]))
    assert 'href="?example"' in page.content.decode()
    path = tmp_path / "voorbeeld.csv"
    path.write_bytes(client.get(reverse("import-new", args=[company.slug]), {"example": ""}).content)
    made = upload(company, path.read_text())
    run_check(made)
    assert made.mistakes == []
    counts = made.preview["counts"]
    assert (counts["new"], counts["changed"], counts["unchanged"], counts["guessed"]) == (4, 0, 0, 0)
    assert "4 added" in run(path, company)
    pallets = Listing.objects.get(organisation=company, reference="A-1")
    assert (pallets.quantity, pallets.price_eur) == (Decimal(1250), Decimal("3.5"))


def test_more_rows_than_a_statement_has_parameters_are_looked_up_at_once() -> None:
    user = make_user()
    company = make_organisation(user)
    rows = [Parsed(number, {"reference": f"A-{number}"}) for number in range(70_000)]
    known = draft(by=user, organisation=company, reference="A-69999")
    assert stored_listings(rows, company) == {"A-69999": known}

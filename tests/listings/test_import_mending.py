"""What the check of a list shows, and what a member mends on its page: columns, guesses, rows that are there."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from listings import services
from listings.imports import rows
from listings.imports.mending import map_columns, mend_words
from listings.imports.mistakes import told
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.models import ImportColumn, ImportState, Listing, ListingImport
from tests.makers import make_organisation, make_site, make_user, published

pytestmark = pytest.mark.django_db

UNREAD = (
    "Nr;Titel;Omschrijving;Materiaal;Aantal;Eenheid;Prijs/stuk;Locatie;Deadline;;Titel\n"
    "1;Bureaustoel;Grijs, op wielen;bureaustoelen;40;stuks;15;9000 Gent;15/12/2099;los;x\n"
)
LOOSE = "titel;materiaal;hoeveelheid;eenheid;postcode\nZelfde lot;hout;10;ton;9000\n"


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def member(company: Organisation) -> Any:
    return company.memberships.get().user


def checked(company: Organisation, text: str, name: str = "lijst.csv") -> ListingImport:
    file = SimpleUploadedFile(name, text.encode())
    made = start_import(by=member(company), organisation=company, upload=file)
    run_check(made)
    return made


def checked_again(made: ListingImport) -> ListingImport:
    fresh = ListingImport.objects.get(pk=made.pk)
    assert fresh.state == ImportState.WAITING
    run_check(fresh)
    return fresh


def stored(made: ListingImport, **given: Any) -> ListingImport:
    confirmed = confirm_import(by=made.created_by, listing_import=made, **given)  # type: ignore[arg-type]
    run_store(confirmed)
    return ListingImport.objects.get(pk=made.pk)


def page_of(client: Client, made: ListingImport) -> str:
    client.force_login(made.created_by)  # type: ignore[arg-type]
    return client.get(reverse("import", args=[made.pk])).content.decode()


def mend(client: Client, made: ListingImport, **form: str) -> str:
    """Post what the page's form would, and answer with the page that follows."""
    client.force_login(made.created_by)  # type: ignore[arg-type]
    seen = ListingImport.objects.get(pk=made.pk).touched_at.isoformat()
    answer = client.post(reverse("import-mend", args=[made.pk]), {"seen": seen} | form, follow=True)
    return answer.content.decode()


# ---- columns ----


def test_each_column_that_is_not_read_is_named(company: Organisation, client: Client) -> None:
    """Case f10."""
    made = checked(company, UNREAD)
    assert made.mistakes == []
    read = {column["header"]: column["field"] for column in made.reading["columns"] if column["field"]}
    assert (read["Titel"], read["Omschrijving"], read["Locatie"]) == ("title", "description", "town")
    unread = [(column["letters"], column["header"]) for column in made.reading["columns"] if not column["field"]]
    assert unread == [("A", "Nr"), ("I", "Deadline"), ("J", ""), ("K", "Titel")]
    page = page_of(client, made)
    assert "4 kolommen: “Nr”, “Deadline”, kolom J (zonder naam), “Titel”." in page


def test_a_description_alone_is_a_title(company: Organisation) -> None:
    made = checked(company, "Omschrijving;Materiaal;Aantal;Eenheid;Plaats\nStoel;bureaustoelen;4;stuks;Gent\n")
    assert made.preview["rows"][0]["title"] == "Stoel"


def test_cells_beyond_the_last_column_name_are_named(company: Organisation) -> None:
    made = checked(company, "Materiaal;Aantal;Eenheid;Plaats\nbureaustoelen;4;stuks;Gent;;zoek geraakt\n")
    lost = [column for column in made.reading["columns"] if not column["field"]]
    assert [(column["letters"], column["example"]) for column in lost] == [("F", "zoek geraakt")]


def test_a_column_that_is_mapped_by_hand_is_read_now_and_in_later_lists(company: Organisation, client: Client) -> None:
    made = checked(company, UNREAD)
    numbers = {column["header"]: number for number, column in reversed(list(enumerate(made.reading["columns"])))}
    form = {f"column-{number}": column["field"] for number, column in enumerate(made.reading["columns"])}
    form |= {f"column-{numbers['Deadline']}": "available_until", f"column-{numbers['Nr']}": "reference"}
    mend(client, made, action="columns", **form)
    again = checked_again(made)
    assert {"Deadline", "Nr"} <= {column["header"] for column in again.reading["columns"] if column["field"]}
    stored(again)
    listing = Listing.objects.get(organisation=company)
    assert (listing.reference, str(listing.available_until)) == ("1", "2099-12-15")
    later = checked(company, UNREAD.replace("Deadline", "  DEADLINE: "))
    assert later.reading["columns"][8]["field"] == "available_until"
    other = checked(make_organisation(make_user()), UNREAD)
    assert other.reading["columns"][8]["field"] == ""


def test_a_list_without_the_columns_that_are_needed_can_be_mapped(company: Organisation, client: Client) -> None:
    made = checked(company, "Wat;Hoeveel;Per;Waar\nbureaustoelen;40;stuks;Gent\n")
    assert made.state == ImportState.CHECKED
    assert "Deze kolommen ontbreken: materiaal, hoeveelheid, eenheid" in told(made.mistakes)[0].message
    assert "Lezen als, kolom Hoeveel" in page_of(client, made)
    with pytest.raises(ValidationError):
        confirm_import(by=member(company), listing_import=made)
    fields = {"Wat": "material", "Hoeveel": "quantity", "Per": "unit", "Waar": "town"}
    map_columns(by=member(company), listing_import=made, fields=fields)
    assert stored(checked_again(made)).added == 1


def test_a_column_that_is_read_can_be_left_alone(company: Organisation) -> None:
    made = checked(company, UNREAD)
    map_columns(by=member(company), listing_import=made, fields={"Omschrijving": ""})
    assert checked_again(made).reading["columns"][2]["field"] == ""


def test_two_columns_are_not_one_field_and_no_field_is_made_up(company: Organisation) -> None:
    made = checked(company, UNREAD)
    for fields, says in (({"Nr": "reference", "Deadline": "reference"}, "Twee kolommen"), ({"Nr": "status"}, "lijst")):
        with pytest.raises(ValidationError, match=says):
            map_columns(by=member(company), listing_import=made, fields=fields)
    assert not ImportColumn.objects.exists()


def test_columns_that_are_refused_stay_as_they_were_chosen(company: Organisation, client: Client) -> None:
    made = checked(company, UNREAD)
    page = mend(client, made, action="columns", **{"column-0": "title", "column-1": "title", "column-7": ""})
    chosen = {
        number: " selected" in page.split(f'name="column-{number}"', 1)[1].split("</select>", 1)[0]
        for number in (0, 1, 7)
    }
    assert chosen == {0: True, 1: True, 7: False}
    assert ListingImport.objects.get(pk=made.pk).state == ImportState.CHECKED


def test_strangers_map_no_columns(company: Organisation) -> None:
    made = checked(company, UNREAD)
    with pytest.raises(PermissionDenied):
        map_columns(by=make_user(), listing_import=made, fields={})
    with pytest.raises(PermissionDenied):
        mend_words(by=make_user(), listing_import=made, words={})


def test_who_saw_an_older_check_changes_nothing(company: Organisation, client: Client) -> None:
    made = checked(company, UNREAD)
    client.force_login(member(company))
    url = reverse("import-mend", args=[made.pk])
    answer = client.post(
        url, {"seen": "2020-01-01T00:00:00", "action": "columns", "column-0": "reference"}, follow=True
    )
    assert "intussen opnieuw nagekeken" in answer.content.decode()
    assert not ImportColumn.objects.exists()


# ---- guesses ----


def guesses_list(rows: int = 30) -> str:
    """A guess beyond the rows that the page shows."""
    plain = "".join(f"Stoel {number};bureaustoelen;{number + 1};stuks;Gent\n" for number in range(rows))
    return "titel;materiaal;hoeveelheid;eenheid;plaats\n" + plain + "Iets;europallett;7;stuks;Gent\n"


def test_a_guess_in_the_last_row_is_shown_and_can_be_mended(company: Organisation, client: Client) -> None:
    made = checked(company, guesses_list())
    (guess,) = made.reading["guesses"]
    assert (guess["text"], guess["count"], guess["rows"]) == ("europallett", 1, [32])
    assert 'aria-label="Wat “europallett” betekent"' in page_of(client, made)
    mend(client, made, action="words", **{"name-0": "Laptops"})
    again = checked_again(made)
    assert (again.reading["guesses"], again.preview["counts"]["guessed"]) == ([], 0)
    # A laptop is counted by the piece, as the row says.
    stored(again)
    assert Listing.objects.get(organisation=company, title="Iets").material.name == "Laptops"  # type: ignore[union-attr]


def test_a_guess_that_is_left_as_it_stands_is_confirmed(company: Organisation, client: Client) -> None:
    made = checked(company, guesses_list(1))
    code = made.reading["guesses"][0]["material"]
    shown = page_of(client, made).split('name="name-0" value="', 1)[1].split('"', 1)[0]
    mend(client, made, action="words", **{"name-0": shown})
    again = checked_again(made)
    assert again.reading["guesses"] == []
    assert again.words == {"material": {"europallett": code}}


def test_the_rows_of_a_guess_can_be_left_out(company: Organisation, client: Client) -> None:
    made = checked(company, guesses_list(2))
    mend(client, made, action="words", **{"name-0": "Laptops", "out-0": "on"})
    again = checked_again(made)
    assert (again.total, again.reading["left_out"]) == (2, 1)
    assert "1 rij die je wegliet" in page_of(client, again)
    stored(again)
    assert not Listing.objects.filter(organisation=company, title="Iets").exists()


def test_a_material_that_nobody_knows_is_refused_by_name(company: Organisation, client: Client) -> None:
    made = checked(company, guesses_list(1))
    page = mend(client, made, action="words", **{"name-0": "xylofonen"})
    assert "“xylofonen” ken ik niet" in page
    assert 'name="name-0" value="xylofonen"' in page
    assert ListingImport.objects.get(pk=made.pk).state == ImportState.CHECKED


def test_more_guesses_than_anybody_looks_through_are_mistakes(
    company: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("listings.imports.rows.MOST_GUESSES", 1)
    made = checked(company, guesses_list(1) + "Ander;europalllet;7;stuks;Gent\n")
    assert ["europalllet" in mistake.message for mistake in told(made.mistakes)] == [True]


# ---- the same rows again ----


def test_the_same_row_without_a_reference_is_asked_about(company: Organisation, client: Client) -> None:
    """Case f22."""
    stored(checked(company, LOOSE))
    (listing,) = Listing.objects.filter(organisation=company)
    made = checked(company, LOOSE)
    assert [(one["row"], one["listing"]) for one in made.preview["doubles"]] == [(2, listing.pk)]
    page = page_of(client, made)
    assert "1 rij lijkt op wat er al staat." in page
    assert reverse("listing", args=[listing.pk]) in page
    with pytest.raises(ValidationError, match="lijken op wat er al staat"):
        confirm_import(by=member(company), listing_import=made)
    assert stored(made, others="new").added == 1
    assert Listing.objects.filter(organisation=company).count() == 2


@pytest.mark.parametrize(
    ("text", "doubles"),
    [
        (LOOSE.replace("10;ton", "10,000;ton"), 1),
        (LOOSE.replace("eenheid", "eenheid;prijs").replace("ton;", "ton;5;"), 1),
        (LOOSE + "Zelfde lot;hout;10;ton;9000\n", 2),
        (LOOSE + "Ander lot;hout;10;ton;9000\nAnder lot;hout;10;ton;9000\n", 2),
        # Nearly as much, and the same words: it is probably the same.
        (LOOSE.replace("10", "11"), 1),
        (LOOSE.replace("10", "8"), 1),
        (LOOSE.replace("Zelfde lot", "LOT, zèlfde"), 1),
        (LOOSE.replace("10", "13"), 0),
        (LOOSE.replace("10", "7"), 0),
        (LOOSE.replace("10", "13") + "Zelfde lot;hout;14;ton;9000\n", 0),
        (LOOSE.replace("9000", "8000"), 0),
        (LOOSE.replace("Zelfde", "Ander"), 0),
        (LOOSE.replace("titel", "soort;titel").replace("Zelfde", "vraag;Zelfde"), 0),
        # By a reference of its own it would become a second one.
        (LOOSE.replace("titel", "referentie;titel").replace("Zelfde", "R1;Zelfde"), 1),
    ],
)
def test_what_counts_as_the_same_row(company: Organisation, text: str, doubles: int) -> None:
    stored(checked(company, LOOSE))
    made = checked(company, text)
    assert (made.mistakes, made.preview["counts"]["doubles"]) == ([], doubles)


def test_what_is_closed_or_someone_else_s_is_no_double(company: Organisation) -> None:
    other = make_organisation(make_user())
    stored(checked(other, LOOSE))
    stored(checked(company, LOOSE))
    services.close_listing(by=member(company), listing=Listing.objects.get(organisation=company))
    assert checked(company, LOOSE).preview["counts"]["doubles"] == 0


def test_two_lists_that_are_checked_before_either_is_stored_are_asked_about(company: Organisation) -> None:
    first, second = checked(company, LOOSE), checked(company, LOOSE)
    assert stored(first).state == ImportState.DONE
    asked = stored(second)
    assert (asked.state, asked.preview["counts"]["doubles"]) == (ImportState.CHECKED, 1)
    assert Listing.objects.filter(organisation=company).count() == 1
    assert stored(asked, others="new").state == ImportState.DONE


def test_the_command_refuses_the_same_rows_without_a_word_for_it(company: Organisation, tmp_path: Path) -> None:
    path = tmp_path / "lijst.csv"
    path.write_text(LOOSE)

    def run(**options: Any) -> str:
        said = StringIO()
        call_command("import_listings", str(path), organisation=company.pk, stdout=said, stderr=said, **options)
        return said.getvalue()

    assert "1 added" in run()
    with pytest.raises(CommandError, match=r"1 rows look like what is there already \(rows 2\)"):
        run()
    assert "1 added" in run(again=True)


def test_the_command_names_what_it_does_not_read(company: Organisation, tmp_path: Path) -> None:
    make_site(company)
    path, said = tmp_path / "lijst.csv", StringIO()
    path.write_text(UNREAD)
    call_command("import_listings", str(path), organisation=company.pk, dry_run=True, stdout=said, stderr=said)
    for words in ("column A “Nr” isn't read", "column I “Deadline” isn't read", "column J “” isn't read"):
        assert words in said.getvalue()


def test_a_list_of_before_these_questions_can_still_be_confirmed(company: Organisation, client: Client) -> None:
    made = checked(company, LOOSE)
    old = {name: made.preview[name] for name in ("rows",)} | {
        "counts": {"new": 1, "changed": 0, "unchanged": 0, "guessed": 0}
    }
    ListingImport.objects.filter(pk=made.pk).update(preview=old, reading={})
    made.refresh_from_db()
    assert "Zelfde lot" in page_of(client, made)
    assert stored(made).added == 1


def test_a_listing_made_on_the_page_is_known_too(company: Organisation) -> None:
    listing = published(by=member(company), organisation=company, quantity=40, at=(51.05, 3.71))
    head = "titel;materiaal;hoeveelheid;eenheid;lat;lon\n"
    made = checked(company, f"{head}{listing.title};houten paletten;40;stuks;51.05;3.71\n")
    assert made.preview["doubles"] == [{"row": 2, "title": listing.title, "listing": listing.pk}]


def test_a_column_without_letters_is_told_from_one_without_a_name(company: Organisation) -> None:
    text = "Materiaal;Aantal;Eenheid;Plaats;€;\nbureaustoelen;4;stuks;Gent;12,50;los\n"
    made = checked(company, text)
    map_columns(by=member(company), listing_import=made, fields={"€": "price"})
    again = checked_again(made)
    assert [column["field"] for column in again.reading["columns"]][-2:] == ["price", ""]
    assert again.preview["rows"][0]["price_eur"] == "12.50"


def test_columns_that_were_left_as_they_are_say_nothing_of_later_lists(company: Organisation) -> None:
    made = checked(
        company, "Omschrijving;Materiaal;Aantal;Eenheid;Plaats;Deadline\nStoel;bureaustoelen;4;stuks;Gent;15/12/2099\n"
    )
    fields = {column["header"]: column["field"] for column in made.reading["columns"]} | {
        "Deadline": "available_until"
    }
    map_columns(by=member(company), listing_import=made, fields=fields)
    assert list(ImportColumn.objects.values_list("header", "field")) == [("deadline", "available_until")]


def texts_asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts for which suggestions are looked up from now on; there are none."""
    asked: list[str] = []

    def look_up(text: str, *_given: Any, **_more: Any) -> list[Any]:
        asked.append(text)
        return []

    monkeypatch.setattr(rows, "find_materials", look_up)
    return asked


def test_a_word_that_is_refused_in_every_row_is_looked_up_once(
    company: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = texts_asked(monkeypatch)
    made = checked(company, "Materiaal;Aantal;Eenheid;Plaats\n" + "qwertzuiop;4;stuks;Gent\n" * 50)
    assert (made.mistake_count, asked) == (50, ["qwertzuiop"])


def test_suggestions_end_where_a_list_has_hundreds_of_unknown_words(
    company: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = texts_asked(monkeypatch)
    monkeypatch.setattr(rows, "MOST_GUESSES", 5)
    lines = "".join(f"qwertz{number}uiop;4;stuks;Gent\n" for number in range(20))
    assert checked(company, "Materiaal;Aantal;Eenheid;Plaats\n" + lines).mistake_count == 20
    assert len(asked) == 5

"""An import keeps to the rules of every other change, and comes in once, whatever breaks off."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Organisation
from listings import services
from listings.imports.mistakes import told
from listings.imports.services import cancel_import, confirm_import, run_check, run_store, start_import
from listings.models import ImportState, Listing, ListingImport
from tests.makers import TODAY, make_organisation, make_user, published

pytestmark = pytest.mark.django_db
HEAD = "referentie;materiaal;aantal;eenheid;lat;lon;beschikbaar tot\n"


def load(company: Organisation, *rows: str) -> ListingImport:
    """An upload that is checked."""
    by = company.memberships.get().user
    file = SimpleUploadedFile("stock.csv", (HEAD + "\n".join(rows)).encode())
    made = start_import(by=by, organisation=company, upload=file)
    run_check(made)
    return made


def upload_of(company: Organisation, text: str) -> ListingImport:
    by = company.memberships.get().user
    return start_import(by=by, organisation=company, upload=SimpleUploadedFile("stock.csv", text.encode()))


def confirm(made: ListingImport) -> ListingImport:
    return confirm_import(by=made.created_by, listing_import=made)  # type: ignore[arg-type]


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def own(company: Organisation, **fields: Any) -> Listing:
    return published(by=company.memberships.get().user, organisation=company, reference="R1", **fields)


def test_a_blurred_listing_stays_blurred_when_its_row_comes_again(company: Organisation) -> None:
    listing = own(company, precision="blurred")
    run_store(confirm(load(company, "R1;houten paletten;41;stuks;51.054321;3.717432;")))
    after = Listing.objects.get(pk=listing.pk)
    assert after.quantity == 41
    assert after.shown_location != after.location
    assert after.shown_location == listing.shown_location


def test_a_closed_listing_doesn_t_change(company: Organisation) -> None:
    listing = own(company)
    services.close_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    made = load(company, "R1;houten paletten;41;stuks;51.05;3.71;")
    assert "verandert niet meer" in told(made.mistakes)[0].message


def test_a_service_doesn_t_become_goods(company: Organisation) -> None:
    own(company, kind="service")
    made = load(company, "R1;houten paletten;41;stuks;51.05;3.71;")
    assert "andere soort: Dienst" in told(made.mistakes)[0].message


def test_what_is_over_is_not_published(company: Organisation) -> None:
    ended = (TODAY - dt.timedelta(days=2)).isoformat()
    made = load(company, f"R2;houten paletten;41;stuks;51.05;3.71;{ended}")
    assert any("voorbij" in mistake.message for mistake in told(made.mistakes))


def test_a_second_delivery_stores_nothing_twice(company: Organisation) -> None:
    made = confirm(load(company, ";houten paletten;41;stuks;51.05;3.71;"))
    twin = ListingImport.objects.get(pk=made.pk)
    run_store(made)
    run_store(twin)
    assert Listing.objects.filter(organisation=company).count() == 1
    assert ListingImport.objects.get(pk=made.pk).state == ImportState.DONE


def test_who_cancels_while_it_runs_finds_nothing_stored(company: Organisation) -> None:
    made = confirm(load(company, "R3;houten paletten;41;stuks;51.05;3.71;"))
    cancel_import(by=made.created_by, listing_import=made)  # type: ignore[arg-type]
    run_store(made)
    assert not Listing.objects.filter(organisation=company).exists()
    assert ListingImport.objects.get(pk=made.pk).state == ImportState.CANCELLED


def test_what_nobody_foresaw_ends_in_words(company: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    made = confirm(load(company, "R4;houten paletten;41;stuks;51.05;3.71;"))

    def break_off(*_args: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("listings.imports.services.store_rows", break_off)
    run_store(made)
    made.refresh_from_db()
    assert made.state == ImportState.FAILED
    assert "niets ingelezen" in told(made.mistakes)[0].message


def test_a_zero_byte_far_into_the_file_is_refused(company: Organisation) -> None:
    made = load(company, *[f"R{n};houten paletten;1;stuks;51.05;3.71;" for n in range(300)], "R;a\x00b;1;stuks;;;")
    assert made.state == ImportState.FAILED


def test_what_the_broker_lost_is_started_again(company: Organisation, tmp_path: Path) -> None:
    by = company.memberships.get().user
    waiting = start_import(by=by, organisation=company, upload=SimpleUploadedFile("a.csv", b"x"))
    now = timezone.now()
    assert ListingImport.objects.to_resume(at=now) == ([], [])
    assert ListingImport.objects.to_resume(at=now + dt.timedelta(minutes=3)) == ([waiting.pk], [])
    ListingImport.objects.filter(pk=waiting.pk).update(state=ImportState.STORING)
    assert ListingImport.objects.to_resume(at=now + dt.timedelta(minutes=1)) == ([], [])
    assert ListingImport.objects.to_resume(at=now + dt.timedelta(minutes=3)) == ([], [waiting.pk])


@pytest.mark.parametrize(
    ("row", "municipality", "says"),
    [
        (";Aalst", "Aalst", ""),
        (";Gand", "Gent", ""),
        ("9000;", "Gent", ""),
        ("9000;Gent", "Gent", ""),
        (";Nergenshuizen", "", "ken ik niet"),
        (";Parijs", "", "ligt buiten"),
        ("9000;Aalst", "", "Aalst heeft postcode 3800, 9300"),
    ],
)
def test_a_row_lies_where_it_says(company: Organisation, row: str, municipality: str, says: str) -> None:
    by = company.memberships.get().user
    text = f"materiaal;aantal;eenheid;postcode;plaats\nhouten paletten;4;stuks;{row}\n"
    made = start_import(by=by, organisation=company, upload=SimpleUploadedFile("stock.csv", text.encode()))
    run_check(made)
    assert [says in mistake.message for mistake in told(made.mistakes)] == ([True] if says else [])
    if municipality:
        run_store(confirm(made))
        (listing,) = Listing.objects.filter(organisation=company).select_related("municipality")
        assert listing.municipality is not None
        assert listing.municipality.name_nl == municipality


def test_the_same_file_on_another_day_changes_nothing_and_a_start_that_it_gives_does(company: Organisation) -> None:
    text = HEAD + "R1;houten paletten;41;stuks;51.05;3.71;\n"
    first = upload_of(company, text)
    run_check(first)
    run_store(confirm(first))
    tomorrow = timezone.now() + dt.timedelta(days=1)
    for content, fate, start in (
        (text, "unchanged", TODAY),
        (text.replace("beschikbaar tot", "vanaf").replace("3.71;", "3.71;2099-01-01"), "changed", dt.date(2099, 1, 1)),
        (text, "unchanged", dt.date(2099, 1, 1)),
    ):
        again = upload_of(company, content)
        run_check(again, at=tomorrow)
        assert [row["fate"] for row in again.preview["rows"]] == [fate]
        run_store(confirm(again), at=tomorrow)
        assert Listing.objects.get(organisation=company).available_from == start


def test_a_new_row_without_a_start_is_available_from_the_day_of_the_import(company: Organisation) -> None:
    tomorrow = timezone.now() + dt.timedelta(days=1)
    made = upload_of(company, HEAD + "R1;houten paletten;41;stuks;51.05;3.71;\n")
    run_check(made, at=tomorrow)
    run_store(confirm(made), at=tomorrow)
    assert Listing.objects.get(organisation=company).available_from == timezone.localdate(tomorrow)


@pytest.mark.parametrize(("code", "chapter"), [("99 99 99", "99"), ("00 01 01", "00"), ("210101*", "21")])
def test_a_eural_code_of_a_chapter_that_doesn_t_exist_is_refused(
    company: Organisation, code: str, chapter: str
) -> None:
    says = f"Hoofdstuk {chapter} van de eurallijst bestaat niet: een code begint met 01 tot 20."
    made = upload_of(company, f"materiaal;aantal;eenheid;plaats;euralcode\nlaptops;4;stuks;Gent;{code}\n")
    run_check(made)
    assert [(mistake.column, mistake.message) for mistake in told(made.mistakes)] == [("euralcode", says)]
    listing = own(company)
    with pytest.raises(ValidationError) as refusal:
        services.update_listing(by=listing.maker, listing=listing, eural_code=code)  # type: ignore[attr-defined]
    assert refusal.value.message_dict == {"eural_code": [says]}

"""Photos in a zip beside a list become photos of its listings; photos by address are not fetched, and that is said."""

import datetime as dt
import io
import zipfile
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Organisation
from listings.import_photos import run_photos
from listings.imports import photo_check
from listings.imports.mistakes import told
from listings.imports.services import confirm_import, run_check, run_store, start_import
from listings.models import ImportState, Listing, ListingImport, ListingPhoto
from listings.tasks import add_import_photos, resume_import_photos
from sandbox.limited import Limits
from tests.makers import make_organisation, make_user

pytestmark = pytest.mark.django_db
HEAD = "referentie;titel;materiaal;hoeveelheid;eenheid;plaats;foto\n"


def picture(colour: str = "red") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(stream, "JPEG")
    return stream.getvalue()


def packed(rows: str, **pictures: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("voorraad/lijst.csv", HEAD + rows)
        for name, content in pictures.items():
            made.writestr(f"voorraad/foto's/{name}.jpg", content)
    return stream.getvalue()


@pytest.fixture
def company() -> Organisation:
    return make_organisation(make_user())


def checked(company: Organisation, content: bytes, name: str = "alles.zip") -> ListingImport:
    by = company.memberships.get().user
    made = start_import(by=by, organisation=company, upload=SimpleUploadedFile(name, content))
    run_check(made)
    return made


def stored(made: ListingImport) -> ListingImport:
    run_store(confirm_import(by=made.created_by, listing_import=made))  # type: ignore[arg-type]
    return ListingImport.objects.get(pk=made.pk)


def page_of(client: Client, made: ListingImport) -> str:
    client.force_login(made.created_by)  # type: ignore[arg-type]
    return client.get(reverse("import", args=[made.pk])).content.decode()


def counts(company: Organisation) -> dict[str, int]:
    return {row.title: row.photos.count() for row in Listing.objects.filter(organisation=company)}


def test_photos_that_rows_name_come_with_their_listings(company: Organisation, client: Client) -> None:
    rows = (
        "R1;Stoel;bureaustoelen;1;stuks;Gent;een.jpg, TWEE.JPG\n"
        ";Tafel;bureaustoelen;2;stuks;Gent;foto's/drie.jpg\n"
        "R3;Kast;bureaustoelen;3;stuks;Gent;\n"
    )
    pictures = {name: picture() for name in ("een", "twee", "drie", "vier")}
    made = checked(company, packed(rows, **pictures))
    assert (made.mistakes, made.preview["counts"]["photos"]) == ([], 3)
    assert made.reading["pictures_left"] == ["voorraad/foto's/vier.jpg"]
    assert "1 foto waar geen rij naar verwijst" in page_of(client, made)
    done = stored(made)
    assert (done.state, done.added, len(done.photos_left)) == (ImportState.DONE, 3, 3)
    assert "3 foto's komen er nog bij" in unescape(page_of(client, done))
    add_import_photos(made.pk)
    assert counts(company) == {"Stoel": 2, "Tafel": 1, "Kast": 0}
    done.refresh_from_db()
    assert (done.photos_left, done.photo_mistakes) == ([], [])


def test_the_same_list_again_adds_no_photo_twice(company: Organisation) -> None:
    content = packed("R1;Stoel;bureaustoelen;1;stuks;Gent;een.jpg\n", een=picture())
    for _time in range(2):
        done = stored(checked(company, content))
        run_photos(done, at=timezone.now())
    assert counts(company) == {"Stoel": 1}


@pytest.mark.parametrize(
    ("cell", "says"),
    [("vijf.jpg", "“vijf.jpg” zit niet in het zip-bestand"), ("../een.jpg", "“../een.jpg” zit niet")],
)
def test_a_photo_that_is_not_in_the_zip_is_a_mistake_of_its_row(company: Organisation, cell: str, says: str) -> None:
    made = checked(company, packed(f"R1;Stoel;bureaustoelen;1;stuks;Gent;{cell}\n", een=picture()))
    assert [(mistake["row"], mistake["column"]) for mistake in made.mistakes] == [(2, "foto")]
    assert says in told(made.mistakes)[0].message


def test_two_photos_with_one_name_need_their_folder(company: Organisation) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        rows = "R1;Stoel;bureaustoelen;1;stuks;Gent;1.jpg\nR2;Kast;laptops;1;stuks;Gent;b/1.jpg\n"
        made.writestr("lijst.csv", HEAD + rows)
        made.writestr("a/1.jpg", picture())
        made.writestr("b/1.jpg", picture())
    found = checked(company, stream.getvalue()).mistakes
    assert [(mistake.row, "Zet de map erbij" in mistake.message) for mistake in told(found)] == [(2, True)]


@pytest.mark.parametrize("address", ["https://x.example/een.jpg", "HTTP://x.example/a?b=1", "www.x.example/1.png"])
def test_a_photo_by_address_is_not_fetched_and_the_check_says_so(
    company: Organisation, client: Client, address: str
) -> None:
    rows = f"{HEAD}R1;Stoel;bureaustoelen;1;stuks;Gent;{address}\n"
    made = checked(company, rows.encode(), "lijst.csv")
    assert (made.mistakes, made.reading["addresses"]) == ([], 1)
    assert "1 foto met een webadres: die halen we niet op." in page_of(client, made)
    assert stored(made).photos_left == []


def test_a_photo_named_outside_a_zip_is_said(company: Organisation, client: Client) -> None:
    made = checked(company, f"{HEAD}R1;Stoel;bureaustoelen;1;stuks;Gent;een.jpg|twee.jpg\n".encode(), "lijst.csv")
    assert "2 foto" in page_of(client, made)
    assert made.reading["loose"] == 2


BAD: dict[str, tuple[bytes, str]] = {
    "no picture": (b"no picture", "geen foto die we kunnen lezen"),
    "cut off": (picture()[:-200], "geen foto die we kunnen lezen"),
    "empty": (b"", "geen foto die we kunnen lezen"),
    "too large": (b"\xff" * 15_000_001, "groter dan 15 MB"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_photo_that_can_not_be_read_is_said_at_the_check(company: Organisation, client: Client, bad: str) -> None:
    """Given a zip with a bad photo, when it is checked, then the rows that name it say so."""
    content, says = BAD[bad]
    rows = (
        "R1;Stoel;bureaustoelen;1;stuks;Gent;een.jpg,twee.jpg\n"
        "R2;Kast;bureaustoelen;1;stuks;Gent;twee.jpg\n"
        "R3;Tafel;bureaustoelen;1;stuks;Gent;een.jpg\n"
    )
    made = checked(company, packed(rows, een=content, twee=picture()))
    found = told(made.mistakes)
    assert [(mistake.row, mistake.column, mistake.value) for mistake in found] == [
        (row, "foto", "voorraad/foto's/een.jpg") for row in (2, 4)
    ]
    assert all(says in mistake.message for mistake in found)
    assert "een.jpg" in page_of(client, made)
    with pytest.raises(ValidationError):
        stored(made)


def test_a_photo_that_ends_its_reader_spoils_no_other(company: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a reader that dies of several photos at once, then each is read alone and only the bad one is named."""
    monkeypatch.setattr(photo_check, "_LIMITS_TOGETHER", Limits(memory_bytes=1, cpu_s=1, answer_bytes=1))
    rows = "R1;Stoel;bureaustoelen;1;stuks;Gent;een.jpg,twee.jpg,drie.jpg\n"
    made = checked(company, packed(rows, een=picture(), twee=b"no picture", drie=picture()))
    assert [mistake.value for mistake in told(made.mistakes)] == ["voorraad/foto's/twee.jpg"]


def test_what_can_not_be_added_after_all_is_named_and_the_others_still_come(
    company: Organisation, client: Client
) -> None:
    rows = "R1;Stoel;bureaustoelen;1;stuks;Gent;een.jpg\n"
    done = stored(checked(company, packed(rows, een=picture(), twee=b"no picture")))
    listing_id = done.photos_left[0][0]
    ListingImport.objects.filter(pk=done.pk).update(
        photos_left=[[listing_id, "voorraad/foto's/twee.jpg"], *done.photos_left]
    )
    run_photos(done, at=timezone.now())
    assert counts(company) == {"Stoel": 1}
    assert [mistake["name"] for mistake in done.photo_mistakes] == ["voorraad/foto's/twee.jpg"]
    page = page_of(client, done)
    assert "konden er niet bij" in page
    assert "geen foto die we kunnen lezen" in page


def test_photos_whose_worker_was_killed_are_gone_on_with(
    company: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "R1;Stoel;bureaustoelen;1;stuks;Gent;een.jpg\nR2;Kast;bureaustoelen;1;stuks;Gent;twee.jpg\n"
    done = stored(checked(company, packed(rows, een=picture(), twee=picture())))
    calls: list[Any] = []

    def killed(*given: Any) -> None:
        calls.append(given)
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("listings.import_photos._add_next", killed)
        with pytest.raises(SystemExit):
            run_photos(done, at=timezone.now())
    assert len(calls) == 1
    later = timezone.now() + dt.timedelta(seconds=30)
    assert ListingImport.objects.photos_to_resume(at=later) == [done.pk]
    assert resume_import_photos() == 0
    run_photos(done, at=later)
    assert ListingPhoto.objects.filter(listing__organisation=company).count() == 2


def test_a_row_that_names_more_photos_than_a_listing_has_is_a_mistake(company: Organisation) -> None:
    names = ", ".join(f"p{number}.jpg" for number in range(9))
    made = checked(company, packed(f"A;Stoel;bureaustoelen;4;stuks;Gent;{names}\n", p0=picture()))
    assert "hoogstens 8 foto" in told(made.mistakes)[0].message


def test_a_photo_at_which_workers_end_again_and_again_is_left_out(company: Organisation) -> None:
    made = checked(
        company, packed("A;Stoel;bureaustoelen;4;stuks;Gent;een.jpg, twee.jpg\n", een=picture(), twee=picture("blue"))
    )
    run_store(confirm_import(by=made.created_by, listing_import=made))  # type: ignore[arg-type]
    ListingImport.objects.filter(pk=made.pk).update(attempts=5, touched_at=timezone.now() - dt.timedelta(hours=1))
    made = ListingImport.objects.get(pk=made.pk)
    run_photos(made, at=timezone.now())
    made.refresh_from_db()
    assert made.photos_left == []
    assert ["een.jpg" in mistake["name"] for mistake in made.photo_mistakes] == [True]
    assert ListingPhoto.objects.filter(listing__organisation=company).count() == 1

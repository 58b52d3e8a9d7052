"""Uploaded photos can be seen by who may see their listing; uploaded files can't."""

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.services import make_token
from listings import services
from listings.expiry import expire_listings
from listings.models import Listing, ListingPhoto
from tests.makers import draft, make_user

pytestmark = pytest.mark.django_db


def a_picture() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(made, "JPEG")
    return SimpleUploadedFile("foto.jpg", made.getvalue(), "image/jpeg")


def a_photo_of(status: str) -> ListingPhoto:
    """Of a listing in this status, whose maker is its organisation's only member."""
    listing = draft()
    by = listing.maker  # type: ignore[attr-defined]
    photo = services.add_photo(by=by, listing=listing, upload=a_picture())
    for step in {
        "draft": [], "published": ["published"], "reserved": ["published", "reserved"],
        "closed": ["published", "closed"], "withdrawn": ["published", "withdrawn"], "expired": ["published"],
    }[status]:  # fmt: skip
        services.take_step(by=by, listing=listing, status=step)
    if status == "expired":
        Listing.objects.update(available_until=timezone.localdate(), available_from=timezone.localdate())
        expire_listings(today=timezone.localdate() + dt.timedelta(days=1))
    assert Listing.objects.get().status == status
    return photo


def fetched(client: Client, photo: ListingPhoto, **more: Any) -> Any:
    """The answer to who asks for the photo's file, with what came as `body`."""
    answer: Any = client.get(photo.image.url, **more)
    answer.body = answer.getvalue()
    return answer


def asked_by(who: str, photo: ListingPhoto) -> Any:
    """The answer to someone who asks for the photo's file by its address."""
    client, headers = Client(), {}
    if who in ("member", "stranger with an account"):
        client.force_login(photo.listing.created_by if who == "member" else make_user())  # type: ignore[arg-type]
    if who == "operator":
        client.force_login(make_user(is_superuser=True, is_staff=True))
    if who in ("member's program", "stranger's program"):
        user = photo.listing.created_by if who == "member's program" else make_user()
        headers["Authorization"] = f"Token {make_token(by=user)}"  # type: ignore[arg-type]
    if who == "program with a wrong token":
        headers["Authorization"] = "Token nonsense"
    return fetched(client, photo, headers=headers)


OWN = ("member", "member's program")
OTHERS = ("anyone", "stranger with an account", "stranger's program", "program with a wrong token", "operator")


@pytest.mark.parametrize("status", ["published", "reserved", "closed"])
@pytest.mark.parametrize("who", [*OWN, *OTHERS])
def test_a_photo_of_a_public_listing_is_everyone_s(status: str, who: str) -> None:
    answer = asked_by(who, a_photo_of(status))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert Image.open(io.BytesIO(answer.body)).size == (40, 30)


@pytest.mark.parametrize("status", ["draft", "withdrawn", "expired"])
@pytest.mark.parametrize("who", [*OWN, *OTHERS])
def test_a_photo_of_any_other_listing_is_its_organisation_s_alone(status: str, who: str) -> None:
    answer = asked_by(who, a_photo_of(status))
    assert answer.status_code == (200 if who in OWN else 404)
    assert answer["Cache-Control"] == ("private, no-store" if who in OWN else "no-store")


def test_a_photo_becomes_public_with_its_listing_and_stops_with_it(client: Client) -> None:
    photo = a_photo_of("draft")
    listing, by = photo.listing, photo.listing.created_by
    assert by is not None
    seen = []
    for step in ("published", "withdrawn", "published"):
        seen.append(fetched(client, photo).status_code)
        services.take_step(by=by, listing=listing, status=step)
    services.take_down_listing(by=make_user(is_superuser=True), listing=listing)
    assert [*seen, fetched(client, photo).status_code] == [404, 200, 404, 404]


def test_a_browser_that_has_the_photo_is_not_sent_it_again(client: Client) -> None:
    photo = a_photo_of("published")
    first = fetched(client, photo)
    again = fetched(client, photo, headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again["Cache-Control"]) == (304, "public, max-age=300")


def test_a_file_without_a_row_is_nobody_s(client: Client, settings: Any) -> None:
    photo = a_photo_of("published")
    copy = settings.MEDIA_ROOT / "photos" / "verweesd.webp"
    copy.write_bytes((settings.MEDIA_ROOT / str(photo.image.name)).read_bytes())
    assert client.get("/media/photos/verweesd.webp").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/media/imports/2026/11/voorraad.csv",
        "/media/photos/../imports/voorraad.csv",
        "/media/photos/%2e%2e/imports/voorraad.csv",
        "/media/photos/",
        "/media/photos/2026",
        "/media/photos/%00.webp",
        "/media/photos/2026/11/%00",
    ],
)
def test_nothing_else_is(client: Client, settings: Any, path: str) -> None:
    for folder in ("imports", "imports/2026/11", "photos/2026"):
        (settings.MEDIA_ROOT / folder).mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / folder / "voorraad.csv").write_text("geheim")
    assert client.get(path).status_code in (400, 404)

"""Photos come from phones and strangers: what is stored is small, upright, and tells nothing of where it was taken."""

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from listings import services
from listings.models import ListingPhoto
from listings.photo_reader import LONGEST_SIDE_PX
from tests.makers import draft, make_user, published

pytestmark = pytest.mark.django_db
ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F


def picture(width: int = 300, height: int = 200, form: str = "JPEG", **more: Any) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), "olive").save(made, form, **more)
    return made.getvalue()


def from_a_phone() -> bytes:
    """Taken upright in Ghent: turned by its EXIF, which also says where and with what."""
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif[MAKE] = "PhoneMaker"
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 3.0, 15.0), 3: "E", 4: (3.0, 43.0, 2.0)})
    return picture(exif=exif.tobytes())


def bomb(side: int = 30_000) -> bytes:
    """A PNG of a few hundred bytes that says it unpacks to gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")
    )


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def add(content: bytes, **more: Any) -> ListingPhoto:
    listing = draft()
    return services.add_photo(by=listing.maker, listing=listing, upload=upload(content), **more)  # type: ignore[attr-defined]


def test_a_photo_forgets_where_and_with_what_it_was_taken() -> None:
    assert Image.open(io.BytesIO(from_a_phone())).getexif().get_ifd(GPS)
    photo = add(from_a_phone())
    stored = Path(photo.image.path).read_bytes()
    assert b"PhoneMaker" not in stored
    assert dict(Image.open(io.BytesIO(stored)).getexif()) == {}
    assert Image.open(io.BytesIO(stored)).format == "WEBP"


def test_a_photo_stands_upright() -> None:
    photo = add(from_a_phone())
    assert (photo.width, photo.height) == (200, 300)


@pytest.mark.parametrize(("width", "height"), [(5000, 1000), (1000, 5000), (1601, 1601)])
def test_a_large_photo_is_made_smaller(width: int, height: int) -> None:
    photo = add(picture(width, height))
    assert max(photo.width, photo.height) == LONGEST_SIDE_PX
    assert photo.width / photo.height == pytest.approx(width / height, rel=0.01)


def test_a_small_photo_keeps_its_size() -> None:
    photo = add(picture(40, 30))
    assert (photo.width, photo.height) == (40, 30)


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "I;16"), ("GIF", "P"), ("WEBP", "RGB"), ("JPEG", "CMYK")]
)
def test_any_usual_kind_of_picture_will_do(form: str, mode: str) -> None:
    made = io.BytesIO()
    Image.new(mode, (30, 20)).save(made, form)
    assert add(made.getvalue()).width == 30


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"just some text", "geen foto"),
        (b"", "geen foto"),
        (picture()[:200], "geen foto"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "geen foto"),
        (picture(form="TIFF"), "geen foto"),
        (bomb(), "te veel pixels"),
        (bomb(9_000), "te veel pixels"),
        (picture() + b"\0" * 15_000_000, "groter dan 15 MB"),
    ],
    ids=["text", "nothing", "broken off", "svg", "tiff", "bomb", "small bomb", "too large"],
)
def test_what_is_no_photo_is_refused_and_leaves_nothing(settings: Any, content: bytes, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        add(content)
    assert not ListingPhoto.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.*"))


def test_a_listing_has_eight_photos_at_most() -> None:
    listing = draft()
    for _number in range(8):
        services.add_photo(by=listing.maker, listing=listing, upload=upload(picture()))  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="hoogstens 8"):
        services.add_photo(by=listing.maker, listing=listing, upload=upload(picture()))  # type: ignore[attr-defined]
    assert [photo.position for photo in listing.photos.all()] == list(range(8))


def test_a_photo_s_file_goes_with_it_and_with_a_draft(tasks_run_at_once: Any) -> None:
    listing = draft()
    photos = [
        services.add_photo(by=listing.maker, listing=listing, upload=upload(picture()))  # type: ignore[attr-defined]
        for _number in range(2)
    ]
    paths = [Path(photo.image.path) for photo in photos]
    with pytest.raises(PermissionDenied):
        services.remove_photo(by=make_user(), photo=photos[0])
    with tasks_run_at_once():
        services.remove_photo(by=listing.maker, photo=photos[0])  # type: ignore[attr-defined]
    assert [path.exists() for path in paths] == [False, True]
    with tasks_run_at_once():
        services.delete_draft(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    assert not paths[1].exists()


def test_a_photo_s_name_is_never_used_again(tasks_run_at_once: Any) -> None:
    listing = draft()
    names = []
    for _number in range(2):
        photo = services.add_photo(by=listing.maker, listing=listing, upload=upload(picture()))  # type: ignore[attr-defined]
        names.append(photo.image.name)
        with tasks_run_at_once():
            services.remove_photo(by=listing.maker, photo=photo)  # type: ignore[attr-defined]
    assert names[0] != names[1]


def test_a_closed_listing_takes_no_photos_and_gives_none_away() -> None:
    listing = published()
    photo = services.add_photo(by=listing.maker, listing=listing, upload=upload(picture()))  # type: ignore[attr-defined]
    services.close_listing(by=listing.maker, listing=listing)  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="afgerond"):
        services.add_photo(by=listing.maker, listing=listing, upload=upload(picture()))  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="afgerond"):
        services.remove_photo(by=listing.maker, photo=photo)  # type: ignore[attr-defined]
    assert list(listing.photos.all()) == [photo]


def test_photos_come_and_go_over_the_api(client: Client) -> None:
    listing = published()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    path = f"/api/v1/listings/{listing.pk}/photos/"
    answer = client.post(path, {"image": upload(from_a_phone()), "alt": "Een stapel paletten"})
    assert answer.status_code == 201
    photo = answer.json()
    assert (photo["width"], photo["height"], photo["alt"]) == (200, 300, "Een stapel paletten")
    shown = client.get(f"/api/v1/listings/{listing.pk}/").json()
    assert shown["photos"] == [photo]
    assert shown["photo"] == photo["url"]
    assert client.delete(f"{path}{photo['id']}/").status_code == 204
    assert client.delete(f"{path}{photo['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "image"),
        ({"image": "words"}, "image"),
        ({"image": b"just some text"}, "image"),
        ({"image": bomb()}, "image"),
        ({"image": picture(), "alt": "x" * 201}, "alt"),
        ({"image": picture(), "alt": "x\0"}, "alt"),
        ({"image": picture(), "title": "x"}, "title"),
    ],
    ids=["nothing", "words", "text", "bomb", "long alt", "NUL", "unknown field"],
)
def test_the_api_says_which_field_of_a_photo_is_wrong(client: Client, given: dict[str, Any], field: str) -> None:
    listing = published()
    client.force_login(listing.maker)  # type: ignore[attr-defined]
    sent = {name: upload(value) if isinstance(value, bytes) else value for name, value in given.items()}
    answer = client.post(f"/api/v1/listings/{listing.pk}/photos/", sent)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not listing.photos.exists()


def test_a_photo_of_another_listing_isn_t_reached_through_one_s_own(client: Client) -> None:
    mine, other = published(), published()
    photo = services.add_photo(by=other.maker, listing=other, upload=upload(picture()))  # type: ignore[attr-defined]
    client.force_login(mine.maker)  # type: ignore[attr-defined]
    assert client.delete(f"/api/v1/listings/{mine.pk}/photos/{photo.pk}/").status_code == 404
    assert client.delete(f"/api/v1/listings/{other.pk}/photos/{photo.pk}/").status_code == 403


def test_a_file_that_another_listing_shows_stays_when_a_photo_goes(django_capture_on_commit_callbacks: Any) -> None:
    """Listings of the demo share their drawings."""
    by = make_user()
    first, second = draft(by=by), draft(by=by)
    upload = SimpleUploadedFile("foto.jpg", picture())
    own = services.add_photo(by=by, listing=first, upload=upload)
    shared = ListingPhoto.objects.create(listing=second, image=own.image.name)
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_photo(by=by, photo=own)
    assert shared.image.storage.exists(str(shared.image.name))
    with django_capture_on_commit_callbacks(execute=True):
        services.remove_photo(by=by, photo=shared)
    assert not shared.image.storage.exists(str(shared.image.name))

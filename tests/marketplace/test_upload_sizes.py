"""How large a file may be is said once: by each way in one byte more is refused in words, and nothing of it kept."""

import html
import json
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from listings.models import ListingImport, ListingPhoto
from maps.models import MapFeatureDocument, MapFeaturePhoto, MapImport, SpotEntry
from marketplace import urls
from marketplace.front import write_front
from marketplace.limits import BodySizeMiddleware
from sandbox import sizes
from tests.exchanges.test_api_messages import Talk
from tests.house.pages import ROOT, table
from tests.makers import make_organisation, published
from tests.maps.makers import Story
from tests.maps.test_pages import of
from tests.maps.test_spot import sent

pytestmark = pytest.mark.django_db
#: What the API says of itself is made once: by the limits that hold, and not by those of a test.
assert urls.urlpatterns
#: Limits by which the ways are tried, so that no test has to send hundreds of megabytes.
SMALL = {
    "LARGEST_UPLOAD_BYTES": 3_000_000, "LARGEST_LIST_BYTES": 4_000_000, "LARGEST_ATTACHMENT_BYTES": 2_000_000,
    "LARGEST_FILE_BYTES": 5_000_000,
}  # fmt: skip


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in SMALL.items():
        monkeypatch.setattr(sizes, name, size)


def too_large(limit: str, name: str = "punten.geojson") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * (SMALL[limit] + 1), "application/octet-stream")


def said(answer: Any) -> str:
    """What an answer says, its words in one line."""
    body = (
        json.dumps(answer.json(), ensure_ascii=False) if "json" in answer["Content-Type"] else answer.content.decode()
    )
    return re.sub(r"\s+", " ", html.unescape(body))


def list_by_form(_path: Path) -> str:
    organisation = make_organisation()
    user = published().maker  # type: ignore[attr-defined]
    organisation.memberships.create(user=user, role="admin")
    address = reverse("import-new", args=[organisation.slug])
    return said(of(user).post(address, {"file": too_large("LARGEST_UPLOAD_BYTES", "voorraad.csv")}))


def map_by_form(_path: Path) -> str:
    story = Story()
    address = reverse("map-import-new", args=[story.layer.pk])
    return said(of(story.editor).post(address, {"file": too_large("LARGEST_UPLOAD_BYTES")}))


def map_by_api(_path: Path) -> str:
    story = Story()
    address = reverse("api-map-layer-imports", args=[story.layer.pk])
    return said(of(story.editor).post(address, {"file": too_large("LARGEST_UPLOAD_BYTES")}))


def map_by_command(path: Path) -> str:
    story = Story()
    path.write_bytes(b"x" * (SMALL["LARGEST_FILE_BYTES"] + 1))
    return refused("import_map", path, hub=story.hub.slug, map=story.map.slug)


def list_by_command(path: Path) -> str:
    path = path.with_suffix(".csv")
    path.write_bytes(b"x" * (SMALL["LARGEST_LIST_BYTES"] + 1))
    return refused("import_listings", path, organisation=make_organisation().pk)


def refused(command: str, path: Path, **options: Any) -> str:
    with pytest.raises(CommandError) as error:
        call_command(command, str(path), stdout=StringIO(), stderr=StringIO(), **options)
    return str(error.value)


def photo_of_listing_by_form(_path: Path) -> str:
    listing = published()
    client = of(listing.maker)  # type: ignore[attr-defined]
    address = reverse("listing-photo", args=[listing.pk])
    return said(client.post(address, {"photo": a_photo()}, headers={"HX-Request": "true"}))


def photo_of_listing_by_api(_path: Path) -> str:
    listing = published()
    client = of(listing.maker)  # type: ignore[attr-defined]
    return said(client.post(reverse("api-listing-photos", args=[listing.pk]), {"image": a_photo()}))


def photo_of_element_by_form(_path: Path) -> str:
    story = Story()
    address = reverse("map-photo-add", args=[story.draft().pk])
    return said(of(story.editor).post(address, {"photo": a_photo()}, follow=True))


def photo_of_element_by_api(_path: Path) -> str:
    story = Story()
    address = reverse("api-map-photos", args=[story.draft().pk])
    return said(of(story.editor).post(address, {"image": a_photo()}))


def document_by_form(_path: Path) -> str:
    story = Story()
    address = reverse("map-document-add", args=[story.draft().pk])
    return said(of(story.editor).post(address, {"document": a_photo("plan.pdf")}, follow=True))


def document_by_api(_path: Path) -> str:
    story = Story()
    address = reverse("api-map-documents", args=[story.draft().pk])
    return said(of(story.editor).post(address, {"file": a_photo("plan.pdf")}))


def photo_on_the_spot(_path: Path) -> str:
    story = Story()
    return said(of(story.editor).post(reverse("spot-send"), sent(story, photo=a_photo())))


def photo_in_a_message(_path: Path) -> str:
    talk = Talk()
    return said(of(talk.owner).post(talk.messages, {"text": "Zo ziet het eruit.", "photos": [a_photo()]}))


def a_photo(name: str = "foto.jpg") -> SimpleUploadedFile:
    return too_large("LARGEST_ATTACHMENT_BYTES", name)


WAYS: dict[Callable[[Path], str], str] = {
    list_by_form: "LARGEST_UPLOAD_BYTES", map_by_form: "LARGEST_UPLOAD_BYTES", map_by_api: "LARGEST_UPLOAD_BYTES",
    map_by_command: "LARGEST_FILE_BYTES", list_by_command: "LARGEST_LIST_BYTES",
    photo_of_listing_by_form: "LARGEST_ATTACHMENT_BYTES", photo_of_listing_by_api: "LARGEST_ATTACHMENT_BYTES",
    photo_of_element_by_form: "LARGEST_ATTACHMENT_BYTES", photo_of_element_by_api: "LARGEST_ATTACHMENT_BYTES",
    document_by_form: "LARGEST_ATTACHMENT_BYTES", document_by_api: "LARGEST_ATTACHMENT_BYTES",
    photo_on_the_spot: "LARGEST_ATTACHMENT_BYTES", photo_in_a_message: "LARGEST_ATTACHMENT_BYTES",
}  # fmt: skip


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_one_byte_more_is_refused_in_words_by_every_way_in(way: Callable[[Path], str], tmp_path: Path) -> None:
    words = way(tmp_path / "punten.geojson")
    assert f"groter dan {SMALL[WAYS[way]] // 10**6} MB" in words, words[:2_000]
    kept = (ListingImport, MapImport, ListingPhoto, MapFeaturePhoto, MapFeatureDocument, SpotEntry)
    assert [model.__name__ for model in kept if model.objects.exists()] == []


@pytest.mark.parametrize(
    ("kind", "length", "status"),
    [
        ("multipart/form-data; boundary=x", sizes.LARGEST_REQUEST_BYTES, 200),
        ("multipart/form-data; boundary=x", sizes.LARGEST_REQUEST_BYTES + 1, 413),
        ("application/json", sizes.LARGEST_BODY_BYTES, 200),
        ("application/json", sizes.LARGEST_BODY_BYTES + 1, 413),
    ],
)
def test_a_program_sends_a_file_as_large_as_a_form_does(kind: str, length: int, status: int) -> None:
    request = RequestFactory().post("/api/v1/maps/layers/1/imports/", b"x", content_type=kind)
    request.META["CONTENT_LENGTH"] = str(length)
    answer = BodySizeMiddleware(lambda _request: HttpResponse())(request)
    assert answer.status_code == status
    if status == 413:
        most = 60 if "multipart" in kind else 20
        assert json.loads(answer.content)["detail"] == f"Stuur hoogstens {most} MB in één keer."


def test_the_front_lets_through_what_the_largest_file_takes(tmp_path: Path) -> None:
    written = write_front(tmp_path, listen="127.0.0.1:8000", socket="/nowhere").read_text()
    assert f"client_max_body_size {sizes.LARGEST_REQUEST_BYTES};" in written
    assert sizes.LARGEST_REQUEST_BYTES > sizes.LARGEST_UPLOAD_BYTES >= sizes.LARGEST_ATTACHMENT_BYTES
    assert sizes.LARGEST_REQUEST_BYTES > sizes.LARGEST_BODY_BYTES


def test_operators_read_the_limits_that_hold() -> None:
    told = [row[1] for row in table(ROOT / "docs/operating.md", "what comes")]
    hold = (
        sizes.LARGEST_UPLOAD_BYTES, sizes.LARGEST_REQUEST_BYTES, sizes.LARGEST_BODY_BYTES,
        sizes.LARGEST_ATTACHMENT_BYTES, sizes.LARGEST_LIST_BYTES, sizes.LARGEST_FILE_BYTES,
        sizes.LARGEST_UNPACKED_BYTES,
    )  # fmt: skip
    assert told == [f"{size // 10**6} MB" for size in hold]


def test_forms_and_the_description_of_the_api_say_the_limit_before_anything_is_sent() -> None:
    story = Story()
    page = of(story.editor).get(reverse("map-import-new", args=[story.layer.pk])).content.decode()
    assert f"tot {sizes.LARGEST_UPLOAD_BYTES // 10**6} MB" in page
    element = of(story.editor).get(reverse("map-element", args=[story.draft().pk])).content.decode()
    assert element.count(f"tot {sizes.LARGEST_ATTACHMENT_BYTES // 10**6} MB") == 2
    described = Client().get("/api/schema/?format=json").json()["components"]["schemas"]
    by_name = {
        name: shape["properties"].get("file", shape["properties"].get("image"))["description"]
        for name, shape in described.items()
        if name in ("ImportFileRequest", "DocumentRequest", "PhotoRequest")
    }
    assert by_name == {
        "ImportFileRequest": "At most 60 MB.", "DocumentRequest": "At most 15 MB.", "PhotoRequest": "At most 15 MB.",
    }  # fmt: skip

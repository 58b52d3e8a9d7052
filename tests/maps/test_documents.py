"""Documents of elements: told by their content, kept as they are, and given as a file to whoever sees the element."""

import io
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from maps import services
from maps.documents import named, read_kind
from maps.enums import DocumentKind
from maps.models import MOST_DOCUMENTS, MOST_PHOTOS, MapFeatureDocument
from sandbox import sizes
from tests.maps.makers import Story, pdf
from tests.maps.stories import webp
from tests.maps.test_rights import ROLES, Cast

pytestmark = pytest.mark.django_db


def packed(**entries: str) -> bytes:
    """A zip of these texts."""
    made = io.BytesIO()
    with ZipFile(made, "w") as file:
        for name, content in entries.items():
            file.writestr(name, content)
    return made.getvalue()


def office(name: str, **more: str) -> bytes:
    return packed(**{"[Content_Types].xml": "<Types/>", name: "<x/>"} | more)


def upload(content: bytes, name: str = "Inventaris.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


ODF = "application/vnd.oasis.opendocument"
READ = {
    "pdf": pdf().read(),
    "docx": office("word/document.xml"),
    "xlsx": office("xl/workbook.xml"),
    "pptx": office("ppt/presentation.xml"),
    "odt": packed(mimetype=f"{ODF}.text"),
    "ods": packed(mimetype=f"{ODF}.spreadsheet"),
    "odp": packed(mimetype=f"{ODF}.presentation"),
    "png": b"\x89PNG\r\n\x1a\n" + b"0" * 40,
    "jpg": b"\xff\xd8\xff\xe0" + b"0" * 40,
    "webp": b"RIFF0000WEBPVP8 ",
}


def test_every_kind_is_told_by_its_content() -> None:
    assert set(READ) == set(DocumentKind.values)
    for kind, content in READ.items():
        assert read_kind(upload(content)) == kind


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "leeg"),
        (b"<!doctype html><script>alert(1)</script>", "Dit soort bestand kan niet"),
        (b"MZ\x90\x00 a program", "Dit soort bestand kan niet"),
        (b"%PDF-1.7 that ends too soon", "niet volledig"),
        (b"PK\x03\x04 no zip", "niet volledig"),
        (packed(**{"index.html": "<html>"}), "Dit soort bestand kan niet"),
        (packed(mimetype="application/epub+zip"), "Dit soort bestand kan niet"),
        (office("word/document.xml", **{"word/vbaProject.bin": "x"}), "macro's"),
        (packed(mimetype=f"{ODF}.text", **{"Basic/Standard/Module1.xml": "x"}), "macro's"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "oud bestand van Office"),
    ],
)
def test_what_is_no_document_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        read_kind(upload(content))


def test_what_is_too_large_or_one_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    feature = story.draft()
    for number in range(MOST_DOCUMENTS):
        services.add_known_document(
            by=story.editor, feature=feature, upload=pdf(), kind=DocumentKind.PDF, name=f"Nummer {number}"
        )
    with pytest.raises(ValidationError, match="hoogstens"):
        services.add_document(by=story.editor, feature=feature, upload=pdf())
    monkeypatch.setattr(sizes, "LARGEST_ATTACHMENT_BYTES", 10)
    with pytest.raises(ValidationError, match="groter dan"):
        read_kind(pdf())


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Inventaris.PDF", "Inventaris.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Map\\plan.html", "plan.pdf"),
        ("een\nnaam\u202e.exe", "een naam.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "document.pdf"),
        ("a" * 300, "a" * 116 + ".pdf"),
    ],
)
def test_a_document_is_called_as_its_kind(given: str, name: str) -> None:
    assert named(given, DocumentKind.PDF) == name


def fetched(client: Client, document: MapFeatureDocument, **more: Any) -> Any:
    answer: Any = client.get(reverse("api-map-document", args=[document.feature_id, document.pk]), **more)
    answer.body = answer.getvalue() if answer.streaming else answer.content
    return answer


def test_a_document_is_a_file_for_whoever_sees_its_element() -> None:
    cast = Cast()
    hidden = services.add_document(by=cast.story.editor, feature=cast.draft, upload=pdf('Plan "A".html'))
    shown = services.add_document(by=cast.story.manager, feature=cast.shown, upload=pdf())
    answer = fetched(Client(), shown)
    assert (answer.status_code, answer.body) == (200, pdf().read())
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    codes = [fetched(cast.client(role), hidden).status_code for role in ROLES]
    assert codes == [404, 404, 404, 404, 200, 200, 200]
    assert fetched(cast.client("editor"), hidden)["Content-Disposition"].startswith("attachment; filename=")
    # The file itself has no address.
    assert cast.client("editor").get(f"/media/{hidden.file.name}").status_code == 404
    other = reverse("api-map-document", args=[cast.shown.pk, hidden.pk])
    assert cast.client("editor").get(other).status_code == 404


def test_each_role_adds_and_removes_documents_where_they_may_change() -> None:
    cast = Cast()
    path = f"/api/v1/maps/elements/{cast.draft.pk}/documents/"
    document = services.add_document(by=cast.story.editor, feature=cast.draft, upload=pdf())
    found = {}
    for role in ROLES:
        client = cast.client(role)
        added = client.post(path, {"file": pdf(), "name": "Vergunning"}).status_code
        with transaction.atomic():
            removed = client.delete(f"{path}{document.pk}/").status_code
            transaction.set_rollback(True)
        found[role] = (added, removed)
    assert found == {
        "anonymous": (401, 401), "stranger": (404, 404), "operator": (404, 404), "proposer": (404, 404),
        "editor": (201, 204), "publisher": (201, 204), "manager": (201, 204),
    }  # fmt: skip
    row = cast.client("editor").get(f"/api/v1/maps/elements/{cast.draft.pk}/").json()["documents"][-1]
    assert (row["name"], row["kind"], row["size_bytes"]) == ("Vergunning.pdf", "pdf", pdf().size)
    refused = cast.client("editor").post(path, {"file": upload(b"<html>")})
    assert refused.status_code == 400
    assert [one["field"] for one in refused.json()["errors"]] == ["file"]


def test_files_are_added_and_taken_away_on_the_page_of_an_element() -> None:
    story = Story()
    feature = story.draft()
    client, page = Client(), f"/kaarten/element/{feature.pk}/"
    client.force_login(story.editor)
    add = reverse("map-document-add", args=[feature.pk])
    assert client.post(add, {"document": [pdf("Een.pdf"), pdf("Twee.pdf")]}).status_code == 302
    text = client.get(page).content.decode()
    assert "Een.pdf" in text
    assert add in text
    refused = client.post(add, {"document": [upload(b"<html>", "x.html"), pdf("Drie.pdf")]})
    assert refused.status_code == 409
    assert "x.html: Dit soort bestand kan niet" in refused.content.decode()
    assert feature.documents.count() == 3
    assert client.post(add, {}).status_code == 409
    gone = feature.documents.first()
    assert gone is not None
    assert client.post(reverse("map-document-remove", args=[feature.pk, gone.pk])).status_code == 302
    assert feature.documents.count() == 2
    shown = story.published()
    add = reverse("map-document-add", args=[shown.pk])
    assert add not in client.get(f"/kaarten/element/{shown.pk}/").content.decode()
    assert client.post(add, {"document": pdf()}).status_code == 403


def test_photos_are_added_and_taken_away_there_too() -> None:
    story = Story()
    feature = story.draft()
    client = Client()
    client.force_login(story.editor)
    photo = SimpleUploadedFile("foto.webp", webp().read())
    given = {"photo": [photo], "alt": "De gevel"}
    assert client.post(reverse("map-photo-add", args=[feature.pk]), given).status_code == 302
    stored = feature.photos.get()
    text = client.get(f"/kaarten/element/{feature.pk}/").content.decode()
    assert 'alt="De gevel"' in text
    assert client.post(reverse("map-photo-remove", args=[feature.pk, stored.pk])).status_code == 302
    assert not feature.photos.exists()


def test_of_more_files_than_there_is_room_for_none_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    feature = story.draft()
    client = Client()
    client.force_login(story.editor)

    def looked_at(*_given: Any) -> None:
        pytest.fail("A file was read.")

    monkeypatch.setattr("maps.services.photos.safe_photo", looked_at)
    monkeypatch.setattr("maps.services.documents.read_kind", looked_at)
    for name, most in (("photo", MOST_PHOTOS), ("document", MOST_DOCUMENTS)):
        files = [pdf() for _number in range(most + 1)]
        answer = client.post(reverse(f"map-{name}-add", args=[feature.pk]), {name: files})
        assert answer.status_code == 409
        assert f"hoogstens {most}" in answer.content.decode()

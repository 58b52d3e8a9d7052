"""Uploaded photos can be seen; uploaded files can't."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from listings import services
from tests.makers import draft

pytestmark = pytest.mark.django_db


def a_picture() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(made, "JPEG")
    return SimpleUploadedFile("foto.jpg", made.getvalue(), "image/jpeg")


def test_a_photo_is_served_where_the_listing_says(client: Client) -> None:
    listing = draft()
    photo = services.add_photo(by=listing.maker, listing=listing, upload=a_picture())  # type: ignore[attr-defined]
    response = client.get(photo.image.url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert "immutable" in response["Cache-Control"]
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert Image.open(io.BytesIO(body)).size == (40, 30)


@pytest.mark.parametrize(
    "path",
    [
        "/media/imports/2026/11/voorraad.csv",
        "/media/photos/../imports/voorraad.csv",
        "/media/photos/%2e%2e/imports/voorraad.csv",
        "/media/photos/",
        "/media/photos/2026",
    ],
)
def test_nothing_else_is(client: Client, settings: Any, path: str) -> None:
    for folder in ("imports", "imports/2026/11", "photos/2026"):
        (settings.MEDIA_ROOT / folder).mkdir(parents=True, exist_ok=True)
        (settings.MEDIA_ROOT / folder / "voorraad.csv").write_text("geheim")
    assert client.get(path).status_code in (400, 404)

"""Photos are read beside the web process, one after the other: many large ones at once keep its memory bounded."""

import io
import os
import resource
import struct
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from frontend.components.photo_fields import PhotoField
from listings import photos
from listings.photo_reader import LARGEST_PIXELS
from listings.photos import LIMITS, PhotosBusy, safe_photo
from sandbox import sizes
from sandbox.limited import Limits, Stopped, Why
from tests.children import rss_kb, watched
from tests.listings.busy_photos import photos_come_in
from tests.makers import published


def large_png(width: int = 10_000, height: int = 6_000) -> bytes:
    """Of 60 megapixels with transparency, made row by row: a row is written over and over, here too."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    packer = zlib.compressobj(1)
    row = b"\0" + bytes((200, 40, 40, 255)) * width
    body = b"".join(packer.compress(row) for _row in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.png", content)


def cpu_s_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_eight_large_photos_at_once_take_the_memory_of_one(monkeypatch: Any) -> None:
    monkeypatch.setattr(photos, "PATIENCE_S", 300)
    monkeypatch.setattr(photos, "_WAITING", threading.BoundedSemaphore(8))
    content = large_png()
    safe_photo(upload(content))
    before_kb = rss_kb("self")
    with watched() as seen, ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _number: safe_photo(upload(content)), range(8)))
    assert [Image.open(io.BytesIO(photo.read())).size for photo in made] == [(1600, 960)] * 8
    assert seen.at_once == 1
    assert 100_000 < seen.children_kb < LIMITS.memory_bytes / 1000
    # Decoded here they would take 240 MB each.
    assert seen.own_kb - before_kb < 60_000


def test_the_largest_photo_fits_into_the_reader_s_memory() -> None:
    """In the formats of phones and cameras."""
    width, height = 10_000, 6_000
    assert width * height == LARGEST_PIXELS
    image = Image.new("RGB", (width, height), "olive")
    for form, more in (("PNG", {"compress_level": 1}), ("JPEG", {}), ("AVIF", {"speed": 10, "quality": 10})):
        made = io.BytesIO()
        image.save(made, form, **more)
        assert safe_photo(upload(made.getvalue())).size > 0


def test_a_photo_that_asks_for_too_much_memory_is_refused_in_words(monkeypatch: Any) -> None:
    monkeypatch.setattr(photos, "LIMITS", Limits(memory_bytes=250_000_000, cpu_s=15, answer_bytes=5_000_000))
    with pytest.raises(ValidationError, match="te veel pixels"):
        safe_photo(upload(large_png()))


def test_a_photo_that_takes_too_long_is_refused_in_words(monkeypatch: Any) -> None:
    monkeypatch.setattr(photos, "LIMITS", Limits(memory_bytes=700_000_000, cpu_s=1, answer_bytes=5_000_000))
    noise = io.BytesIO()
    Image.frombytes("RGB", (6_000, 4_500), os.urandom(81_000_000)).save(noise, "WEBP", lossless=True, method=0)
    monkeypatch.setattr(sizes, "LARGEST_ATTACHMENT_BYTES", 10**9)
    started = cpu_s_of_children()
    with pytest.raises(ValidationError, match="Het lukt niet om deze foto te lezen"):
        safe_photo(upload(noise.getvalue()))
    assert 0.9 < cpu_s_of_children() - started < 3


@pytest.mark.parametrize("why", list(Why))
def test_a_photo_that_ends_its_reader_is_refused_in_words_and_the_next_is_read(monkeypatch: Any, why: Why) -> None:
    def dies(*given: Any, **named: Any) -> bytes:
        raise Stopped(why)

    small = io.BytesIO()
    Image.new("RGB", (30, 20), "olive").save(small, "PNG")
    with monkeypatch.context() as patch:
        patch.setattr(photos, "run_limited", dies)
        with pytest.raises(ValidationError, match=r"(te veel pixels|bewaar ze opnieuw als JPEG)"):
            safe_photo(upload(small.getvalue()))
    assert safe_photo(upload(small.getvalue())).size > 0


def test_who_waits_too_long_is_told_to_come_back(monkeypatch: Any) -> None:
    monkeypatch.setattr(photos, "PATIENCE_S", 0.05)
    started = time.monotonic()
    with photos._READING, pytest.raises(PhotosBusy, match="Probeer het straks opnieuw"):
        safe_photo(upload(b""))
    assert time.monotonic() - started < 2


def test_photos_that_wait_leave_a_thread_for_others() -> None:
    with photos_come_in():
        started = time.monotonic()
        with pytest.raises(PhotosBusy, match="Probeer het straks opnieuw"):
            safe_photo(upload(b""))
        assert time.monotonic() - started < 1


@pytest.mark.django_db
def test_where_many_photos_come_in_programs_are_told_to_come_back_and_a_form_keeps_what_was_typed() -> None:
    """Given as many photos as are read at once, then nobody hears that something is wrong with theirs."""
    given, content = published(), io.BytesIO()
    Image.new("RGB", (30, 20), "olive").save(content, "PNG")
    client = Client()
    client.force_login(given.maker)  # type: ignore[attr-defined]
    address = f"/api/v1/listings/{given.pk}/photos/"
    with photos_come_in():
        answer = client.post(address, {"image": upload(content.getvalue())})
        with pytest.raises(ValidationError, match="Probeer het straks opnieuw"):
            PhotoField().clean(upload(content.getvalue()))
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (503, True)
    assert "Probeer het straks opnieuw" in answer.json()["detail"]
    assert client.post(address, {"image": upload(content.getvalue())}).status_code == 201

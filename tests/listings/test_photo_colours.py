"""A stored photo looks as its maker saw it: upright, in the right colours, and light where it was transparent."""

import io
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageChops, ImageCms, ImageDraw

from listings.photos import safe_photo

Colour = tuple[int, int, int]
RED, BLUE, WHITE, DARK = (200, 40, 40), (40, 40, 200), (255, 255, 255), (30, 30, 30)
DATA = Path(__file__).parent / "data"
#: Written with pillow-heif (pi-heif reads only): 60 x 40, left red, right blue, then turned by its metadata, which
#: also say where and with what it was taken.
HEIC = DATA / "turned_left_red_right_blue.heic"
ORIENTATION = 0x0112


def encoded(image: Image.Image, form: str, **more: Any) -> bytes:
    made = io.BytesIO()
    image.save(made, form, **more)
    return made.getvalue()


def stored(content: bytes) -> Image.Image:
    made = safe_photo(SimpleUploadedFile("photo", content))
    return Image.open(io.BytesIO(made.read()))


def colour_at(image: Image.Image, x: float, y: float) -> Colour:
    """At a part of the width and the height."""
    at = (round(x * (image.width - 1)), round(y * (image.height - 1)))
    found = image.convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return found  # type: ignore[return-value]


def is_about(colour: Colour, wanted: Colour, by: int = 6) -> bool:
    return all(abs(one - other) <= by for one, other in zip(colour, wanted, strict=True))


def disc(mode: str, ground: Any, ink: Any, **more: Any) -> Image.Image:
    """A dark disc in the middle."""
    image = Image.new(mode, (120, 90), ground, **more)
    ImageDraw.Draw(image).ellipse((30, 15, 90, 75), fill=ink)
    return image


def halves() -> Image.Image:
    """Left red, right blue."""
    image = Image.new("RGB", (60, 40), RED)
    image.paste(BLUE, (30, 0, 60, 40))
    return image


def palette_disc() -> Image.Image:
    """Colour 0 is black, and by the file's tRNS transparent; colour 1 is the disc's."""
    image = disc("P", 0, 1)
    image.putpalette([0, 0, 0, *DARK])
    return image


TRANSPARENT: dict[str, Callable[[], bytes]] = {
    "PNG with alpha": lambda: encoded(disc("RGBA", (0, 0, 0, 0), (*DARK, 255)), "PNG"),
    "PNG, grey with alpha": lambda: encoded(disc("LA", (0, 0), (30, 255)), "PNG"),
    "PNG with a palette": lambda: encoded(palette_disc(), "PNG", transparency=0),
    "PNG with a palette of alphas": lambda: encoded(palette_disc(), "PNG", transparency=b"\x00\xff"),
    "PNG with a transparent colour": lambda: encoded(disc("RGB", (0, 255, 0), DARK), "PNG", transparency=(0, 255, 0)),
    "PNG with a transparent grey": lambda: encoded(disc("L", 0, 30), "PNG", transparency=0),
    "PNG of 16 bits with a transparent grey": lambda: encoded(disc("I;16", 7, 30 * 257), "PNG", transparency=7),
    "GIF": lambda: encoded(palette_disc(), "GIF", transparency=0),
    "WebP": lambda: encoded(disc("RGBA", (0, 0, 0, 0), (*DARK, 255)), "WEBP", lossless=True),
    "AVIF": lambda: encoded(disc("RGBA", (0, 0, 0, 0), (*DARK, 255)), "AVIF", quality=95),
}


@pytest.mark.parametrize(
    ("name", "at", "wanted"),
    [
        ("f25_transparent.png", (0.5, 0.5), DARK),
        ("f25_transparent.png", (0.01, 0.01), WHITE),
        ("f26_sixteen_bit.png", (0.25, 0.5), (64, 64, 64)),
        ("f26_sixteen_bit.png", (0.75, 0.5), (192, 192, 192)),
        ("f27_wide_gamut.jpg", (0.5, 0.5), (251, 25, 0)),
    ],
)
def test_a_file_that_once_came_out_wrong_comes_out_right(name: str, at: tuple[float, float], wanted: Colour) -> None:
    assert is_about(colour_at(stored((DATA / name).read_bytes()), *at), wanted, by=4)


@pytest.mark.parametrize("name", TRANSPARENT)
def test_what_is_transparent_lands_on_white(name: str) -> None:
    photo = stored(TRANSPARENT[name]())
    assert is_about(colour_at(photo, 0.5, 0.5), DARK), name
    assert is_about(colour_at(photo, 0.02, 0.02), WHITE), name


def png_of(depth: int, kind: int, pixels: list[tuple[int, ...]], clear: tuple[int, ...] = ()) -> bytes:
    """A PNG as cameras and scanners write it and Pillow doesn't: rows of one colour each, with 8 or 16 bits a channel.

    `kind` is the standard's: 0 is grey, 2 red, green and blue, 4 and 6 the same with alpha. `clear` is transparent.
    """

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    def packed(values: tuple[int, ...]) -> bytes:
        return struct.pack(f">{len(values)}{'H' if depth == 16 else 'B'}", *values)

    rows = b"".join((b"\0" + packed(pixel) * 40) * 15 for pixel in pixels)
    header = struct.pack(">IIBBBBB", 40, 15 * len(pixels), depth, kind, 0, 0, 0)
    transparent = chunk(b"tRNS", struct.pack(f">{len(clear)}H", *clear)) if clear else b""
    body = chunk(b"IHDR", header) + transparent + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def wide(*values: int) -> tuple[int, ...]:
    """Of 8 bits the same in 16."""
    return tuple(value * 257 for value in values)


@pytest.mark.parametrize(
    ("content", "above", "below"),
    [
        (png_of(16, 2, [wide(*RED), wide(*BLUE)]), RED, BLUE),
        (png_of(16, 6, [wide(*RED, 255), wide(0, 0, 0, 0)]), RED, WHITE),
        (png_of(16, 4, [wide(100, 255), wide(0, 0)]), (100, 100, 100), WHITE),
        (png_of(16, 2, [wide(*RED), (513, 1000, 7)], clear=(513, 1000, 7)), RED, WHITE),
        (png_of(16, 2, [wide(*RED), wide(0, 255, 0)], clear=wide(0, 255, 0)), RED, WHITE),
        (png_of(16, 2, [wide(*RED), (0, 0, 0)], clear=(0, 0, 0)), RED, WHITE),
        (png_of(16, 0, [wide(100), (30_000,)], clear=(30_000,)), (100, 100, 100), WHITE),
        (png_of(16, 0, [wide(100), (30_001,)], clear=(30_000,)), (100, 100, 100), (117, 117, 117)),
        (png_of(8, 2, [RED, (0, 255, 0)], clear=(0, 255, 0)), RED, WHITE),
        (png_of(8, 2, [RED, (0, 0, 0)], clear=(0, 255, 0)), RED, (0, 0, 0)),
    ],
)
def test_every_depth_of_a_png_is_read(content: bytes, above: Colour, below: Colour) -> None:
    photo = stored(content)
    assert is_about(colour_at(photo, 0.5, 0.2), above)
    assert is_about(colour_at(photo, 0.5, 0.8), below)


def test_half_transparent_is_half_as_dark() -> None:
    photo = stored(encoded(Image.new("RGBA", (60, 40), (0, 0, 0, 128)), "PNG"))
    assert is_about(colour_at(photo, 0.5, 0.5), (127, 127, 127))


def ramp(mode: str) -> Image.Image:
    """From black on the left to white on the right, in steps of 16 bits."""
    raw = b"".join(column.to_bytes(2, "big" if mode == "I;16B" else "little") for column in range(0, 65536, 256))
    return Image.frombytes(mode, (256, 40), raw * 40)


@pytest.mark.parametrize("mode", ["I;16", "I;16B"])
def test_sixteen_bits_are_scaled(mode: str) -> None:
    photo = stored(encoded(ramp(mode), "PNG"))
    for part, grey in ((0.0, 0), (0.25, 64), (0.5, 128), (0.75, 192), (1.0, 255)):
        assert is_about(colour_at(photo, part, 0.5), (grey, grey, grey), by=4), part


def wide_gamut() -> bytes:
    """A profile with the primaries of Adobe RGB, made from sRGB's by swapping numbers in it."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # Red and green change places: what such a file calls red is shown green.
    return profile.replace(b"rXYZ", b"xXYZ", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"xXYZ", b"gXYZ", 1)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_colours_are_those_of_the_profile(form: str) -> None:
    photo = stored(encoded(Image.new("RGB", (60, 40), (255, 0, 0)), form, quality=95, icc_profile=wide_gamut()))
    assert is_about(colour_at(photo, 0.5, 0.5), (0, 255, 0), by=12)
    assert "icc_profile" not in photo.info


def test_a_grey_photo_keeps_its_greys_by_its_own_profile() -> None:
    photo = stored(encoded(Image.new("L", (60, 40), 128), "PNG"))
    assert is_about(colour_at(photo, 0.5, 0.5), (128, 128, 128))


@pytest.mark.parametrize(
    "profile",
    [b"nonsense", ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(), b""],
    ids=["broken", "of another kind of image", "empty"],
)
def test_a_profile_that_does_not_fit_counts_as_none(profile: bytes) -> None:
    photo = stored(encoded(halves(), "PNG", icc_profile=profile))
    assert is_about(colour_at(photo, 0.1, 0.5), RED)


def test_the_colours_of_print_become_those_of_a_screen() -> None:
    photo = stored(encoded(halves().convert("CMYK"), "JPEG", quality=95))
    assert is_about(colour_at(photo, 0.1, 0.5), RED)
    assert is_about(colour_at(photo, 0.9, 0.5), BLUE)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_picture_is_stored(form: str) -> None:
    black = Image.new("RGB", (60, 40))
    photo = stored(encoded(halves(), form, save_all=True, append_images=[black, black], duration=100))
    assert is_about(colour_at(photo, 0.1, 0.5), RED, by=12)
    assert is_about(colour_at(photo, 0.9, 0.5), BLUE, by=12)
    assert getattr(photo, "n_frames", 1) == 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_plain_modes_keep_their_greys(mode: str) -> None:
    image = Image.new("L", (60, 40), 255).convert(mode)
    assert is_about(colour_at(stored(encoded(image, "PNG")), 0.5, 0.5), WHITE)


# ---- upright, and without a word of where it was taken ----


def exif(orientation: int) -> bytes:
    made = Image.Exif()
    made[ORIENTATION] = orientation
    made[0x010F] = "PhoneMaker"
    made.get_ifd(0x8825).update({1: "N", 2: (51.0, 3.0, 15.0), 3: "E", 4: (3.0, 43.0, 2.0)})
    return made.tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_photo_is_turned_in_every_format(form: str) -> None:
    photo = stored(encoded(halves(), form, exif=exif(6)))
    assert photo.size == (40, 60)
    assert is_about(colour_at(photo, 0.5, 0.1), RED, by=12)
    assert is_about(colour_at(photo, 0.5, 0.9), BLUE, by=12)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_of_the_eight_ways_to_hold_a_camera_is_known(orientation: int) -> None:
    """Turned back by the table in the EXIF standard: (mirrored first, then quarters turned against the clock)."""
    corner = Image.new("RGB", (60, 40), WHITE)
    corner.paste(RED, (0, 0, 20, 15))
    mirrored, quarters = {
        1: (False, 0), 2: (True, 0), 3: (False, 2), 4: (True, 2),
        5: (True, 1), 6: (False, 1), 7: (True, 3), 8: (False, 3),
    }[orientation]  # fmt: skip
    held = corner.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else corner
    for _quarter in range(quarters):
        held = held.transpose(Image.Transpose.ROTATE_90)
    photo = stored(encoded(held, "PNG", exif=exif(orientation)))
    assert photo.size == corner.size
    difference = ImageChops.difference(photo.convert("RGB"), corner).convert("L")
    # Along the corner's edges WebP is a little off.
    assert sum(difference.histogram()[60:]) < 120


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIC"])
def test_no_format_tells_where_it_was_taken(form: str) -> None:
    sent = HEIC.read_bytes() if form == "HEIC" else encoded(halves(), form, exif=exif(1))
    assert b"PhoneMaker" in sent
    photo = safe_photo(SimpleUploadedFile("photo", sent)).read()
    assert b"PhoneMaker" not in photo
    image = Image.open(io.BytesIO(photo))
    assert dict(image.getexif()) == {}
    assert not {"exif", "xmp", "icc_profile"} & image.info.keys()


def test_metadata_that_cannot_be_read_spoil_no_photo() -> None:
    photo = stored(encoded(halves(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"))
    assert is_about(colour_at(photo, 0.1, 0.5), RED)


def test_an_iphone_s_heic_is_read() -> None:
    photo = stored(HEIC.read_bytes())
    assert photo.size == (40, 60)
    assert is_about(colour_at(photo, 0.5, 0.1), RED, by=12)
    assert is_about(colour_at(photo, 0.5, 0.9), BLUE, by=12)


@pytest.mark.parametrize("form", ["TIFF", "BMP", "ICO", "PPM", "PDF"])
def test_what_is_not_read_is_told_what_is(form: str) -> None:
    with pytest.raises(ValidationError, match="JPEG, PNG, WebP, GIF, AVIF of HEIC"):
        stored(encoded(halves(), form))


def test_a_large_picture_is_worked_on_in_strips_without_a_seam() -> None:
    """Of 5000 rows that don't fit in whole strips: a slope stays a slope."""
    slope = Image.linear_gradient("L").resize((2000, 5003))
    photo = stored(encoded(slope.convert("RGB"), "PNG", compress_level=1))
    assert photo.height == 1600
    greys = [colour_at(photo, 0.5, row / 1599)[0] for row in range(1600)]
    assert all(-2 <= after - before <= 3 for before, after in pairwise(greys))
    assert greys[0] < 4
    assert greys[-1] > 251

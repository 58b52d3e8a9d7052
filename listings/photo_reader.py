"""What becomes of a photo from outside. A child process does it, which knows nothing of Django (listings.photos)."""

import io
import json
import warnings
import zlib
from typing import IO
from zipfile import BadZipFile, ZipFile

import pi_heif
from PIL import AvifImagePlugin, Image, ImageChops, ImageCms, ImageOps, UnidentifiedImageError

from sandbox.child import Refusal

#: Width times height of an upload, at most.
LARGEST_PIXELS = 60_000_000
#: The longest side of a stored photo.
LONGEST_SIDE_PX = 1600
#: By Pillow's names; HEIF is how iPhones write ("HEIC").
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")
#: Rows of a photo that are worked on at once: a copy of the whole would take its memory a second time.
STRIP_ROWS = 256
ORIENTATION = 0x0112
SRGB = ImageCms.createProfile("sRGB")

# Each thread of a decoder claims address space, of which the child has little: one will do.
pi_heif.register_heif_opener(thumbnails=False, decode_threads=1)
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

TOO_MANY_PIXELS, NO_PHOTO, TOO_MANY_BYTES = "too-many-pixels", "no-photo", "too-many-bytes"
#: A photo that ended its reader.
UNREADABLE = "unreadable"


def webp_of(file: IO[bytes]) -> bytes:
    """The photo as WebP: upright, in sRGB on white, at most LONGEST_SIDE_PX, without metadata such as where it was
    taken.

    Of several pictures (an animation, a burst) it is the first. Raises Refusal: TOO_MANY_PIXELS, or NO_PHOTO for what
    is none, is cut off, or is in no format of FORMATS.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _webp(Image.open(io.BytesIO(file.read()), formats=FORMATS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refusal(TOO_MANY_PIXELS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise Refusal(NO_PHOTO) from None


def faults(file: IO[bytes], names: list[str], most_bytes: int) -> bytes:
    """What is wrong with photos of a zip, as JSON: a code by name, of those with which something is."""
    found = {}
    with ZipFile(file) as packed:
        for name in names:
            try:
                with packed.open(name) as entry:
                    content = entry.read(most_bytes + 1)
                if len(content) > most_bytes:
                    raise Refusal(TOO_MANY_BYTES)
                webp_of(io.BytesIO(content))
            except Refusal as refusal:
                found[name] = refusal.code
            except (BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
                found[name] = NO_PHOTO
    return json.dumps(found).encode()


def _webp(image: Image.Image) -> bytes:
    if image.width * image.height > LARGEST_PIXELS:
        raise Refusal(TOO_MANY_PIXELS)
    longest = max(image.size)
    if longest > 2 * LONGEST_SIDE_PX:
        # A large JPEG is decoded at a smaller scale where that is enough: it takes less memory and time.
        image.draft(image.mode, tuple(side * 2 * LONGEST_SIDE_PX // longest for side in image.size))  # type: ignore[arg-type]
    _scale_transparent_colour(image)
    image.load()
    small = _smaller(image)
    small.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
    small = _in_srgb(small, image.info.get("icc_profile"))
    small = _upright(small, image)
    made = io.BytesIO()
    # Pillow would write what an image has of these unless told otherwise.
    small.save(made, "WEBP", quality=82, method=4, exif=b"", xmp=b"", icc_profile=None)
    return made.getvalue()


def _scale_transparent_colour(image: Image.Image) -> None:
    """Of a PNG with 16 bits a channel Pillow reads the colours in 8 bits, but the one that is transparent in 16."""
    clear, tiles = image.info.get("transparency"), getattr(image, "tile", [])
    if isinstance(clear, tuple) and tiles and tiles[0].args == "RGB;16B":
        image.info["transparency"] = tuple(value >> 8 for value in clear)


def _smaller(image: Image.Image) -> Image.Image:
    """The image without transparency in 8 bits a channel, at a whole fraction of its size but at least twice what is
    stored. It has no metadata any more.
    """
    factor = max(1, max(image.size) // (2 * LONGEST_SIDE_PX))
    rows = max(1, STRIP_ROWS // factor) * factor
    made: Image.Image | None = None
    for top in range(0, image.height, rows):
        strip = _opaque(image.crop((0, top, image.width, min(top + rows, image.height))))
        strip = strip.reduce(factor)
        if made is None:
            made = Image.new(strip.mode, (strip.width, -(-image.height // factor)))
        made.paste(strip, (0, top // factor))
    assert made is not None
    return made


def _opaque(image: Image.Image) -> Image.Image:
    """The image as L, RGB or CMYK; where it is transparent, it stands on white."""
    if image.mode.startswith("I;16"):
        return _from_16_bits(image)
    if image.mode == "1":
        image = image.convert("L")
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    if image.mode in ("L", "RGB") and "transparency" in image.info:
        image = image.convert("LA" if image.mode == "L" else "RGBA")
    if image.mode in ("LA", "RGBA"):
        paper = Image.new(image.mode[:-1], image.size, "white")
        paper.paste(image.convert(paper.mode), mask=image.getchannel("A"))
        return paper
    if image.mode not in ("L", "RGB", "CMYK"):
        raise ValueError(f"no photo is stored in mode {image.mode}")
    return image


def _from_16_bits(image: Image.Image) -> Image.Image:
    """A grey image of 16 bits in 8: Pillow's own conversion cuts everything above 255 off, which makes it white."""
    raw = image.tobytes()
    first, second = (Image.frombytes("L", image.size, raw[start::2]) for start in (0, 1))
    high, low = (first, second) if image.mode == "I;16B" else (second, first)
    clear = image.info.get("transparency")
    if isinstance(clear, int):
        of_high = high.point([255 * (value == clear >> 8) for value in range(256)])
        of_low = low.point([255 * (value == clear & 255) for value in range(256)])
        high.paste(255, mask=ImageChops.darker(of_high, of_low))
    return high


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image with its colours as sRGB says them. A profile that is broken, or of another kind of image, counts as
    none: that is how browsers show such a photo.
    """
    if profile:
        try:
            return ImageCms.profileToProfile(
                image,
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                SRGB,
                renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                outputMode="RGB",
                flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
            ) or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
    return image.convert("RGB")


def _upright(image: Image.Image, original: Image.Image) -> Image.Image:
    """Turned as the original's metadata say; metadata that can't be read say nothing."""
    try:
        image.getexif()[ORIENTATION] = original.getexif().get(ORIENTATION, 1)
    except Exception:
        # Whatever is wrong with them, the picture is fine.
        return image
    return ImageOps.exif_transpose(image)

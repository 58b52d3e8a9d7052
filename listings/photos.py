"""Photos as they come from a phone, made safe to store and to show.

They are read in a child process (listings.photo_reader), one after the other: eight large ones at once take no more
memory than one.
"""

import tempfile
import threading

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from listings.photo_reader import NO_PHOTO, TOO_MANY_BYTES, TOO_MANY_PIXELS, UNREADABLE
from sandbox import sizes
from sandbox.limited import Limits, Refused, Stopped, Why, run_limited

#: Most photos of listings.photo_reader.LARGEST_PIXELS are read with half of this memory, in two seconds.
LIMITS = Limits(memory_bytes=700_000_000, cpu_s=15, answer_bytes=5_000_000)
#: Held by who has a photo read.
_READING = threading.Lock()
#: Held by those who have one read or wait for that: so many threads of a process, so that others answer meanwhile.
MOST_WAITING = 3
_WAITING = threading.BoundedSemaphore(MOST_WAITING)
#: Seconds to wait for others' photos: eight large ones take no longer.
PATIENCE_S = 25


class PhotosBusy(Exception):
    """Too many photos are read already: nothing is wrong with this one, which can be sent again in PATIENCE_S."""

    def __str__(self) -> str:
        return str(_("Er komen nu veel foto's tegelijk binnen. Probeer het straks opnieuw."))

    @property
    def messages(self) -> list[str]:
        """As those of a refusal, for a page that says both in one place."""
        return [str(self)]


def safe_photo(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """The photo of an upload as WebP: upright, small, in sRGB, without metadata such as where it was taken.

    Raises ValidationError for an upload that is too large (bytes or pixels), no picture, or cut off, and PhotosBusy
    where too many are read already. It takes seconds: call it outside of a transaction.
    """
    if (upload.size or 0) > sizes.LARGEST_ATTACHMENT_BYTES:
        raise refusal_of(TOO_MANY_BYTES)
    if not _WAITING.acquire(blocking=False):
        raise PhotosBusy
    try:
        return _read_alone(upload)
    finally:
        _WAITING.release()


def _read_alone(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """Read a photo once no other is read; raises PhotosBusy where that takes too long."""
    if not _READING.acquire(timeout=PATIENCE_S):
        raise PhotosBusy
    try:
        with tempfile.TemporaryFile() as file:
            for chunk in upload.chunks():
                file.write(chunk)
            file.flush()
            made = run_limited("listings.photo_reader:webp_of", file, LIMITS)
    except Refused as refused:
        raise refusal_of(refused.code) from None
    except Stopped as stopped:
        raise refusal_of(TOO_MANY_PIXELS if stopped.why == Why.MEMORY else UNREADABLE) from None
    finally:
        _READING.release()
    return ContentFile(made, name="photo.webp")


def refusal_of(refusal: str) -> ValidationError:
    """A code of listings.photo_reader in words for whoever sent the photo."""
    if refusal == TOO_MANY_BYTES:
        message = _("De foto is groter dan %(most)d MB. Kies een kleinere foto.")
        return ValidationError(message, params={"most": sizes.LARGEST_ATTACHMENT_BYTES // 1_000_000})
    if refusal == TOO_MANY_PIXELS:
        return ValidationError(_("De foto heeft te veel pixels. Kies een kleinere foto."))
    if refusal == NO_PHOTO:
        return ValidationError(
            _("Dit bestand is geen foto die we kunnen lezen. Kies een JPEG, PNG, WebP, GIF, AVIF of HEIC.")
        )
    return ValidationError(_("Het lukt niet om deze foto te lezen. Open ze, bewaar ze opnieuw als JPEG, en kies die."))

"""Photos as they come from a phone, made safe to store and to show."""

import io
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_UPLOAD_BYTES = 15_000_000
#: Width times height of an upload, at most.
LARGEST_PIXELS = 60_000_000
#: The longest side of a stored photo.
LONGEST_SIDE_PX = 1600
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def safe_photo(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """The photo of an upload as WebP: upright, at most LONGEST_SIDE_PX, without metadata such as where it was taken.

    Raises ValidationError for an upload that is too large (bytes or pixels), no picture, or cut off.
    """
    if (upload.size or 0) > LARGEST_UPLOAD_BYTES:
        raise ValidationError(
            _("De foto is groter dan %(most)d MB. Kies een kleinere foto.")
            % {"most": LARGEST_UPLOAD_BYTES // 1_000_000}
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(upload, formats=FORMATS)
            if image.width * image.height > LARGEST_PIXELS:
                raise ValidationError(_("De foto heeft te veel pixels. Kies een kleinere foto."))
            # A large JPEG is decoded at a smaller scale where that is enough: it takes less memory.
            image.draft("RGB", (LONGEST_SIDE_PX * 2, LONGEST_SIDE_PX * 2))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
            made = io.BytesIO()
            upright.convert("RGB").save(made, "WEBP", quality=82, method=4)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValidationError(_("De foto heeft te veel pixels. Kies een kleinere foto.")) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise ValidationError(_("Dit bestand is geen foto die we kunnen lezen. Kies een JPEG, PNG of WebP.")) from None
    return ContentFile(made.getvalue(), name="photo.webp")

"""Photos as they come from a phone, made safe to store and to show."""

import io
import warnings

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST_UPLOAD_BYTES = 15_000_000
LARGEST_PIXELS = 60_000_000
LONGEST_SIDE_PX = 1600
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def safe_photo(upload: "UploadedFile[bytes]") -> "ContentFile[bytes]":
    """Decode an upload and encode it anew as WebP: upright, at most 1600 px, without any metadata (no position).

    Raises ValidationError for what is too large (bytes or pixels), is no picture, or breaks off.
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
            # JPEGs decode at a smaller scale when that is enough: less memory for large photos.
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

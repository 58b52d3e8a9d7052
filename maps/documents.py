"""Documents as people give them: what one is, its content says, never its name. They are kept as they are."""

import tempfile
from pathlib import PurePosixPath

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.validators import one_line
from maps import document_reader as reader
from maps.enums import DocumentKind
from maps.models import LONGEST_DOCUMENT_NAME
from sandbox import sizes
from sandbox.limited import Limits, Refused, Stopped, run_limited

_LIMITS = Limits(memory_bytes=400_000_000, cpu_s=5, answer_bytes=1_000)


def read_kind(upload: "UploadedFile[bytes]") -> DocumentKind:
    """What kind of document an upload is. Raises ValidationError for one that is too large, of no kind that we keep,
    cut off, or that can run macros. It starts a process: call it outside of a transaction.
    """
    if (upload.size or 0) > sizes.LARGEST_ATTACHMENT_BYTES:
        words = {"most": sizes.LARGEST_ATTACHMENT_BYTES // 1_000_000}
        raise ValidationError(_("Dit document is groter dan %(most)d MB. Maak het kleiner.") % words)
    try:
        with tempfile.TemporaryFile() as file:
            for chunk in upload.chunks():
                file.write(chunk)
            file.flush()
            return DocumentKind(run_limited("maps.document_reader:kind_of", file, _LIMITS).decode())
    except Refused as refused:
        raise ValidationError(_refusal(refused.code)) from None
    except Stopped:
        raise ValidationError(_refusal(reader.CUT_OFF)) from None


def named(given: str, kind: DocumentKind) -> str:
    """A name to show and to save it under: one line, without a path, with the ending of its kind."""
    last = PurePosixPath(one_line(given).replace("\\", "/")).name
    stem = last.removesuffix(PurePosixPath(last).suffix) if PurePosixPath(last).suffix else last
    stem = stem.strip(". ")[: LONGEST_DOCUMENT_NAME - len(kind) - 1] or _("document")
    return f"{stem}.{kind.value}"


def _refusal(code: str) -> str:
    return {
        reader.EMPTY: _("Dit bestand is leeg."),
        reader.CUT_OFF: _("Dit bestand is beschadigd of niet volledig. Bewaar het opnieuw, en kies het nog eens."),
        reader.MACROS: _("Dit bestand kan macro's uitvoeren. Bewaar het zonder macro's, of als pdf."),
        reader.OLD_OFFICE: _("Dit is een oud bestand van Office. Bewaar het als docx, xlsx, pptx of pdf."),
    }.get(code, _("Dit soort bestand kan niet. Kies een pdf, een document van Office of LibreOffice, of een beeld."))

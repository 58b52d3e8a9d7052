"""Tells what a document is by its content. A child process does it, which knows nothing of Django (maps.documents).

Office files are zips: only the names in them are read, nothing is unpacked. Those that can run macros are refused.
"""

from typing import IO
from zipfile import BadZipFile, ZipFile

from sandbox.child import Refusal

#: Entries of an office file, at most: a workbook of a thousand sheets with pictures has fewer.
MOST_ENTRIES = 10_000
#: The first of a file, and the last: a PDF says that it has ended.
_HEAD, _TAIL = 16, 2_048
_PDF, _PDF_END, _ZIP = b"%PDF-", b"%%EOF", b"PK\x03\x04"
#: Word, Excel and PowerPoint of before 2007: macros can't be told apart in it.
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
#: What only a file of each kind holds.
_OOXML = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ODF = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
EMPTY, UNKNOWN, CUT_OFF, MACROS, OLD_OFFICE = "empty", "unknown", "cut-off", "macros", "old-office"


def kind_of(file: IO[bytes]) -> bytes:
    """The kind of a document, such as b"pdf": one of maps.enums.DocumentKind. Raises Refusal with a code."""
    head = file.read(_HEAD)
    if not head:
        raise Refusal(EMPTY)
    if head.startswith(_PDF):
        return _ended_pdf(file)
    if head.startswith(_OLD_OFFICE):
        raise Refusal(OLD_OFFICE)
    if head.startswith(_ZIP):
        return _office(file).encode()
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return b"webp"
    found = next((kind for sign, kind in _PICTURES.items() if head.startswith(sign)), None)
    if found is None:
        raise Refusal(UNKNOWN)
    return found.encode()


def _ended_pdf(file: IO[bytes]) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    if _PDF_END not in file.read():
        raise Refusal(CUT_OFF)
    return b"pdf"


def _office(file: IO[bytes]) -> str:
    try:
        with ZipFile(file) as packed:
            names = packed.namelist()
            if len(names) > MOST_ENTRIES:
                raise Refusal(UNKNOWN)
            if any(
                name.lower().endswith("vbaproject.bin") or name.startswith(("Basic/", "Scripts/")) for name in names
            ):
                raise Refusal(MACROS)
            if "[Content_Types].xml" in names:
                found = next((kind for name, kind in _OOXML.items() if name in names), None)
            else:
                found = _ODF.get(_media_type(packed))
    except (BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        raise Refusal(CUT_OFF) from None
    if found is None:
        raise Refusal(UNKNOWN)
    return found


def _media_type(packed: ZipFile) -> str:
    """What an OpenDocument file says it is; empty for any other zip."""
    if "mimetype" not in packed.namelist():
        return ""
    with packed.open("mimetype") as entry:
        return entry.read(100).decode("ascii", errors="replace").strip()

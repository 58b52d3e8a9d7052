"""Reads the files that companies have as rows of text: CSV in all usual variants, and XLSX."""

import codecs
import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

LARGEST_BYTES = 60_000_000
LARGEST_UNPACKED_BYTES = 600_000_000
MOST_ROWS = 200_000
LONGEST_CELL = 5_000


@dataclass(frozen=True)
class Table:
    """The headers as they are written, and rows of text, each with its number in the file (the headers are row 1)."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(path: Path, name: str) -> Table:
    """Read a file; the ending of its name says how. Raises ValidationError if it is too large, unreadable or empty."""
    if path.stat().st_size > LARGEST_BYTES:
        raise ValidationError(
            _("Het bestand is groter dan %(most)d MB. Knip het in stukken.") % {"most": LARGEST_BYTES // 10**6}
        )
    ending = name.rsplit(".", 1)[-1].lower()
    if ending == "xlsx":
        lines = _workbook(path)
    elif ending in ("csv", "txt", "tsv"):
        lines = _csv(path)
    else:
        raise ValidationError(_("Geef een CSV- of XLSX-bestand."))
    headers: list[str] | None = None
    rows: list[tuple[int, list[str]]] = []
    for number, cells in lines:
        if not any(cells):
            continue
        if headers is None:
            headers = cells
            continue
        rows.append((number, cells))
        if len(rows) > MOST_ROWS:
            raise ValidationError(
                _("Het bestand heeft meer dan %(most)d rijen. Knip het in stukken.") % {"most": MOST_ROWS}
            )
    if headers is not None and not rows:
        raise ValidationError(_("Onder de kolomnamen staat nog niets: zet daar je zoekertjes, één per rij."))
    if headers is None:
        raise ValidationError(_("Het bestand is leeg: zet bovenaan de kolomnamen, en daaronder de zoekertjes."))
    return Table(headers, rows)


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file. Its separator is whichever of ; , and tab stands most often in the first line."""
    text = _decoded(path.read_bytes())
    if "\x00" in text:
        raise ValidationError(_("Dit is geen tekstbestand. Bewaar het in Excel als CSV of XLSX."))
    first = text.split("\n", 1)[0]
    separator = max(";,\t", key=first.count)
    # Without `strict`, a quote that is never closed would take all rows after it for one cell, and nobody would know.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [cell.strip()[:LONGEST_CELL] for cell in cells]
    except csv.Error:
        raise ValidationError(
            _(
                'In rij %(row)s klopt een aanhalingsteken (") niet: het wordt niet gesloten, of er staat nog tekst '
                "achter. Zet er één bij of haal het weg."
            )
            % {"row": number + 1}
        ) from None


def _decoded(raw: bytes) -> str:
    """The text of a file in UTF-8, in UTF-16 with its byte order mark (Excel's "Unicode text") or in Windows-1252."""
    not_text = ValidationError(_("Dit is geen tekstbestand. Bewaar het in Excel als CSV of XLSX."))
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise not_text from None
    if b"\x00" in raw[:4096]:
        raise not_text
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet of a workbook."""
    try:
        with ZipFile(path) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED_BYTES:
                raise ValidationError(_("Het bestand is uitgepakt te groot. Knip het in stukken."))
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            yield number, [_text(cell) for cell in cells]
    except (BadZipFile, CalamineError, OSError):
        raise ValidationError(
            _("Dit is geen XLSX-bestand dat we kunnen lezen. Bewaar het in Excel opnieuw, als XLSX of CSV.")
        ) from None


def _text(cell: object) -> str:
    """A cell of a workbook as a company would have typed it into a CSV."""
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    if isinstance(cell, float):
        # With a comma: the text "1.125" is read as more than a thousand.
        return str(cell).replace(".", ",")
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell).strip()[:LONGEST_CELL]

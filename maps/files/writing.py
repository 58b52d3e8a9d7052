"""Writes rows as a file of geodata, in each format that is read.

    export = written(Format.GEOPACKAGE, rows, fields, about)
    StreamingHttpResponse(export.chunks, content_type=export.media_type)

GeoJSON, KML and CSV go out as the rows come. For the others a child process makes a file with GDAL, in a folder that
is gone once its last piece was taken. A format that has a place for it says itself from whom the data is and how it
may be used; else a text in the same zip does.
"""

import base64
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from geo.points import WGS84_SRID
from maps.files.cells import LONGEST_CELL, cells_of
from maps.files.child.naming import LONGEST_SHAPEFILE_TEXT, MOST_PARTS, part_names
from maps.files.child.sniffing import Format
from maps.files.limits import LONGEST_NAME
from maps.files.refusals import FileRefused, Said
from maps.files.rows import About, Field, Row, as_text, plain
from maps.files.streamed import SHAPE_COLUMNS, cell_of, csv_lines, geojson, kml, source_words, texts_of
from sandbox.limited import Limits, Stopped, run_limited

#: What writing one file may take.
LIMITS = Limits(memory_bytes=2_000_000_000, cpu_s=300, answer_bytes=4_000_000_000)
_CHUNK = 262_144
_ZIP = "application/zip"
#: The ending of what each format is sent as, and its media type. Those in a zip have parts, or a text beside.
_SENT = {
    Format.GEOJSON: (".geojson", "application/geo+json"),
    Format.KML: (".kml", "application/vnd.google-earth.kml+xml"),
    Format.CSV: (".csv.zip", _ZIP),
    Format.XLSX: (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Format.GEOPACKAGE: (".gpkg", "application/geopackage+sqlite3"),
    Format.FLATGEOBUF: (".fgb", "application/vnd.flatgeobuf"),
    Format.GML: (".gml.zip", _ZIP),
    Format.SHAPEFILE: (".shp.zip", _ZIP),
}
#: All that a file that is sent may be.
MEDIA_TYPES = sorted({media_type for _ending, media_type in _SENT.values()})


def media_type_of(format_: Format) -> str:
    """What a file in a format is sent as."""
    return _SENT[format_][1]


@dataclass(frozen=True)
class Export:
    """What is sent: a name for the file, what it is, and its bytes."""

    file_name: str
    media_type: str
    chunks: Iterator[bytes]


def written(format_: Format, rows: Iterable[Row], fields: Sequence[Field], about: About) -> Export:
    """The rows as a file. Rows are asked for while `chunks` are taken: a long export holds its query open that long.

    Raises FileRefused, once chunks are taken, where a row doesn't fit the format.
    """
    ending, media_type = _SENT[format_]
    return Export(about.name + ending, media_type, _chunks(format_, rows, fields, about))


def _chunks(format_: Format, rows: Iterable[Row], fields: Sequence[Field], about: About) -> Iterator[bytes]:
    match format_:
        case Format.GEOJSON:
            yield from (text.encode() for text in geojson(rows, fields, about))
        case Format.KML:
            yield from (text.encode() for text in kml(rows, fields, about))
        case Format.CSV:
            yield from _csv_zip(rows, fields, about)
        case Format.XLSX:
            yield from _workbook(rows, fields, about)
        case _:
            yield from _by_gdal(format_, rows, fields, about)


class _Passing:
    """What a zip is written to that goes out at once: it can't go back."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def write(self, some: bytes) -> int:
        self._kept.append(bytes(some))
        return len(some)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        kept, self._kept = b"".join(self._kept), []
        return kept


def _csv_zip(rows: Iterable[Row], fields: Sequence[Field], about: About) -> Iterator[bytes]:
    out = _Passing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        with packed.open(f"{about.name}.csv", "w", force_zip64=True) as entry:
            for text in csv_lines(rows, fields):
                entry.write(text.encode())
                yield out.taken()
        packed.writestr(_("LEESMIJ.txt"), "\n".join(_about_lines(about)))
    yield out.taken()


def _workbook(rows: Iterable[Row], fields: Sequence[Field], about: About) -> Iterator[bytes]:
    """A workbook: one sheet with the rows, and one that says from whom they are.

    The rows are all looked at before the first is written: a workbook that is left halfway keeps a file of its own.
    """
    with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as file:
        columns = _columns([*(_allowed(field.name) for field in fields), *SHAPE_COLUMNS], _kept(rows, fields, lines))
        lines.seek(0)
        book = Workbook(write_only=True)
        sheet = book.create_sheet(_("elementen"))
        sheet.append([name for names in columns for name in names])
        for line in lines:
            cells = zip(json.loads(line), columns, strict=True)
            sheet.append([one for cell, names in cells for one in _over(cell, len(names))])
        source = book.create_sheet(_("bron"))
        words = _("Lange teksten staan in stukken, want in een cel passen %(most)s tekens. Zet ze achter elkaar:")
        parts = [names for names in columns if len(names) > 1]
        for text in [*_about_lines(about), *_part_lines(words % {"most": LONGEST_CELL}, parts)]:
            source.append([_allowed(text)])
        book.save(file)
        file.seek(0)
        yield from _pieces(file)


def _kept(rows: Iterable[Row], fields: Sequence[Field], lines: IO[bytes]) -> list[int]:
    """Write the cells of each row as a line of JSON; returns in how many parts the longest text of each column is."""
    most = [1] * (len(fields) + len(SHAPE_COLUMNS))
    for number, row in enumerate(rows, start=2):
        (shape,) = texts_of([row.wkb])
        cells = [*(_cell(value, field) for field, value in zip(fields, row.values, strict=True)), WGS84_SRID, shape]
        most = [max(count, len(cells_of(cell)) if isinstance(cell, str) else 1)
                for count, cell in zip(most, cells, strict=True)]  # fmt: skip
        if max(most) > MOST_PARTS:
            raise FileRefused(Said("long-for-cell", {"row": number, "most": LONGEST_CELL}))
        lines.write(f"{json.dumps(cells)}\n".encode())
    return most


def _columns(names: Sequence[str], most: Sequence[int]) -> list[list[str]]:
    """The columns of each text, by what it is called and in how many parts it stands."""
    found, taken = list[list[str]](), list(names)
    for name, count in zip(names, most, strict=True):
        found.append(part_names(name, count, taken, LONGEST_NAME))
        taken += found[-1]
    return found


def _over(cell: object, count: int) -> list[object]:
    """A cell over so many columns: a text in its parts, behind each other."""
    parts: list[object] = [*cells_of(cell)] if isinstance(cell, str) else [cell]
    return [*parts, *[None] * (count - len(parts))]


def _cell(value: object, field: Field) -> object:
    """Numbers are numbers in a workbook; all else is text, as in a list."""
    if field.type in ("integer", "number") and value is not None:
        found = plain(value, field.type)  # type: ignore[arg-type]
        return found if abs(found) < 1e15 else as_text(found, field.type)
    return _allowed(cell_of(value, field)) or None


def _allowed(text: str) -> str:
    return str(ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))


def _by_gdal(format_: Format, rows: Iterable[Row], fields: Sequence[Field], about: About) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="geodata-") as folder, tempfile.TemporaryFile() as lines:
        for row in rows:
            values = [plain(value, field.type) for field, value in zip(fields, row.values, strict=True)]
            line = json.dumps([base64.b64encode(row.wkb).decode(), *values], allow_nan=False)
            lines.write(f"{line}\n".encode())
        lines.flush()
        arguments = {
            "folder": folder, "format_": format_, "layer": about.name,
            "fields": [(field.name, field.type, field.short) for field in fields],
            "about": {"title": about.title, "description": source_words(about)},
        }  # fmt: skip
        try:
            answer = json.loads(run_limited("maps.files.child.writing:write", lines, LIMITS, arguments=arguments))
        except Stopped as stopped:
            raise FileRefused(Said("not-written", {"format": format_})) from stopped
        if _SENT[format_][1] == _ZIP:
            words = "\n".join([*_about_lines(about), *_changed_lines(answer)])
            yield from _zip_of(Path(folder), words)
        else:
            with (Path(folder) / f"{about.name}.{format_}").open("rb") as file:
                yield from _pieces(file)


def _zip_of(folder: Path, words: str) -> Iterator[bytes]:
    out = _Passing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        packed.writestr(_("LEESMIJ.txt"), words)
        for path in sorted(folder.iterdir()):
            with path.open("rb") as file, packed.open(path.name, "w", force_zip64=True) as entry:
                for piece in _pieces(file):
                    entry.write(piece)
                    yield out.taken()
    yield out.taken()


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece


def _about_lines(about: About) -> list[str]:
    lines = [about.title, "", _("Bron: %(source)s") % {"source": about.attribution}]
    lines.append(_("Licentie: %(licence)s") % {"licence": about.licence})
    return [*lines, *filter(None, [about.licence_address]), _("Coördinaten: WGS 84 (EPSG:4326), lengte en breedte.")]


def _changed_lines(answer: dict[str, Any]) -> list[str]:
    """What the format couldn't hold as it was: names of columns, and long texts."""
    lines: list[str] = []
    if answer["names"]:
        lines += ["", _("Kolommen heten anders dan op de kaart, want dit formaat laat niet elke naam toe:")]
        lines += [f"  {name} = {own}" for own, name in answer["names"].items()]
    words = _("Lange teksten staan in stukken, want in een kolom passen %(most)s bytes. Zet ze achter elkaar:")
    lines += _part_lines(words % {"most": LONGEST_SHAPEFILE_TEXT}, answer["parts"])
    if answer["cut"]:
        lines += ["", _("Teksten zijn ingekort, want meer past er niet in:")]
        lines += [f"  {name}: {count}" for name, count in answer["cut"].items()]
    return lines


def _part_lines(words: str, parts: Sequence[Sequence[str]]) -> list[str]:
    """In which columns each text stands that is too long for one; nothing where none is."""
    if not parts:
        return []
    whole = _("Werkstof doet dat zelf als je het bestand weer inleest.")
    return ["", words, *(f"  {' + '.join(names)}" for names in parts), whole]

"""Reads and checks every row of a file, and says what of the file it didn't read."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Organisation
from listings.imports.columns import NAMES, Columns, find_columns, plain
from listings.imports.photos import PhotoNames
from listings.imports.rows import Mistake, Parsed, RowReader
from listings.imports.table import Table, read_table

#: Rows between two reports of progress.
PROGRESS_EVERY = 500
#: Letters of a cell that is shown as an example.
_LONGEST_EXAMPLE = 60
#: What the page calls an encoding from before Unicode.
_CALLED = {"cp1252": "Windows", "cp850": "MS-DOS", "cp437": "MS-DOS", "mac_roman": "Macintosh"}

#: `Checked.reading` of a file of which everything was read.
NOTHING_LEFT: dict[str, Any] = {
    "columns": [], "sheet": "", "sheets_left": [], "encoding": "", "files_left": [], "pictures_left": [],
    "left_out": 0, "addresses": 0, "loose": 0,
}  # fmt: skip

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Checked:
    """The rows of a file, what is wrong with them, and how it was read.

    `reading` is JSON. "columns" has each column with its name, the field that it is read as ("" where it isn't) and an
    example; "sheet" and "sheets_left", each with whether it is hidden; "encoding", where it was guessed; "files_left"
    of a zip; "pictures_left", that no row names; "left_out", how many rows a member left out; and "addresses" and
    "loose", how many photos were named by an address, and outside a zip.
    """

    rows: list[Parsed]
    mistakes: list[Mistake]
    reading: dict[str, Any]


def check(
    path: Path,
    name: str,
    organisation: Organisation,
    srid: int,
    progress: Progress,
    *,
    today: dt.date,
    materials: Mapping[str, str] | None = None,
) -> Checked:
    """Read and check every row. Raises ValidationError for a file that can't be read at all.

    `materials` are codes of materials by the text in the file, where somebody chose them; "" leaves those rows out.
    """
    table = read_table(path, name, meanwhile=lambda: progress(0, 1))
    by_hand = dict(organisation.import_columns.values_list("header", "field"))
    columns = find_columns(table.headers, by_hand)
    reading = _reading(table, columns)
    if columns.lacking:
        return Checked([], [_lacking(table, columns)], reading)
    chosen = materials or {}
    photos = PhotoNames(table.about["pictures"], in_zip=bool(table.about["list"]))
    reader = RowReader(
        organisation,
        columns.fields,
        srid,
        today=today,
        rows=table.rows,
        photos=photos,
        materials=chosen,
        price_header=table.headers[columns.fields["price"]] if "price" in columns.fields else "",
    )
    left_out = {text for text, code in chosen.items() if not code}
    column = columns.fields["material"]
    parsed: list[Parsed] = []
    for number, (row, cells) in enumerate(table.rows, start=1):
        if column < len(cells) and plain(cells[column]) in left_out:
            reading["left_out"] += 1
        else:
            parsed.append(reader.read(row, cells))
        if number % PROGRESS_EVERY == 0:
            progress(number, len(table.rows))
    reading |= {"addresses": photos.addresses, "loose": photos.loose, "pictures_left": photos.unused()}
    return Checked(parsed, [mistake for row in parsed for mistake in row.mistakes], reading)


def _reading(table: Table, columns: Columns) -> dict[str, Any]:
    about = table.about
    return NOTHING_LEFT | {
        "columns": _columns(table, columns),
        "sheet": about["sheet"],
        "sheets_left": about["sheets_left"],
        "encoding": _CALLED.get(about["encoding"], ""),
        "files_left": about["files_left"],
    }


def _columns(table: Table, columns: Columns) -> list[dict[str, Any]]:
    """Each column that has a name or holds something, in order."""
    examples: dict[int, str] = {}
    for _number, cells in table.rows:
        for number, cell in enumerate(cells):
            if cell and number not in examples:
                examples[number] = cell[:_LONGEST_EXAMPLE]
    width = max(len(table.headers), *(number + 1 for number in examples), 0)
    headers = [*table.headers, *[""] * (width - len(table.headers))]
    same = Counter(map(plain, headers))
    return [
        {
            "letters": _letters(number),
            "header": header,
            "field": columns.field_of(number),
            "example": examples.get(number, ""),
            # Of columns with one name only the first can be meant.
            "twice": same[plain(header)] > 1,
        }
        for number, header in enumerate(headers)
        if header or number in examples
    ]


def _letters(number: int) -> str:
    """What a spreadsheet calls a column: the first is A, the 27th AA."""
    letters = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def _lacking(table: Table, columns: Columns) -> Mistake:
    words = {
        "lacking": ", ".join(NAMES[field][0] for field in columns.lacking),
        "headers": ", ".join(filter(None, table.headers))[:300],
    }
    return Mistake(1, "", "", _("Deze kolommen ontbreken: %(lacking)s. Het bestand heeft: %(headers)s.") % words)

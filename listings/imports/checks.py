"""Reads and checks every row of a file, and says what of the file it didn't read."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from listings.amounts import names_unit
from listings.imports.columns import TITLES, Columns, find_columns
from listings.imports.headers import plain
from listings.imports.hub_only import hub_mistakes
from listings.imports.mistakes import Mistake
from listings.imports.photo_check import photo_mistakes
from listings.imports.photos import PhotoNames
from listings.imports.progress import Progress
from listings.imports.promised import promise_mistakes
from listings.imports.row import Parsed
from listings.imports.rows import RowReader
from listings.imports.stored_rows import stored_listings
from listings.imports.table import Table, read_table
from listings.imports.words import guesses, unknown_words
from materials.units import Listed

#: Rows between two reports of progress.
PROGRESS_EVERY = 500
#: Letters of a cell that is shown as an example.
_LONGEST_EXAMPLE = 60
#: What the page calls an encoding from before Unicode.
_CALLED = {"cp1252": "Windows", "cp850": "MS-DOS", "cp437": "MS-DOS", "mac_roman": "Macintosh"}

#: `Checked.reading` of a file of which everything was read.
NOTHING_LEFT: dict[str, Any] = {
    "columns": [], "sheet": "", "sheets_left": [], "encoding": "", "files_left": [], "pictures_left": [],
    "left_out": 0, "addresses": 0, "loose": 0, "header_row": 1, "rows_above": 0, "unknown": [], "guesses": [],
    "houses_left": 0,
}  # fmt: skip


@dataclass(frozen=True)
class Checked:
    """The rows of a file, what is wrong with them, and how it was read.

    `reading` is JSON. "columns" has each column with its name, the field that it is read as ("" where it isn't) and an
    example; "sheet" and "sheets_left", each with whether it is hidden; "encoding", where it was guessed; "files_left"
    of a zip; "pictures_left", that no row names; "left_out", how many rows a member left out; "addresses" and
    "loose", how many photos were named by an address, and outside a zip; "header_row" and "rows_above", the row of the
    column names and how many above it hold something; "unknown" and "guesses", the words that somebody may explain;
    "houses_left", in how many rows a house wasn't looked up.
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
    words: Mapping[str, Mapping[str, str]] | None = None,
    again: bool = False,
) -> Checked:
    """Read and check every row. Raises ValidationError for a file that can't be read at all.

    `words` has what somebody chose for words of the file, by field: a code, or "" to leave those rows out.
    `again`: of a file that was checked before photos aren't opened once more, and no address service is asked: places
    are those of the check.
    """
    by_hand = dict(organisation.import_columns.values_list("header", "field"))
    known = [header for header, field in by_hand.items() if field]
    table = read_table(path, name, by_hand=known, meanwhile=lambda: progress(0, 1))
    columns = find_columns(table.headers, by_hand)
    reading = _reading(table, columns)
    if lacking := _lacking(table, columns):
        return Checked([], [lacking], reading)
    photos = PhotoNames(table.about["pictures"], in_zip=bool(table.about["list"]))
    reader = RowReader(
        organisation,
        columns.fields,
        srid,
        today=today,
        headers=table.headers,
        rows=table.rows,
        photos=photos,
        words=words,
        asks_addresses=not again,
    )
    parsed: list[Parsed] = []
    for number, (row, cells) in enumerate(table.rows, start=1):
        if reader.is_left_out(cells):
            reading["left_out"] += 1
        else:
            parsed.append(reader.read(row, cells))
        if number % PROGRESS_EVERY == 0:
            progress(number, len(table.rows))
    mistakes = [mistake for row in parsed for mistake in row.mistakes]
    if not mistakes:
        stored = stored_listings(parsed, organisation)
        mistakes += promise_mistakes(parsed, stored, reader.names)
        mistakes += hub_mistakes(parsed, stored, reader.names)
    if not again:
        mistakes += photo_mistakes(path, parsed, reader.names.get("photo", ""), lambda: progress(0, 1))
    reading |= {"addresses": photos.addresses, "loose": photos.loose, "pictures_left": photos.unused()}
    reading["houses_left"] = reader.places.pins.left
    reading |= {"unknown": unknown_words(mistakes), "guesses": guesses(parsed, reader.names["material"])}
    return Checked(parsed, mistakes, reading)


def _reading(table: Table, columns: Columns) -> dict[str, Any]:
    about = table.about
    return NOTHING_LEFT | {
        "columns": _columns(table, columns),
        "sheet": about["sheet"],
        "sheets_left": about["sheets_left"],
        "encoding": _CALLED.get(about["encoding"], ""),
        "files_left": about["files_left"],
        "header_row": table.header_row,
        "rows_above": about["rows_above"],
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


def _lacking(table: Table, columns: Columns) -> Mistake | None:
    """What is wrong with the columns; None where nothing is. A unit behind each number does for a column of units."""
    lacking = [field for field in columns.lacking if field != "unit" or not _names_units(table, columns)]
    if not lacking:
        return None
    message = _("Deze kolommen ontbreken: %(lacking)s. Het bestand heeft: %(headers)s.")
    headers = ", ".join(f"“{header}”" for header in table.headers if header)[:300]
    words = {"lacking": Listed(TITLES[field] for field in lacking), "headers": headers}
    return Mistake(table.header_row, "", "", "", ValidationError(message, params=words))


def _names_units(table: Table, columns: Columns) -> bool:
    number = columns.fields.get("quantity", len(table.headers))
    return any(number < len(cells) and names_unit(cells[number]) for _row, cells in table.rows)

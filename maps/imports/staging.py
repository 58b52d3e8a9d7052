"""Puts the rows of a file in a table of the transaction, as fields of elements, for the database to compare."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from accounts.validators import one_line
from geo.points import WGS84_SRID
from maps.fields import plain
from maps.files.reading import Feature
from maps.files.refusals import RowRefused, Said
from maps.imports.values import ValueReader
from maps.mistakes import Mistake, mistakes_of, mistakes_of_row
from maps.services.alike import Likeness, likeness
from maps.services.bulk import ROWS_AT_ONCE
from maps.validators import as_stored

#: Rows with mistakes that are kept with their words; the others are only counted.
MOST_WRONG_KEPT = 2_000
_CREATE = """
    DROP TABLE IF EXISTS staged_row;
    CREATE TEMPORARY TABLE staged_row (
        number int, reference text, given jsonb, geometry geometry, alike int, mistakes jsonb
    ) ON COMMIT DROP
"""
_COPY = "COPY staged_row (number, reference, given, geometry, alike, mistakes) FROM STDIN"
#: Where WKB says of which type a shape is.
_TYPE = slice(1, 5)


class Staged:
    """How many rows were put there, how many of them are wrong, how many of those shapes could be mended, and of how
    many wrong ones nobody knows which element they are.
    """

    def __init__(self) -> None:
        self.total = self.wrong = self.mendable = self.unnamed = 0
        #: By the number of a row without a place what it says of itself, in which an address may be.
        self.placeless: dict[int, dict[str, Any]] = {}
        self._seen: dict[str, int] = {}
        self._alike: dict[tuple[bytes, Likeness], int] = {}

    def line(self, row: Feature | RowRefused, reader: ValueReader, empty: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """A row as it is copied; None for one that is wrong and no longer kept."""
        self.total += 1
        reference = one_line(row.source_id)
        if isinstance(row, RowRefused):
            self.mendable += row.mendable
            self.unnamed += not reference
            # Of an element that another row says more of, this one says nothing.
            is_other = reference and self._seen.setdefault(reference, row.row) != row.row
            return self._wrong(row.row, "" if is_other else reference, mistakes_of_row(row))
        if (first := self._seen.setdefault(reference, row.row)) != row.row:
            same = RowRefused(row.row, Said("same-id", {"id": reference, "row": first}))
            return self._wrong(row.row, "", mistakes_of_row(same))
        try:
            found = reader.read(row.attributes, empty)
        except ValidationError as error:
            return self._wrong(row.row, reference, mistakes_of(error))
        values = {name: plain(as_stored(name, value)) for name, value in found.items()}
        alike = self._alike.setdefault((row.wkb[_TYPE], likeness(values, closely=True)), len(self._alike))
        if not row.wkb:
            self.placeless[row.row] = row.attributes
        shape = f"SRID={WGS84_SRID};{row.wkb.hex()}" if row.wkb else None
        return row.row, reference, json.dumps(values), shape, alike, None

    def _wrong(self, number: int, reference: str, mistakes: Sequence[Mistake]) -> tuple[Any, ...] | None:
        self.wrong += 1
        # Its reference counts all the same: the element isn't gone from the file.
        if self.wrong > MOST_WRONG_KEPT and not reference:
            return None
        kept = mistakes if self.wrong <= MOST_WRONG_KEPT else []
        return number, reference, None, None, None, json.dumps(kept)


def stage(
    rows: Iterable[Feature | RowRefused],
    reader: ValueReader,
    empty: Mapping[str, Any],
    progress: Callable[[int], None],
) -> Staged:
    """Fill the table `staged_row`. `empty` is what stands in a field of which nobody says anything."""
    staged = Staged()
    with connection.cursor() as cursor:
        for statement in _CREATE.split(";"):
            cursor.execute(statement)
        for some in _batches(rows):
            # Reading a row may ask the database what a word means: nothing else is asked while it copies.
            lines = [staged.line(row, reader, empty) for row in some]
            with cursor.copy(_COPY) as copy:
                for line in filter(None, lines):
                    copy.write_row(line)
            progress(staged.total)
        # Elements find their row by what the source calls them, also where the database believes them few.
        cursor.execute("CREATE INDEX ON staged_row (reference)")
        cursor.execute("ANALYZE staged_row")
    return staged


def _batches(rows: Iterable[Feature | RowRefused]) -> Iterator[list[Feature | RowRefused]]:
    left = iter(rows)
    while some := list(islice(left, ROWS_AT_ONCE)):
        yield some

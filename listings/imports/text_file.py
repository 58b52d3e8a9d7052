"""Reads CSV and other text files as rows of cells, in whatever encoding and with whatever separator. Knows no Django.

Runs in the child process of listings.imports.table_file.
"""

import codecs
import csv
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from listings.imports.headers import ROWS_ABOVE, count_known
from listings.imports.legacy_text import likeliest_encoding
from sandbox.child import Refusal

SEPARATORS = ";,\t|"
#: Records from which the separator is guessed.
_SAMPLE = 30
#: Letters in a cell, at most: a quote that is never closed makes one cell of the rest of the file.
LARGEST_CELL = 131_072


class TextFile:
    """The rows of a text file, and how they were read: `encoding` is what Python calls it."""

    def __init__(self, raw: bytes, by_hand: Collection[str] = (), largest_cell: int = LARGEST_CELL) -> None:
        csv.field_size_limit(largest_cell)
        self.encoding, self._lines = _decoded(raw)
        first = self._lines[0] if self._lines else ""
        # Excel writes such a line for itself, and doesn't show it: it has no number.
        told = re.fullmatch(r'"?sep=(.)"?', first.strip("\r\n"), flags=re.IGNORECASE)
        if told:
            del self._lines[0]
        self.separator = told[1] if told else _separator(self._lines, by_hand)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each record with its number, beginning with 1. Raises Refusal for quotes that don't close."""
        # Without `strict`, a quote that is never closed would take all rows after it for one cell, unnoticed.
        reader = csv.reader(self._lines, delimiter=self.separator, strict=True)
        number = begun = 0
        try:
            for number, cells in enumerate(reader, start=1):
                begun = reader.line_num
                yield number, cells
        except csv.Error:
            quoted = any('"' in line for line in self._lines[begun : reader.line_num + 1])
            raise Refusal("quotes" if quoted else "long-cell", row=number + 1) from None


def _separator(lines: list[str], by_hand: Collection[str]) -> str:
    """The separator between the most names of columns that we know.

    Where none is known, the one that cuts the first records into most cells, and into as many as the first: commas in
    a column's name, or in decimals, give rows of other lengths.
    """
    return max(SEPARATORS, key=lambda separator: (_known(lines, separator, by_hand), _fit(lines, separator)))


def _known(lines: list[str], separator: str, by_hand: Collection[str]) -> int:
    records = islice(_parsed(lines, separator), ROWS_ABOVE)
    return max((count_known(record, by_hand) for record in records), default=0)


def _fit(lines: list[str], separator: str) -> float:
    records = list(islice(_parsed(lines, separator), _SAMPLE))
    if not records or len(records[0]) < 2:
        return 0
    width = len(records[0])
    like = sum(len(record) == width for record in records)
    return width * like / len(records)


def _parsed(lines: Iterable[str], separator: str) -> Iterator[list[str]]:
    """Records that aren't empty, up to the first that isn't well formed."""
    try:
        yield from filter(any, csv.reader(islice(lines, _SAMPLE * 10), delimiter=separator, strict=True))
    except csv.Error:
        return


def _decoded(raw: bytes) -> tuple[str, list[str]]:
    """The lines of a file, and its encoding: UTF-16 with its mark, UTF-8, or an older one.

    Lists are pasted together from other lists, so each line that isn't UTF-8 is read in the older encoding by itself.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = raw.decode("utf-16")
        except UnicodeDecodeError:
            raise Refusal("no-text") from None
        if "\x00" in text:
            raise Refusal("no-text")
        return "utf-16", re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)
    if b"\x00" in raw:
        raise Refusal("no-text")
    lines = raw.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
    older = [line for line in lines if not _is_utf8(line)]
    if not older:
        return "utf-8", [line.decode() for line in lines]
    encoding = likeliest_encoding(older)
    return encoding, [_line(number, line, encoding) for number, line in enumerate(lines, start=1)]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line(number: int, line: bytes, encoding: str) -> str:
    if _is_utf8(line):
        return line.decode()
    try:
        return line.decode(encoding)
    except UnicodeDecodeError as error:
        around = line[max(0, error.start - 20) : error.end + 20].decode(encoding, errors="replace").strip()
        raise Refusal("stray-byte", line=number, around=around) from None

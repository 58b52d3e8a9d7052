"""Reads rows that somebody copied from a spreadsheet. Knows no Django.

A spreadsheet puts quotes around a cell only where it holds a tab, a line break or a quote, and doubles the quotes in
it. Any other quote is a sign of the text: an inch, or a word that is "so called".
"""

import re
from collections.abc import Iterator

#: A cell between quotes, up to its end; and one as it stands.
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"(?=[\t\r\n]|\Z)')
_PLAIN = re.compile(r"[^\t\r\n]*")
_NEEDS_QUOTES = re.compile(r'[\t\r\n"]')
_LINE_END = re.compile(r"\r\n|\r|\n")


def is_copied(text: str) -> bool:
    """Whether the first line with anything on it has cells with tabs between them, as a spreadsheet copies them."""
    first = next(filter(str.strip, _LINE_END.split(text)), "")
    return "\t" in first


def copied_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with its number, beginning with 1, as its cells."""
    number, place, cells = 1, 0, list[str]()
    while place < len(text):
        cell, place = _cell(text, place)
        cells.append(cell)
        if text.startswith("\t", place):
            place += 1
            if place < len(text):
                continue
            cells.append("")
        yield number, cells
        number, cells = number + 1, []
        if end := _LINE_END.match(text, place):
            place = end.end()


def _cell(text: str, place: int) -> tuple[str, int]:
    """The cell that begins at a place, and where it ends."""
    if (found := _QUOTED.match(text, place)) and _NEEDS_QUOTES.search(inner := found[1].replace('""', '"')):
        return inner, found.end()
    plain = _PLAIN.match(text, place)
    assert plain is not None
    return plain[0], plain.end()

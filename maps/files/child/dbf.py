"""In which encoding the letters of a shapefile's attributes are."""

import codecs
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from listings.imports.legacy_text import likeliest_encoding

_HEADER, _FIELD, _MOST_ROWS = 32, 32, 20_000
#: What people write into a .cpg beside names that Python knows.
_ALIASES = {"ansi": "cp1252", "oem": "cp850", "88591": "latin-1", "macroman": "mac_roman"}


def letters_of(shp: Path) -> str:
    """The encoding that the .cpg names; where there is none, or it can't be, the likeliest."""
    rows = list(_rows(shp.with_suffix(".dbf")))
    named = _named(shp.with_suffix(".cpg"))
    if named and all(_decodes(row, named) for row in rows):
        return named
    if all(_decodes(row, "utf-8") for row in rows):
        return "utf-8"
    return likeliest_encoding(row + b"\n" for row in rows if not row.isascii())


def _named(cpg: Path) -> str:
    """What Python calls the encoding that a .cpg names; "" for none."""
    if not cpg.exists():
        return ""
    text = cpg.read_bytes()[:40].decode("ascii", errors="ignore").strip().lower()
    text = f"cp{text}" if text in ("1252", "850", "437", "1250") else text
    try:
        return codecs.lookup(_ALIASES.get(text, text)).name
    except LookupError:
        return ""


def _decodes(row: bytes, encoding: str) -> bool:
    try:
        row.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def widths_of(shp: Path) -> list[int]:
    """Of each column of a shapefile how many bytes its texts may have; 0 for one that holds no text."""
    with shp.with_suffix(".dbf").open("rb") as file:
        file.seek(_HEADER)
        return [size if kind == b"C" else 0 for _name, kind, size in _fields(file)]


def _fields(file: IO[bytes]) -> Iterator[tuple[bytes, bytes, int]]:
    """The name of each column, its type and how many bytes it takes."""
    while len(field := file.read(_FIELD)) == _FIELD and field[0] != 0x0D:
        kind = field[11:12]
        # Long texts have the high byte of their length where others have decimals.
        yield field[:11].partition(b"\0")[0], kind, field[16] + (field[17] << 8 if kind == b"C" else 0)


def _rows(dbf: Path) -> Iterator[bytes]:
    """The names of the columns, then the texts of the first rows, each text as bytes by itself."""
    with dbf.open("rb") as file:
        head = file.read(_HEADER)
        if len(head) < _HEADER:
            return
        begins, length = struct.unpack("<HH", head[8:12])
        texts: list[tuple[int, int]] = []
        at = 1
        for name, kind, size in _fields(file):
            yield name
            if kind == b"C":
                texts.append((at, size))
            at += size
        file.seek(begins)
        for _count in range(_MOST_ROWS):
            row = file.read(length)
            if len(row) < length or not length:
                return
            yield from (row[start : start + size].rstrip(b" \0") for start, size in texts)

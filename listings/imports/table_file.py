"""Reads a company's file, in a child process: as JSON its column names, its rows, and what of it isn't read.

Nothing here knows Django; listings.imports.table starts it and puts its refusals into words.
"""

import io
import json
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import IO, Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from listings.imports.headers import ROWS_ABOVE, header_among
from listings.imports.text_file import TextFile
from listings.imports.workbook import Workbook
from sandbox import sizes
from sandbox.child import Refusal

MOST_ROWS = 200_000
MOST_COLUMNS = 500
#: Letters of a cell that are kept: no field takes so many, and says so.
LONGEST_CELL = 20_000
#: Pictures beside a list, and letters and folders in the name of a file of a zip.
MOST_PICTURES, LONGEST_PATH, MOST_FOLDERS = 2_000, 250, 20
TEXT_ENDINGS = ("csv", "txt", "tsv")
LIST_ENDINGS = (*TEXT_ENDINGS, "xlsx")
PICTURE_ENDINGS = ("jpg", "jpeg", "png", "webp", "gif", "heic", "heif", "avif")


def read(file: IO[bytes], name: str, by_hand: list[str]) -> bytes:
    """The table in a file, whose name's ending says of which kind it is: a text, a workbook, or a zip with one list.

    The answer is lines of JSON: what is known of the file, then each row as [number, cells]; the first row has the
    column names. `by_hand` are names of columns that somebody has explained, beside those that we know ourselves.
    """
    about: dict[str, Any] = {
        "list": "", "sheet": "", "sheets_left": [], "encoding": "", "pictures": [], "files_left": [],
        "rows_above": 0,
    }  # fmt: skip
    if ending_of(name) == "zip":
        file, name, packed = _list_in(file)
        about |= packed
    if ending_of(name) == "xlsx":
        book = Workbook(file)
        about |= {"sheet": book.sheet, "sheets_left": book.left}
        rows = book.rows()
    elif ending_of(name) in TEXT_ENDINGS:
        text = TextFile(file.read(), by_hand)
        about["encoding"] = text.encoding
        rows = text.rows()
    else:
        raise Refusal("unknown-kind")
    kept = _kept(rows)
    first = list(islice(kept, ROWS_ABOVE))
    if not first:
        raise Refusal("empty")
    about["rows_above"] = header_among([cells for _number, cells in first], by_hand)
    lines = [json.dumps(line) for line in chain(first[about["rows_above"] :], kept)]
    if len(lines) == 1:
        raise Refusal("no-rows")
    return "\n".join([json.dumps(about), *lines]).encode()


def read_entry(file: IO[bytes], name: str, most_bytes: int) -> bytes:
    """One file of a zip."""
    with ZipFile(file) as packed, packed.open(name) as entry:
        content = entry.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise Refusal("entry-too-large", name=name)
    return content


def ending_of(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def _kept(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, as far as a list may go."""
    count = 0
    for number, cells in rows:
        texts = [cell.strip()[:LONGEST_CELL] for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        if len(texts) > MOST_COLUMNS:
            raise Refusal("columns", row=number, most=MOST_COLUMNS)
        # One of the first has the column names.
        if count > MOST_ROWS:
            raise Refusal("rows", most=MOST_ROWS)
        count += 1
        yield number, texts


def _list_in(file: IO[bytes]) -> tuple[IO[bytes], str, dict[str, Any]]:
    """The one list in a zip, its name, and the names of what lies beside it."""
    try:
        with ZipFile(file) as packed:
            entries = [entry for entry in packed.infolist() if not _is_litter(entry)]
            for name in (entry.filename for entry in entries):
                if len(name) > LONGEST_PATH or name.count("/") > MOST_FOLDERS:
                    raise Refusal("long-name", name=name[:60])
            lists = [entry for entry in entries if ending_of(entry.filename) in LIST_ENDINGS]
            if len(lists) != 1:
                raise Refusal("lists-in-zip", names=[entry.filename for entry in lists][:10])
            with packed.open(lists[0]) as opened:
                content = opened.read(sizes.LARGEST_LIST_BYTES + 1)
    except (BadZipFile, NotImplementedError, RuntimeError):
        raise Refusal("no-zip") from None
    if len(content) > sizes.LARGEST_LIST_BYTES:
        raise Refusal("unpacked")
    pictures = {entry.filename: None for entry in entries if ending_of(entry.filename) in PICTURE_ENDINGS}
    if len(pictures) > MOST_PICTURES:
        raise Refusal("pictures", most=MOST_PICTURES)
    left = [entry.filename for entry in entries if entry is not lists[0] and entry.filename not in pictures]
    about = {"list": lists[0].filename, "pictures": list(pictures), "files_left": left}
    return io.BytesIO(content), lists[0].filename, about


def _is_litter(entry: ZipInfo) -> bool:
    """Folders, and what a Mac puts into each zip."""
    return entry.is_dir() or entry.filename.startswith("__MACOSX/") or entry.filename.split("/")[-1].startswith(".")

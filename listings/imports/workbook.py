"""Reads a sheet of a workbook as rows of cells. Knows no Django: listings.imports.table_file runs in a child."""

import datetime as dt
import posixpath
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import IO, Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from sandbox import sizes
from sandbox.child import Refusal

_CHUNK = 1_000_000
#: The currency and the country in a format: "[$£-809]". Only a country stands in "[$-413]".
_BRACKET = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]")
_EURO = ("€", "eur", "euro")
#: A currency that a format writes as it is, or in quotes.
_CURRENCY = re.compile(r"[£$¥₤₣₩₽₺₹]|\b(?:USD|GBP|CHF|JPY|CNY|SEK|DKK|NOK|PLN|CZK|CAD|AUD)\b", re.IGNORECASE)
_ERROR_CELL = re.compile(rb"""\bt\s*=\s*["']e["']""")


class Workbook:
    """The first sheet that people see, and the names of those that aren't read: `left` says which are hidden."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        try:
            with ZipFile(file) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > sizes.LARGEST_UNPACKED_BYTES:
                    raise Refusal("unpacked")
            file.seek(0)
            self._book = CalamineWorkbook.from_filelike(file)
        except (BadZipFile, CalamineError, NotImplementedError):
            raise Refusal("no-workbook") from None
        sheets = self._book.sheets_metadata
        seen = [
            sheet.name
            for sheet in sheets
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        ]
        if not seen:
            raise Refusal("no-visible-sheet", names=[sheet.name for sheet in sheets])
        self.sheet = seen[0]
        self.left = [
            (sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in sheets if sheet.name != self.sheet
        ]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Each row with its number in the sheet. A cell with an error, such as #N/A, holds its name.

        An amount that the sheet shows in another currency than euro has that before it.
        """
        try:
            sheet = self._book.get_sheet_by_name(self.sheet)
        except CalamineError:
            raise Refusal("no-workbook") from None
        marked = _marked_cells(self._file, self.sheet)
        for number, cells in _numbered(sheet):
            texts = [_text(cell) for cell in cells]
            for column, error in marked.errors.get(number, {}).items():
                texts.extend([""] * (column + 1 - len(texts)))
                texts[column] = error
            for column, currency in marked.currencies.get(number, {}).items():
                if column < len(cells) and isinstance(cells[column], float):
                    texts[column] = f"{currency} {texts[column]}"
            yield number, texts


def _numbered(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    """All rows from the sheet's first on, also those before the first that holds something."""
    if sheet.start is None:
        return
    # The library leaves out empty columns on the left, but not empty rows above.
    left = [""] * sheet.start[1]
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        yield number, [*left, *cells]


def _text(cell: object) -> str:
    """A cell as a company would have typed it into a CSV."""
    if isinstance(cell, bool):
        return "ja" if cell else "nee"
    if isinstance(cell, float):
        if cell.is_integer():
            return str(int(cell))
        # With the 15 digits that a spreadsheet has itself: 0.1 + 0.2 is 0.3 there. With a comma, and never with three
        # decimals: "1,125" and "1.125" may be more than a thousand, "1,1250" can't. Never as a power of ten.
        text = f"{Decimal(format(cell, '.15g')):f}".replace(".", ",")
        return f"{text}0" if len(text.partition(",")[2]) == 3 else text
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return str(cell)


# ---- errors and currencies: the library gives an empty cell for the first, and a plain number for the second ----


class _Marked:
    """The names of errors, and other currencies than euro, by row (from 1) and column (from 0)."""

    def __init__(self) -> None:
        self.errors: dict[int, dict[int, str]] = {}
        self.currencies: dict[int, dict[int, str]] = {}


def _marked_cells(file: IO[bytes], sheet: str) -> _Marked:
    file.seek(0)
    with ZipFile(file) as packed:
        path, styles = _path_of(packed, sheet), _currency_styles(packed)
        if path is None or not (styles or _has_errors(packed, path)):
            return _Marked()
        found = _SheetCells(styles)
        with packed.open(path) as xml:
            while chunk := xml.read(_CHUNK):
                found.feed(chunk)
        return found.marked


def _has_errors(packed: ZipFile, path: str) -> bool:
    """Whether a sheet has any error: most have none, and looking is a hundred times as fast as reading."""
    rest = b""
    with packed.open(path) as xml:
        while chunk := xml.read(_CHUNK):
            if _ERROR_CELL.search(rest + chunk):
                return True
            rest = chunk[-20:]
    return False


def _currency_styles(packed: ZipFile) -> dict[str, str]:
    """The styles of cells, by their number, whose format shows another currency than euro, with that currency.

    The formats that are built in have no text of their own: they show the currency of whoever opens the workbook.
    """
    path = next((name for name in packed.namelist() if name.lower() == "xl/styles.xml"), None)
    if path is None:
        return {}
    currencies, styles, in_cells = dict[str, str](), dict[str, str](), False
    count = 0
    for tag, attributes in _elements(packed.read(path)):
        if tag == "numFmt":
            if currency := _currency_of(attributes.get("formatCode", "")):
                currencies[attributes.get("numFmtId", "")] = currency
        elif tag in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            in_cells = tag == "cellXfs"
        elif tag == "xf" and in_cells:
            number = attributes.get("numFmtId", "")
            if number in currencies:
                styles[str(count)] = currencies[number]
            count += 1
    return styles


def _currency_of(code: str) -> str:
    """The currency that a format writes beside numbers: "$" of `[$$-409] #,##0.00`; "" for euro and for none."""
    for bracket in _BRACKET.findall(code):
        if (currency := bracket.strip()) and currency.casefold() not in _EURO:
            return str(currency)[:10]
    found = _CURRENCY.search(_BRACKET.sub("", code))
    return found[0].upper() if found else ""


def _path_of(packed: ZipFile, sheet: str) -> str | None:
    """The file of a sheet within the workbook."""
    names = set(packed.namelist())
    book = next((name for name in names if name.lower() == "xl/workbook.xml"), None)
    if book is None:
        return None
    folder, base = posixpath.split(book)
    relations = next((name for name in names if name.lower() == f"{folder}/_rels/{base}.rels".lower()), None)
    if relations is None:
        return None
    ids = {
        attributes["name"]: value
        for tag, attributes in _elements(packed.read(book))
        if tag == "sheet"
        for key, value in attributes.items()
        if key.rsplit(":", 1)[-1] == "id" and ":" in key
    }
    targets = {
        attributes["Id"]: attributes["Target"]
        for tag, attributes in _elements(packed.read(relations))
        if tag == "Relationship"
    }
    target = targets.get(ids.get(sheet, ""), "")
    path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return path if path in names else None


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """The elements of a small document, by their names without namespace, with their attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = _parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((_local(tag), attributes))
    parser.Parse(xml, True)
    return found


def _parser() -> expat.XMLParserType:
    """A parser that takes no document type: no workbook has one, but files do that multiply their entities."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_declared: object) -> None:
    raise Refusal("no-workbook")


def _local(tag: str) -> str:
    return tag.rsplit(":", 1)[-1]


class _SheetCells:
    """Goes through the XML of a sheet, and keeps the values of its error cells and the currencies of its styles."""

    def __init__(self, currency_by_style: dict[str, str]) -> None:
        self.marked = _Marked()
        self._currency_by_style = currency_by_style
        self._row = self._column = 0
        self._in_error = self._in_value = False
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = -1
        elif name == "c":
            place = re.fullmatch(r"([A-Z]{1,3})\d{1,7}", attributes.get("r", ""))
            self._column = _column_number(place[1]) if place else self._column + 1
            self._in_error = attributes.get("t") == "e"
            if currency := self._currency_by_style.get(attributes.get("s", "")):
                self.marked.currencies.setdefault(self._row, {})[self._column] = currency
        elif name == "v":
            self._in_value = self._in_error

    def _end(self, tag: str) -> None:
        if _local(tag) == "v":
            self._in_value = False

    def _characters(self, text: str) -> None:
        if self._in_value:
            row = self.marked.errors.setdefault(self._row, {})
            row[self._column] = row.get(self._column, "") + text


def _column_number(letters: str) -> int:
    """A is 0, Z is 25, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1

"""Lists with coordinates: a text or a workbook whose columns say where each row lies."""

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Any

import shapely

from listings.imports.headers import ROWS_ABOVE, field_of, header_among, plain
from listings.imports.text_file import TextFile
from listings.imports.workbook import Workbook
from maps.files.cells import may_continue
from maps.files.child.clipboard import copied_rows, is_copied
from maps.files.child.naming import apart, continues
from maps.files.child.sniffing import Format
from maps.files.child.source import Batch, Layer, Plain
from maps.files.child.systems import DEGREES, is_known
from maps.files.limits import (
    BATCH_ROWS,
    LONGEST_SHAPE,
    LONGEST_TEXT,
    MOST_COLUMNS,
    MOST_ROWS,
)
from sandbox import sizes
from sandbox.child import Refusal

#: What the column of a geometry as text (WKT) goes by, beside the names of coordinates that every list may use.
_SHAPE_NAMES = frozenset(
    map(plain, ("wkt", "geom", "geometry", "the_geom", "wkb_geometry", "shape", "geometrie", "géométrie", "vorm"))
)
#: One of these that is a word of our form too, for what shape a material has: what stands in the column tells.
_OF_MATERIAL_TOO = plain("vorm")
_WKT = re.compile(
    r"\s*(?:SRID\s*=|(?:MULTI)?(?:POINT|LINESTRING|POLYGON|CURVE|SURFACE)|GEOMETRYCOLLECTION)", re.IGNORECASE
)
#: Columns that together say where a row lies, the first that there are.
_TOGETHER = (("wkt",), ("lat", "lon"), ("x", "y"))
_SRID = re.compile(r"(?:EPSG\s*:?\s*)?([0-9]{4,6})(?:[.,]0+)?", re.IGNORECASE)
_EWKT = re.compile(r"\s*SRID\s*=\s*([0-9]{1,6})\s*;(.*)", re.IGNORECASE | re.DOTALL)
_COORDINATE = re.compile(r"([+-]?[0-9]{1,9})(?:[.,]([0-9]{1,20}))?")
#: What an export puts before a text that a spreadsheet would take for a formula (maps.files.cells).
_FORMULA = re.compile(r"'[=+\-@\t\r']")


class TableSource:
    """The rows of a list. `columns` says which column holds what, where somebody has chosen: {"lat": "Breedte"}.

    Where `placeless` is said, somebody pasted the rows: they need no place, since what they are about has one already,
    or an address.
    """

    def __init__(self, path: Path, format_: Format, columns: Mapping[str, str], *, placeless: bool = False) -> None:
        self.notes: list[tuple[str, dict[str, Any]]] = []
        self._path, self._format, self._chosen = path, format_, columns
        self.placeless = placeless
        if path.stat().st_size > sizes.LARGEST_LIST_BYTES:
            raise Refusal("large-list", most=sizes.LARGEST_LIST_BYTES // 10**6)
        rows = self._rows()
        first = list(islice(rows, ROWS_ABOVE))
        if not first:
            raise Refusal("empty")
        above = header_among([cells for _number, cells in first], list(_SHAPE_NAMES))
        below = [*first[above + 1 :], *islice(rows, ROWS_ABOVE)]
        self._left = chain(below, rows)
        self._headers = _headers(first[above][1])
        self.places = self._find_places([cells for _number, cells in below])
        self._further = self._find_further()

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that hold something, with their numbers in the file."""
        if self._format is Format.XLSX:
            with self._path.open("rb") as file:
                book = Workbook(file)
                if book.left:
                    self.notes.append(("sheets-left", {"sheet": book.sheet, "names": [name for name, _ in book.left]}))
                yield from _holding(book.rows())
            return
        raw = self._path.read_bytes()
        if self.placeless and is_copied(copied := raw.decode(errors="replace")):
            yield from _holding(copied_rows(copied))
        else:
            text = TextFile(raw, _SHAPE_NAMES, LONGEST_SHAPE)
            if text.encoding not in ("utf-8", "utf-16"):
                self.notes.append(("read-as", {"encoding": text.encoding}))
            yield from _holding(text.rows())

    def _find_places(self, below: list[list[str]]) -> dict[str, str]:
        """Which column says what of where a row lies: "lat" and "lon", "x" and "y", or "wkt"; and perhaps "srid".

        `below` are the first rows.
        """
        for name in self._chosen.values():
            if name not in self._headers:
                raise Refusal("no-such-column", name=name[:60])
        found = dict[str, str]()
        for column, header in enumerate(self._headers):
            key = plain(header)
            if key == _OF_MATERIAL_TOO and not any(
                _WKT.match(cells[column]) for cells in below if column < len(cells)
            ):
                continue
            means = "wkt" if key in _SHAPE_NAMES else field_of(key)
            if means in ("lat", "lon", "x", "y", "srid", "wkt"):
                found.setdefault(means, header)
        srid = {"srid": found["srid"]} if "srid" in found else {}
        # Who has chosen half of it isn't helped with a guess.
        said = self._chosen or found
        for names in _TOGETHER:
            if all(name in said for name in names):
                return srid | {name: said[name] for name in (*names, "srid") if name in said}
        if self.placeless:
            return {}
        raise Refusal("no-places", names=[header for header in self._headers if header][:12])

    def _find_further(self) -> list[str]:
        """The columns in which the text of a shape goes on that is too long for its cell: "wkt_p2", "wkt_p3", …"""
        if "wkt" not in self.places:
            return []
        first = self.places["wkt"]
        behind = enumerate(self._headers[self._headers.index(first) + 1 :], start=2)
        return [name for number, name in takewhile(lambda one: continues(one[1], first, one[0]), behind)]

    def layers(self) -> list[Layer]:
        places = {*self.places.values(), *self._further}
        columns = [(name, "text") for name in self._headers if name not in places]
        crs = f"EPSG:{DEGREES}" if "lat" in self.places or not self.places else ""
        return [Layer("", -1, crs, ["Point"] if "wkt" not in self.places else [], columns, places=self.places)]

    def batches(self, layer: Layer) -> Iterator[Batch]:
        while rows := list(islice(self._left, BATCH_ROWS)):
            yield self._batch(layer, rows)

    def _batch(self, layer: Layer, rows: list[tuple[int, list[str]]]) -> Batch:
        at = {name: self._headers.index(name) for name in self._headers}
        batch = Batch([number for number, _cells in rows], [], [[] for _name in layer.columns])
        srids: list[int] = []
        for place, (number, cells) in enumerate(rows):
            if len(cells) > len(self._headers) and any(cells[len(self._headers) :]):
                batch.faults[place] = "beyond-columns", {"text": next(filter(None, cells[len(self._headers) :]))[:60]}
            texts = {name: cells[at[name]] if at[name] < len(cells) else "" for name in self._headers}
            try:
                geometry, srid = self._geometry(texts)
            except _Wrong as wrong:
                geometry, srid = None, 0
                batch.faults.setdefault(place, (wrong.code, wrong.values))
            batch.geometries.append(geometry)
            srids.append(srid)
            for column, (name, _type) in enumerate(layer.columns):
                batch.values[column].append(_value(texts[name], number, name))
        if any(srids):
            batch.srids = srids
        return batch

    def _geometry(self, texts: Mapping[str, str]) -> tuple[bytes | None, int]:
        """The geometry of a row as WKB, None where its cells are empty; and its system, 0 where the row says none."""
        if not self.places:
            return None, 0
        srid = _srid(texts[self.places["srid"]]) if "srid" in self.places else 0
        if "wkt" in self.places:
            return _from_text(self._shape_text(texts), srid)
        first, second = ("lon", "lat") if "lat" in self.places else ("x", "y")
        x, y = texts[self.places[first]].strip(), texts[self.places[second]].strip()
        if not x and not y:
            return None, srid
        return shapely.to_wkb(shapely.Point(_coordinate(x), _coordinate(y))), srid

    def _shape_text(self, texts: Mapping[str, str]) -> str:
        """The text of a shape: what its cell holds and, while those are full, the cells behind it."""
        text = piece = texts[self.places["wkt"]]
        for name in self._further:
            if not may_continue(piece):
                break
            piece = texts[name]
            text += piece
        return text


class _Wrong(Exception):
    """What is wrong with the cells that say where a row lies."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def _coordinate(text: str) -> float:
    """Degrees or metres; a point or a comma is always a decimal one here, as in lists of listings."""
    found = _COORDINATE.fullmatch(text)
    if found is None:
        raise _Wrong("no-coordinate", text=text[:60])
    return float(f"{found[1]}.{found[2] or 0}")


def _srid(text: str) -> int:
    """The number that a cell gives of a system; 0 for an empty one."""
    if not text.strip():
        return 0
    found = _SRID.fullmatch(text.strip())
    if found is None or not is_known(int(found[1])):
        raise _Wrong("unknown-system", text=text[:60])
    return int(found[1])


def _from_text(text: str, srid: int) -> tuple[bytes | None, int]:
    """The geometry that a text says (WKT), which may begin with its own system: "SRID=31370;POINT (…)"."""
    extended = _EWKT.fullmatch(text)
    if extended:
        named = _srid(extended[1])
        if srid and named != srid:
            raise _Wrong("two-systems", first=srid, second=named)
        srid, text = named, extended[2]
    if not text.strip():
        return None, srid
    try:
        return shapely.to_wkb(shapely.from_wkt(text)), srid
    except shapely.errors.ShapelyError:
        raise _Wrong("no-wkt", text=text.strip()[:60]) from None


def _headers(cells: list[str]) -> list[str]:
    """The names of columns; one that comes again has its number behind it, and one without name its own."""
    if len(cells) > MOST_COLUMNS:
        raise Refusal("columns", most=MOST_COLUMNS)
    return apart(" ".join(cell.split()) or f"kolom {number}" for number, cell in enumerate(cells, start=1))


def _holding(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    count = 0
    for number, cells in rows:
        while cells and not cells[-1].strip():
            cells = cells[:-1]
        if not cells:
            continue
        if count > MOST_ROWS:
            raise Refusal("rows", most=MOST_ROWS)
        count += 1
        yield number, cells


def _value(text: str, number: int, name: str) -> Plain:
    if len(text) > LONGEST_TEXT:
        raise Refusal("long-value", row=number, name=name, most=LONGEST_TEXT)
    if _FORMULA.match(text):
        return text[1:]
    return text or None

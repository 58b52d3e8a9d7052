"""By what a row of a source is known again when it is read anew."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain

from listings.imports.headers import field_of, plain
from maps.files.child.source import Batch, Layer, Plain
from sandbox.child import Refusal

#: What sources call the column of their ids, the surest first.
_SURELY = (
    "source id", "source reference", "source ref", "bron id", "bronnummer", "nummer bij de bron",
    "number at the source", "numero chez la source", "uuid", "guid", "globalid", "identifier", "identificatie",
    "osm id", "gml id", "referentie", "reference", "ref", "id",
)  # fmt: skip
#: Names that may mean another number, such as that of a house or a phase, in which case it repeats.
_NUMBERS = ("nummer", "number", "numero")
#: A name that as often means something else, such as a kind of waste: every row has to bear it out.
_CODES = ("code",)
#: By these some programs number rows anew each time.
_COUNTED = ("objectid", "fid", "ogc fid")
#: Of how many rows one may lack or repeat its id by a mistake; of fewer than these one row.
_ONE_MISTAKE_IN = 10


def guessed_id(
    layer: Layer, rows: Batch, over: Iterable[Sequence[Sequence[Plain]]] = (), *, gaps: bool = False
) -> str:
    """The column of ids that its name and the first rows point to. "" for none.

    A row that lacks its id, or has that of another, is refused by itself, so that a mistake here and there leaves a
    column what it is. With `gaps` any row may lack it: what is new has none yet. A name that may mean something else
    counts by all rows: `over` has the values of those behind the first, by column. Beside a street, a number is that
    of a house.
    """
    by_name = {plain(name): place for place, name in reversed(list(enumerate(layer.names)))}
    houses = any(field_of(name) == "street" for name in by_name)

    def places(names: Sequence[str]) -> list[int]:
        return [by_name[name] for name in names if name in by_name]

    def first(names: Sequence[str]) -> int | None:
        return next((place for place in places(names) if _may_be(rows.values[place], gaps=gaps)), None)

    found = first(_SURELY)
    if found is None:
        codes, numbers = places(_CODES), [] if houses else places(_NUMBERS)
        seen = _throughout([*codes, *numbers], codes, rows, over)
        found = next((place for place, ids in seen.items() if place in codes or ids.are_most(gaps=gaps)), None)
    if found is None:
        found = first(_COUNTED)
    return "" if found is None else layer.names[found]


def _may_be(values: Sequence[Plain], *, gaps: bool) -> bool:
    ids = _Ids()
    ids.add(values)
    return bool(ids.known) if gaps else ids.are_most(gaps=False)


class _Ids:
    """What a column holds, if that are ids: the values that there are, and of how many rows one lacks or repeats."""

    def __init__(self) -> None:
        self.known, self.lacking, self.repeating = set[str](), 0, 0

    def add(self, values: Sequence[Plain]) -> None:
        for text in map(_text, values):
            if not text:
                self.lacking += 1
            elif text in self.known:
                self.repeating += 1
            else:
                self.known.add(text)

    def are_all(self) -> bool:
        """Whether every row has one of its own."""
        return bool(self.known) and not self.lacking and not self.repeating

    def are_most(self, *, gaps: bool) -> bool:
        """Whether so few rows lack or repeat one that those are mistakes; with `gaps`, any may lack it."""
        having = len(self.known) + self.repeating
        lacking = 0 if gaps else self.lacking
        return bool(self.known) and _are_few(self.repeating, having) and _are_few(lacking, having + lacking)


def _are_few(wrong: int, of: int) -> bool:
    return wrong <= max(1, of // _ONE_MISTAKE_IN)


def _throughout(
    places: Sequence[int], strictly: Sequence[int], rows: Batch, over: Iterable[Sequence[Sequence[Plain]]]
) -> dict[int, _Ids]:
    """What some columns hold in all rows; without those of `strictly` in which a row lacks or repeats its id."""
    seen = {place: _Ids() for place in places}
    # What can't be read to its end is refused when it is read: nothing is known of its ids.
    with suppress(Refusal):
        for values in chain([rows.values], over):
            for place, ids in list(seen.items()):
                ids.add(values[place])
                if place in strictly and not ids.are_all():
                    del seen[place]
            if not seen:
                break
        return seen
    return {}


def _text(value: Plain) -> str:
    return "" if value is None else str(value).strip()


def fingerprint(wkb: bytes, values: Sequence[Plain]) -> str:
    """What stands for the id of a row that has none: the same as long as its place and its values are the same."""
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(len(wkb).to_bytes(8, "big") + wkb + said).hexdigest()[:32]

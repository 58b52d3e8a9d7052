"""By what a row of a source is known again when it is read anew."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress

from listings.imports.headers import field_of, plain
from maps.files.child.source import Batch, Layer, Plain
from sandbox.child import Refusal

#: What sources call the column of their ids, the surest first.
_SURELY = (
    "source id", "source reference", "source ref", "bron id", "bronnummer", "nummer bij de bron", "uuid", "guid",
    "globalid", "identifier", "identificatie", "osm id", "gml id", "referentie", "reference", "ref", "id",
)  # fmt: skip
#: Names that as often mean something else, such as a kind of waste or a house number: every row has to bear them out.
_PERHAPS, _OF_HOUSES = ("code", "nummer"), ("nummer",)
#: By these some programs number rows anew each time.
_COUNTED = ("objectid", "fid", "ogc fid")


def guessed_id(
    layer: Layer, rows: Batch, over: Iterable[Sequence[Sequence[Plain]]] = (), *, gaps: bool = False
) -> str:
    """The column of ids that its name and the first rows point to: each has one, and no two the same. "" for none.

    With `gaps`, what is new may have none yet; and of two that are the same, the second is refused. A name that may
    mean something else counts only where each row has a value of its own, also those behind the first: `over` has
    theirs by column. Beside a street, a number is that of a house.
    """
    by_name = {plain(name): place for place, name in reversed(list(enumerate(layer.names)))}
    houses = any(field_of(name) == "street" for name in by_name)

    def places(names: Sequence[str]) -> list[int]:
        return [by_name[name] for name in names if name in by_name and not (houses and name in _OF_HOUSES)]

    found = next((place for place in places(_SURELY) if _may_be(rows.values[place], gaps=gaps)), None)
    if found is None:
        found = next(iter(_throughout(places(_PERHAPS), rows, over)), None)
    if found is None:
        found = next((place for place in places(_COUNTED) if _may_be(rows.values[place], gaps=gaps)), None)
    return "" if found is None else layer.names[found]


def _may_be(values: Sequence[Plain], *, gaps: bool) -> bool:
    known = list(filter(None, map(_text, values)))
    return bool(known) and (gaps or len(set(known)) == len(values))


def _throughout(places: list[int], rows: Batch, over: Iterable[Sequence[Sequence[Plain]]]) -> list[int]:
    """Those of some columns in which every row has a value of its own."""
    seen: dict[int, set[str]] = {place: set() for place in places if len(rows)}
    _look(seen, rows.values)
    if not seen:
        return []
    # What can't be read to its end is refused when it is read: nothing is known of its ids.
    with suppress(Refusal):
        for values in over:
            _look(seen, values)
            if not seen:
                break
        return list(seen)
    return []


def _look(seen: dict[int, set[str]], values: Sequence[Sequence[Plain]]) -> None:
    """Add the values of more rows to those of each column; a column that repeats or lacks one is struck off."""
    for place, known in list(seen.items()):
        more = set(map(_text, values[place]))
        if "" in more or len(more) < len(values[place]) or not known.isdisjoint(more):
            del seen[place]
        known |= more


def _text(value: Plain) -> str:
    return "" if value is None else str(value).strip()


def fingerprint(wkb: bytes, values: Sequence[Plain]) -> str:
    """What stands for the id of a row that has none: the same as long as its place and its values are the same."""
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(len(wkb).to_bytes(8, "big") + wkb + said).hexdigest()[:32]

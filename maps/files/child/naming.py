"""Names of columns: apart where they are read, and as each format takes them where they are written.

What had to be called otherwise in a format is said in a text beside the file.
"""

import re
from collections.abc import Iterable, Sequence

from maps.files.limits import LONGEST_NAME

#: Letters of a name in a shapefile, and bytes of a text there.
LONGEST_SHAPEFILE_NAME, LONGEST_SHAPEFILE_TEXT = 10, 254
#: A text that is too long for a column, or in a workbook for a cell, stands in so many parts, at most: each in a
#: column behind the one before, "title", "title_p2", …
MOST_PARTS = 99
#: Bytes of a text that goes on in another part, at least: so wide is a column that another continues.
SHORTEST_PART = 200
#: A joiner of words, which takes no room, and which no text of an element keeps.
_KEEPER = "\u2060"
_SPACES = frozenset(b" \t\n\r\x0b\x0c")
_PART = re.compile(r"(.*)_p([0-9]{1,2})")
#: Columns that GDAL makes itself, or takes for something else.
_TAKEN = {"gpkg": {"fid", "geom"}, "gml": {"fid", "gml_id", "geometryproperty", "ogr_geometry"}, "shp": set()}
_NO_XML_NAME = re.compile(r"[^0-9A-Za-z_]")
_NO_DBF_NAME = re.compile(r"[^0-9A-Za-z_]")


def apart(names: Iterable[str]) -> list[str]:
    """Names of columns as rows have them: of bounded length, and one that comes again as "name (2)"."""
    found: dict[str, None] = {}
    for name in names:
        short, number = name[:LONGEST_NAME], 1
        fit = short
        while fit in found:
            number += 1
            fit = f"{short} ({number})"
        found[fit] = None
    return list(found)


def names_in(format_: str, names: Sequence[str], shorts: Sequence[str] = ()) -> list[str]:
    """The same columns, in the same order: each name once, also where capitals don't count.

    `shorts` are what some of them are called where ten letters fit; "" for those that are cut off.
    """
    if format_ == "shp" and shorts:
        names = [short or name for name, short in zip(names, shorts, strict=True)]
    taken = set(_TAKEN.get(format_, set()))
    found: list[str] = []
    for name in names:
        fit = next(one for one in _forms(_plain(format_, name), format_) if one.lower() not in taken)
        taken.add(fit.lower())
        found.append(fit)
    return found


def part_names(name: str, count: int, taken: Iterable[str], longest: int = LONGEST_SHAPEFILE_NAME) -> list[str]:
    """What the columns of a text in so many parts are called, where all others are `taken`."""
    others = {one.lower() for one in taken}
    found = [name]
    for number in range(2, count + 1):
        ending = f"_p{number}"
        room = min(longest - len(f"_p{MOST_PARTS}"), len(name))
        forms = (f"{name[:length]}{ending}" for length in range(room, -1, -1))
        found.append(next(one for one in forms if one.lower() not in others))
    return found


def continues(name: str, first: str, number: int) -> bool:
    """Whether a column is this part of the text that begins in another: "title_p3" the third of "title"."""
    found = _PART.fullmatch(name)
    return found is not None and first.startswith(found[1]) and int(found[2]) == number


def parts_of(text: str) -> list[str]:
    """A text in parts that each fit, cut between letters and, where it can be, not beside a space.

    Where it can't, a sign that nobody sees keeps the space: dBase drops those at the ends of a value.
    """
    raw, parts = text.encode(), list[str]()
    while len(raw) > LONGEST_SHAPEFILE_TEXT:
        ends = [at for at in range(LONGEST_SHAPEFILE_TEXT, SHORTEST_PART - 1, -1) if raw[at] & 0xC0 != 0x80]
        end = next((at for at in ends if not {raw[at - 1], raw[at]} & _SPACES), 0)
        if end:
            parts.append(raw[:end].decode())
            raw = raw[end:]
        else:
            end = next(at for at in ends if at <= LONGEST_SHAPEFILE_TEXT - len(_KEEPER.encode()))
            parts.append(raw[:end].decode() + _KEEPER)
            raw = _KEEPER.encode() + raw[end:]
    return [*parts, raw.decode()]


def joined(parts: Iterable[str]) -> str:
    """The text that parts_of() cut."""
    return "".join(part.strip(_KEEPER) for part in parts)


def _plain(format_: str, name: str) -> str:
    if format_ == "shp":
        return _NO_DBF_NAME.sub("_", name)[:LONGEST_SHAPEFILE_NAME]
    if format_ == "gml":
        made = _NO_XML_NAME.sub("_", name)
        return made if made[:1].isalpha() and not made.lower().startswith("xml") else f"_{made}"
    return name


def _forms(name: str, format_: str) -> Iterable[str]:
    """A name, and others for where it is taken: "quantity", "quantity_2", "quantity_3"."""
    yield name
    for number in range(2, 10_000):
        ending = f"_{number}"
        yield (name[: LONGEST_SHAPEFILE_NAME - len(ending)] if format_ == "shp" else name) + ending

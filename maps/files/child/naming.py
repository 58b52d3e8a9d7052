"""Names of columns: apart where they are read, and as each format takes them where they are written.

What had to be called otherwise in a format is said in a text beside the file.
"""

import re
from collections.abc import Iterable, Sequence

from maps.files.limits import LONGEST_NAME

#: Letters of a name in a shapefile, and bytes of a text there.
LONGEST_SHAPEFILE_NAME, LONGEST_SHAPEFILE_TEXT = 10, 254
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


def names_in(format_: str, names: Sequence[str]) -> list[str]:
    """The same columns, in the same order: each name once, also where capitals don't count."""
    taken = set(_TAKEN.get(format_, set()))
    found: list[str] = []
    for name in names:
        fit = next(one for one in _forms(_plain(format_, name), format_) if one.lower() not in taken)
        taken.add(fit.lower())
        found.append(fit)
    return found


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

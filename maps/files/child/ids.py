"""By what a row of a source is known again when it is read anew."""

import hashlib
import json
from collections.abc import Sequence

from listings.imports.headers import plain
from maps.files.child.source import Batch, Layer, Plain

#: What sources call the column of their ids, the surest first. Some programs number "fid" and "objectid" anew.
_NAMES = (
    "source id", "source reference", "bron id", "bronnummer", "nummer bij de bron", "uuid", "guid", "globalid",
    "identifier", "identificatie", "osm id", "gml id", "referentie", "reference", "ref", "id", "code", "nummer",
    "objectid", "fid", "ogc fid",
)  # fmt: skip


def guessed_id(layer: Layer, rows: Batch, *, gaps: bool = False) -> str:
    """The column of ids that its name and the first rows point to: each has one, and no two the same. "" for none.

    With `gaps`, what is new may have none yet; and of two that are the same, the second is refused.
    """
    by_name = {plain(name): place for place, name in reversed(list(enumerate(layer.names)))}
    for name in _NAMES:
        if name in by_name:
            values = rows.values[by_name[name]]
            known = [str(value) for value in values if value is not None]
            if known and (gaps or len(set(known)) == len(values)):
                return layer.names[by_name[name]]
    return ""


def fingerprint(wkb: bytes, values: Sequence[Plain]) -> str:
    """What stands for the id of a row that has none: the same as long as its place and its values are the same."""
    said = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(len(wkb).to_bytes(8, "big") + wkb + said).hexdigest()[:32]

"""Which elements a tile looks at: of those that the viewer may see, and never more than a bounded number.

What somebody may not see, and what is withdrawn, decides nothing: an index of places by rank leaves it out. What they
see only because it is their own is found by whose it is. Where very many lie in a tile and more is asked for than
cells count, an index brings what can meet it; where these are many too, a fixed sample stands for all.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from maps.enums import FeatureState, Visibility
from maps.models.feature import SAMPLES
from maps.narrowing import Narrowed
from maps.sight import Sight

#: Elements that a tile looks at, at most: where more lie in it, counted cells tell. Of what is somebody's own no more
#: is looked at either.
LOOKED_AT = 5_000
#: The same where more is asked for than what cells count, for each way of reading.
FINER_LOOKED_AT = 20_000

#: Exactly as the indexes have it (maps.models.feature.RANK).
_RANK = "CASE WHEN state = 'published' THEN visibility WHEN state <> 'withdrawn' THEN visibility - 4 END"
_IN_LAYER = "layer_id = %(layer)s::bigint"
_IN_BOX = "position && %(box)s::geometry"
#: Whose an element is, so that each is of one sort: what they own, began, or are the source of.
_OWN = (
    "owner_id = %(user_id)s::bigint",
    f"created_by_id = %(user_id)s::bigint AND {_RANK} <= 0 AND owner_id IS DISTINCT FROM %(user_id)s::bigint",
    f"source_organisation_id = ANY(%(organisation_ids)s::bigint[]) AND {_RANK} >= {Visibility.HUB.value} "
    "AND owner_id IS DISTINCT FROM %(user_id)s::bigint",
)

#: What everyone of the viewer's standing sees, and what else is asked for that cells count.
SEEN = "state = ANY(%(states)s::text[]) AND visibility >= %(at_least)s::int"
ASKED = "%(state)s::text IN ('', state) AND %(kind)s::text IN ('', kind)"
#: Which of what an index brought everyone of the viewer's standing sees in the tile.
_BROUGHT = f"{_IN_BOX} AND state <> 'withdrawn' AND {SEEN}"


class Rows(NamedTuple):
    """How elements are read, what has to hold for those that count, and for how many each stands."""

    read: str
    kept: str = "TRUE"
    each: int = 1

    @property
    def sql(self) -> str:
        return f"SELECT * FROM (SELECT * FROM ({self.read}) rows LIMIT {FINER_LOOKED_AT}) looked_at WHERE {self.kept}"


def seen_in_box(sight: Sight, *, one_in: int = 1) -> str:
    """SQL of what lies in a tile and everyone of the viewer's standing sees; of a sample of it, one in so many."""
    ranks = [f"{_RANK} >= %(at_least)s::int"]
    if _edits(sight):
        ranks.append(f"{_RANK} BETWEEN %(at_least)s::int - 4 AND 0")
    sampled = f" AND (hashint8(id) & {one_in - 1}) = 0" if one_in > 1 else ""
    return _apart(f"{_IN_BOX} AND {rank}{sampled}" for rank in ranks)


def own_rows(sight: Sight) -> str:
    """SQL of what of a layer somebody sees only because it is their own."""
    if sight.user_id is None:
        return "SELECT * FROM maps_mapfeature WHERE FALSE"
    ranks = [f"{_RANK} < %(at_least)s::int"]
    if _edits(sight):
        ranks = [f"{_RANK} < %(at_least)s::int - 4", f"{_RANK} BETWEEN 1 AND %(at_least)s::int - 1"]
    return f"{_apart(f'{own} AND {rank}' for own in _OWN for rank in ranks)} LIMIT {LOOKED_AT}"


def _apart(conditions: Iterable[str]) -> str:
    """SQL of what of a layer meets one of these; no element meets two. An index reads each, as far as is needed."""
    return " UNION ALL ".join(f"SELECT * FROM maps_mapfeature WHERE {_IN_LAYER} AND {one}" for one in conditions)


def _edits(sight: Sight) -> bool:
    """Whether somebody sees more than what is published."""
    return sight.states != [FeatureState.PUBLISHED]


def clustered_rows(cursor: Any, sight: Sight, narrowed: Narrowed, values: dict[str, Any]) -> Rows | None:
    """What to read for clusters of a tile. None where more lies in it than a tile looks at, and cells count it."""
    everything = Rows(seen_in_box(sight))
    if not narrowed.is_finer:
        return None if _are_more(cursor, everything, LOOKED_AT, values) else everything
    brought = [Rows(_apart([sql]), _BROUGHT) for sql in narrowed.indexed_sql()]
    samples = [Rows(seen_in_box(sight, one_in=one_in), each=one_in) for one_in in SAMPLES]
    ways = [everything, *brought, *samples]
    return next((way for way in ways[:-1] if not _are_more(cursor, way, FINER_LOOKED_AT, values)), ways[-1])


def _are_more(cursor: Any, rows: Rows, limit: int, values: dict[str, Any]) -> bool:
    cursor.execute(f"SELECT EXISTS (SELECT FROM ({rows.read}) many OFFSET {limit})", values)
    return bool(cursor.fetchone()[0])

"""The map's cells: what they are called, which of them a tile holds, and counting listings in them.

A world position is Web Mercator in whole numbers: 2**WORLD_BITS across and down from the north-west corner, four
centimetres each. A cell of level L is a tile of zoom L; its name is a 1 bit followed by the bits of its column and
row in turn (a quadkey), so that all cells of a level in one tile are one range of names, and two bits less name the
cell that it lies in. See docs/adr/0019.
"""

import math
from dataclasses import dataclass

from django.db import connection, transaction

from geo.locks import Lock, take_if_free, wait_for

WORLD_BITS = 30
#: The finest level: cells of some hundred metres.
FINEST = 18
#: Levels that are counted; a tile reads the next finer one and adds up.
LEVELS = (18, 16, 14, 12, 10, 8, 6)
#: By material they are counted down to this level: below it a tile holds few enough listings to look at.
FINEST_BY_MATERIAL = 12


@dataclass(frozen=True)
class CellRange:
    """Cells of one level in a tile: names from `first` to `last`."""

    level: int
    first: int
    last: int


def cells_in(z: int, x: int, y: int, level: int) -> CellRange:
    """The cells of a level at or below zoom z that lie in a tile."""
    name = 1
    for bit in reversed(range(z)):
        name = name << 2 | (y >> bit & 1) << 1 | (x >> bit & 1)
    shift = 2 * (level - z)
    return CellRange(level, name << shift, (name + 1 << shift) - 1)


def world_position(lon: float, lat: float) -> tuple[float, float]:
    """Across and down the world in Web Mercator, each from 0 (west, north) to 1, of a place in degrees."""
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return (lon + 180) / 360, down


def counted_level(at_least: int) -> int:
    """The coarsest counted level that is at least this fine."""
    return min(level for level in LEVELS if level >= at_least)


@transaction.atomic
def fold_cells(*, wait: bool = True) -> int:
    """Count what came and left since the last time into the cells; returns how many changes it took.

    Where another fold runs, waits for its transaction or (not `wait`) leaves the work to it.
    """
    if wait:
        wait_for(Lock.MAP_CELLS)
    elif not take_if_free(Lock.MAP_CELLS):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_FOLD)
        taken: int = cursor.fetchone()[0]
        cursor.execute("DELETE FROM listings_listingcell WHERE count = 0")
    return taken


@transaction.atomic
def recount_cells() -> int:
    """Count every listing anew; returns how many there are. Needed only after a repair by hand."""
    with connection.cursor() as cursor:
        # Writers wait, so that none is missed or counted twice.
        cursor.execute("LOCK TABLE listings_listing IN SHARE MODE")
        wait_for(Lock.MAP_CELLS)
        cursor.execute("DELETE FROM listings_listingcell")
        cursor.execute("DELETE FROM listings_listingcellchange")
        cursor.execute(_ALL)
    return fold_cells()


_ALL = """
INSERT INTO listings_listingcellchange (cell, x, y, kind, material_spans, hub_ids, listing_id, count)
SELECT listings_cell(x, y), x, y, kind, coalesce(material_spans, '{}'), hub_ids, id, 1
FROM (
    SELECT id, kind, material_spans, hub_ids, listings_world_x(shown_location) AS x,
        listings_world_y(shown_location) AS y
    FROM listings_listing WHERE status = 'published'
) listing
"""

_FOLD = f"""
WITH gone AS (DELETE FROM listings_listingcellchange RETURNING *),
named AS (
    SELECT 0 AS hub_id, '{{}}'::int4multirange AS material_spans, cell, kind, count, listing_id, x, y FROM gone
    UNION ALL
    SELECT hub_id, '{{}}', cell, kind, count, listing_id, x, y FROM gone, unnest(hub_ids) AS hub_id
    UNION ALL
    SELECT 0, material_spans, cell, kind, count, listing_id, x, y FROM gone WHERE material_spans <> '{{}}'
),
finest AS MATERIALIZED (
    SELECT hub_id, material_spans,
        CASE WHEN material_spans = '{{}}' THEN cell ELSE cell >> {2 * (FINEST - FINEST_BY_MATERIAL)} END AS cell, kind,
        sum(count) AS count, sum(count * listing_id) AS sum_id, sum(count * x) AS sum_x, sum(count * y) AS sum_y
    FROM named GROUP BY 1, 2, 3, 4
),
stored AS (
    INSERT INTO listings_listingcell AS kept (hub_id, material_spans, cell, kind, count, sum_id, sum_x, sum_y)
    SELECT hub_id, material_spans,
        cell >> (2 * (CASE WHEN material_spans = '{{}}' THEN {FINEST} ELSE {FINEST_BY_MATERIAL} END - level)),
        kind, sum(count), sum(sum_id), sum(sum_x), sum(sum_y)
    FROM finest, unnest(ARRAY[{", ".join(map(str, LEVELS))}]) AS level
    WHERE material_spans = '{{}}' OR level <= {FINEST_BY_MATERIAL}
    GROUP BY 1, 2, 3, 4
    -- Neighbours lie together on the disk too.
    ORDER BY material_spans <> '{{}}', 1, 3
    ON CONFLICT (hub_id, material_spans, cell, kind) DO UPDATE SET
        count = kept.count + EXCLUDED.count, sum_id = kept.sum_id + EXCLUDED.sum_id,
        sum_x = kept.sum_x + EXCLUDED.sum_x, sum_y = kept.sum_y + EXCLUDED.sum_y
)
SELECT count(*) FROM gone
"""

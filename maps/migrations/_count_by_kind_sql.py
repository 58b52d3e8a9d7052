"""The functions of _count_sql.py anew: cells are counted by stock and flow too, and a count says when it last changed.

There is one level of cells more: as large as the tiles where nobody can look closer.
"""

from maps.migrations._count_sql import _FIT
from maps.migrations._count_sql import LEVELS as LEVELS_BEFORE

LEVELS = f"{LEVELS_BEFORE}, 16"

_ROW = """
SELECT layer_id, state, visibility, kind, {step} AS step,
    listings_world_x(ST_Centroid(geometry)) AS x, listings_world_y(ST_Centroid(geometry)) AS y
FROM {rows}"""

_CHANGED = """(
        SELECT {side}.* FROM removed JOIN added ON added.id = removed.id
        WHERE (added.layer_id, added.state, added.visibility, added.kind, added.geometry::bytea)
            IS DISTINCT FROM
            (removed.layer_id, removed.state, removed.visibility, removed.kind, removed.geometry::bytea)
    ) changed"""

_COUNT = """
    PERFORM FROM maps_maplayer WHERE id IN (SELECT layer_id FROM ({rows}) moved) ORDER BY id FOR NO KEY UPDATE;
    WITH moved AS MATERIALIZED (
        SELECT layer_id, state, visibility, sum(step)::int AS count FROM ({rows}) moved
        GROUP BY layer_id, state, visibility HAVING sum(step) <> 0
    ),
    fewer AS (
        UPDATE maps_maplayercount stored SET count = stored.count + moved.count,
            changed_at = GREATEST(stored.changed_at, clock_timestamp())
        FROM moved
        WHERE moved.count < 0 AND (stored.layer_id, stored.state, stored.visibility)
            = (moved.layer_id, moved.state, moved.visibility)
    )
    INSERT INTO maps_maplayercount (layer_id, state, visibility, count, changed_at)
    SELECT layer_id, state, visibility, count, clock_timestamp() FROM moved WHERE count > 0
    ON CONFLICT (layer_id, state, visibility) DO UPDATE SET
        count = maps_maplayercount.count + EXCLUDED.count,
        changed_at = GREATEST(maps_maplayercount.changed_at, EXCLUDED.changed_at);
    WITH moved AS MATERIALIZED (
        SELECT layer_id, level, (x >> (30 - level))::int AS x, (y >> (30 - level))::int AS y, state, visibility, kind,
            sum(step)::int AS count, sum(step * x)::bigint AS sum_x, sum(step * y)::bigint AS sum_y
        FROM ({rows}) moved CROSS JOIN unnest(ARRAY[{levels}]) AS level
        -- What is withdrawn is on no map.
        WHERE state <> 'withdrawn'
        GROUP BY layer_id, level, x >> (30 - level), y >> (30 - level), state, visibility, kind
        HAVING sum(step) <> 0 OR sum(step * x) <> 0 OR sum(step * y) <> 0
    ),
    fewer AS (
        UPDATE maps_maplayercell stored SET count = stored.count + moved.count,
            sum_x = stored.sum_x + moved.sum_x, sum_y = stored.sum_y + moved.sum_y
        FROM moved
        WHERE moved.count <= 0
            AND (stored.layer_id, stored.level, stored.x, stored.y, stored.state, stored.visibility, stored.kind)
            = (moved.layer_id, moved.level, moved.x, moved.y, moved.state, moved.visibility, moved.kind)
    )
    INSERT INTO maps_maplayercell (layer_id, level, x, y, state, visibility, kind, count, sum_x, sum_y)
    SELECT layer_id, level, x, y, state, visibility, kind, count, sum_x, sum_y FROM moved WHERE count > 0
    ON CONFLICT (layer_id, level, x, y, state, visibility, kind) DO UPDATE SET
        count = maps_maplayercell.count + EXCLUDED.count,
        sum_x = maps_maplayercell.sum_x + EXCLUDED.sum_x, sum_y = maps_maplayercell.sum_y + EXCLUDED.sum_y;"""


def _counted(rows: str) -> str:
    return _COUNT.format(rows=rows, levels=LEVELS)


_ADDED = _ROW.format(step=1, rows="added")
_REMOVED = _ROW.format(step=-1, rows="removed")
_MOVED = f"""{_ROW.format(step=1, rows=_CHANGED.format(side="added"))}
UNION ALL {_ROW.format(step=-1, rows=_CHANGED.format(side="removed"))}"""

FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION maps_features_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{_FIT}{_counted(_ADDED)}
    RETURN NULL; END $$;

CREATE OR REPLACE FUNCTION maps_features_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{_FIT}{_counted(_MOVED)}
    RETURN NULL; END $$;

CREATE OR REPLACE FUNCTION maps_features_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{_counted(_REMOVED)}
    RETURN NULL; END $$;
"""

#: Whoever writes elements waits, so that none is counted the old way.
ALONE = "LOCK TABLE maps_mapfeature IN SHARE MODE"

#: Every element that is on a map, in the cells of an empty table.
ALL_CELLS = f"""
INSERT INTO maps_maplayercell (layer_id, level, x, y, state, visibility, kind, count, sum_x, sum_y)
SELECT layer_id, level, (x >> (30 - level))::int, (y >> (30 - level))::int, state, visibility, kind,
    count(*)::int, sum(x)::bigint, sum(y)::bigint
FROM ({_ADDED.replace("FROM added", "FROM maps_mapfeature")} WHERE state <> 'withdrawn') placed
CROSS JOIN unnest(ARRAY[{LEVELS}]) AS level
GROUP BY layer_id, level, x >> (30 - level), y >> (30 - level), state, visibility, kind
"""

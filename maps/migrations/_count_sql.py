"""Triggers that count elements by layer and by cell of the map, and refuse shapes that a layer doesn't take.

They run once for each statement, however many elements it writes. Who writes elements of a layer waits for who does so
at the same moment: else two could wait for each other's counts.
"""

#: Levels of the map at which cells are counted: 2**level of them lie across the world.
LEVELS = "3, 5, 7, 9, 11, 13, 15"

_ROW = """
SELECT layer_id, state, visibility, {step} AS step,
    listings_world_x(ST_Centroid(geometry)) AS x, listings_world_y(ST_Centroid(geometry)) AS y
FROM {rows}"""

_CHANGED = """(
        SELECT {side}.* FROM removed JOIN added ON added.id = removed.id
        WHERE (added.layer_id, added.state, added.visibility, added.geometry::bytea)
            IS DISTINCT FROM (removed.layer_id, removed.state, removed.visibility, removed.geometry::bytea)
    ) changed"""

_FIT = """
    IF EXISTS (
        SELECT FROM added JOIN maps_maplayer layer ON layer.id = added.layer_id WHERE NOT CASE layer.geometry_kind
            WHEN 'points' THEN GeometryType(geometry) IN ('POINT', 'MULTIPOINT')
            WHEN 'lines' THEN GeometryType(geometry) IN ('LINESTRING', 'MULTILINESTRING')
            WHEN 'polygons' THEN GeometryType(geometry) IN ('POLYGON', 'MULTIPOLYGON')
            ELSE TRUE END)
    THEN
        RAISE EXCEPTION 'A layer has shapes of its own kind' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'feature_fits_layer';
    END IF;"""

_COUNT = """
    PERFORM FROM maps_maplayer WHERE id IN (SELECT layer_id FROM ({rows}) moved) ORDER BY id FOR NO KEY UPDATE;
    WITH moved AS MATERIALIZED (
        SELECT layer_id, state, visibility, sum(step)::int AS count FROM ({rows}) moved
        GROUP BY layer_id, state, visibility HAVING sum(step) <> 0
    ),
    fewer AS (
        UPDATE maps_maplayercount stored SET count = stored.count + moved.count FROM moved
        WHERE moved.count < 0 AND (stored.layer_id, stored.state, stored.visibility)
            = (moved.layer_id, moved.state, moved.visibility)
    )
    INSERT INTO maps_maplayercount (layer_id, state, visibility, count)
    SELECT layer_id, state, visibility, count FROM moved WHERE count > 0
    ON CONFLICT (layer_id, state, visibility) DO UPDATE SET count = maps_maplayercount.count + EXCLUDED.count;
    WITH moved AS MATERIALIZED (
        SELECT layer_id, level, (x >> (30 - level))::int AS x, (y >> (30 - level))::int AS y, state, visibility,
            sum(step)::int AS count, sum(step * x)::bigint AS sum_x, sum(step * y)::bigint AS sum_y
        FROM ({rows}) moved CROSS JOIN unnest(ARRAY[{levels}]) AS level
        -- What is withdrawn is on no map.
        WHERE state <> 'withdrawn'
        GROUP BY layer_id, level, x >> (30 - level), y >> (30 - level), state, visibility
        HAVING sum(step) <> 0 OR sum(step * x) <> 0 OR sum(step * y) <> 0
    ),
    fewer AS (
        UPDATE maps_maplayercell stored SET count = stored.count + moved.count,
            sum_x = stored.sum_x + moved.sum_x, sum_y = stored.sum_y + moved.sum_y
        FROM moved
        WHERE moved.count <= 0
            AND (stored.layer_id, stored.level, stored.x, stored.y, stored.state, stored.visibility)
            = (moved.layer_id, moved.level, moved.x, moved.y, moved.state, moved.visibility)
    )
    INSERT INTO maps_maplayercell (layer_id, level, x, y, state, visibility, count, sum_x, sum_y)
    SELECT layer_id, level, x, y, state, visibility, count, sum_x, sum_y FROM moved WHERE count > 0
    ON CONFLICT (layer_id, level, x, y, state, visibility) DO UPDATE SET
        count = maps_maplayercell.count + EXCLUDED.count,
        sum_x = maps_maplayercell.sum_x + EXCLUDED.sum_x, sum_y = maps_maplayercell.sum_y + EXCLUDED.sum_y;"""


def _counted(rows: str) -> str:
    return _COUNT.format(rows=rows, levels=LEVELS)


_ADDED = _ROW.format(step=1, rows="added")
_REMOVED = _ROW.format(step=-1, rows="removed")
_MOVED = f"""{_ROW.format(step=1, rows=_CHANGED.format(side="added"))}
UNION ALL {_ROW.format(step=-1, rows=_CHANGED.format(side="removed"))}"""

TRIGGERS = f"""
CREATE FUNCTION maps_features_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{_FIT}{_counted(_ADDED)}
    RETURN NULL; END $$;

CREATE FUNCTION maps_features_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{_FIT}{_counted(_MOVED)}
    RETURN NULL; END $$;

CREATE FUNCTION maps_features_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{_counted(_REMOVED)}
    RETURN NULL; END $$;

CREATE TRIGGER maps_feature_added AFTER INSERT ON maps_mapfeature
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION maps_features_added();

CREATE TRIGGER maps_feature_changed AFTER UPDATE ON maps_mapfeature
REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION maps_features_changed();

CREATE TRIGGER maps_feature_removed AFTER DELETE ON maps_mapfeature
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION maps_features_removed();
"""

UNDO = """
DROP TRIGGER maps_feature_removed ON maps_mapfeature;

DROP TRIGGER maps_feature_changed ON maps_mapfeature;

DROP TRIGGER maps_feature_added ON maps_mapfeature;

DROP FUNCTION maps_features_removed, maps_features_changed, maps_features_added;
"""


def one_by_one(script: str) -> list[str]:
    """Statements of a script whose statements stand apart by an empty line: only one can be sent at a time."""
    return [statement for statement in script.strip().split("\n\n") if statement.strip()]

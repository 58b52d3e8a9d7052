"""The functions of _count_by_kind_sql.py anew: where an element lies is reckoned once, and not for each level of cells.

Positions are whole numbers of 30 bits. As such the database adds them up; larger ones it adds up as numerics, which
takes several times as long.
"""

from maps.migrations._count_by_kind_sql import _CHANGED, _COUNT, LEVELS
from maps.migrations._count_sql import _FIT

# OFFSET keeps the database from writing what it reckons into each place that uses it.
_ROW = """
SELECT layer_id, state, visibility, kind, {step} AS step,
    listings_world_x(centre)::int AS x, listings_world_y(centre)::int AS y
FROM (SELECT layer_id, state, visibility, kind, ST_Centroid(geometry) AS centre FROM {rows} OFFSET 0) placed"""


def _counted(rows: str) -> str:
    return _COUNT.format(rows=f"{rows} OFFSET 0", levels=LEVELS)


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

"""Functions and triggers of the first migration.

`FACETS` makes the tokens of an inverted index: listings/search/facets.py says what they are for, and makes those of a
search. `CELLS` counts listings by cell of the map, by triggers that note what comes and goes.
"""

# Its body is bound to what it names when it is made: no search path can change it.
FACETS = """
CREATE FUNCTION listing_facets(
    kind text, condition smallint, price_kind text, price_eur numeric, unit text, quantity numeric,
    mass_kg numeric, available_until date, material_number integer, needs text[], offers text[], hubs integer[],
    place geometry
) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_remove(ARRAY[
    'k:' || kind,
    CASE
        WHEN price_kind IN ('free', 'removal_fee') THEN 'p:free'
        WHEN price_kind = 'fixed' THEN 'p:' || ceil(ln(greatest(price_eur, 1)::float8) / ln(2::float8))::int
    END,
    'q:' || nullif(unit, '') || ':' || floor(ln(greatest(quantity, 1)::float8) / ln(2::float8))::int,
    'w:' || ceil(ln(greatest(mass_kg, 1)::float8) / ln(2::float8))::int,
    CASE WHEN available_until IS NULL THEN 'u:open'
        ELSE 'u:' || least(extract(year FROM available_until), 2060)::int END,
    'm:' || material_number,
    'g:' || floor(ST_X(place) / 0.25::float8)::int || ':' || floor(ST_Y(place) / 0.15::float8)::int
], NULL)
|| ARRAY(SELECT 'c:' || least_of FROM generate_series(1, condition) AS least_of)
|| ARRAY(SELECT 's:' || service FROM unnest(needs || offers) AS service)
|| ARRAY(SELECT 'h:' || hub FROM unnest(hubs) AS hub);
"""

# Bit by bit: column, row, column, row, …; the planner writes it into the query that calls it.
BITS = " | ".join(
    f"((x >> {12 + bit} & 1) << {2 * bit}) | ((y >> {12 + bit} & 1) << {2 * bit + 1})" for bit in range(18)
)

# These bodies are bound to what they name when they are made: no search path can change them.
FUNCTIONS = f"""
CREATE FUNCTION listings_world_x(point geometry) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN floor((ST_X(point) + 180) / 360 * 1073741824)::bigint;

CREATE FUNCTION listings_world_y(point geometry) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN floor((1 - ln(tan(radians(ST_Y(point))) + 1 / cos(radians(ST_Y(point)))) / pi()) / 2 * 1073741824)::bigint;

CREATE FUNCTION listings_cell(x bigint, y bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN 68719476736 | {BITS};
"""

CHANGES = """
INSERT INTO listings_listingcellchange (cell, x, y, kind, material_spans, hub_ids, listing_id, count)
SELECT listings_cell(x, y), x, y, kind, coalesce(material_spans, '{{}}'), hub_ids, id, {count}
FROM (
    SELECT id, kind, material_spans, hub_ids, listings_world_x(shown_location) AS x,
        listings_world_y(shown_location) AS y
    FROM {rows} WHERE status = 'published'
) listing;
"""

# Many rows come and go in one statement; what changes, most often one by one, is looked at only where it counts.
TRIGGERS = f"""
CREATE FUNCTION listings_note_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {CHANGES.format(count=1, rows="added").strip()} RETURN NULL; END $$;

CREATE FUNCTION listings_note_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {CHANGES.format(count=-1, rows="removed").strip()} RETURN NULL; END $$;

CREATE FUNCTION listings_note_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{CHANGES.format(count=-1, rows="(SELECT OLD.*) before").strip()}
{CHANGES.format(count=1, rows="(SELECT NEW.*) after").strip()}
RETURN NULL; END $$;

CREATE TRIGGER listing_added AFTER INSERT ON listings_listing
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION listings_note_added();

CREATE TRIGGER listing_removed AFTER DELETE ON listings_listing
REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION listings_note_removed();

CREATE TRIGGER listing_changed AFTER UPDATE ON listings_listing FOR EACH ROW WHEN (
    (OLD.status = 'published' OR NEW.status = 'published')
    AND (OLD.status, OLD.kind, OLD.material_spans, OLD.hub_ids, OLD.shown_location::bytea)
        IS DISTINCT FROM (NEW.status, NEW.kind, NEW.material_spans, NEW.hub_ids, NEW.shown_location::bytea)
) EXECUTE FUNCTION listings_note_changed();
"""


def one_by_one(script: str) -> list[str]:
    """Statements of a script whose statements stand apart by an empty line: only one can be sent at a time."""
    return [statement for statement in script.strip().split("\n\n") if statement.strip()]


UNDO = """
DROP TRIGGER listing_changed ON listings_listing;

DROP TRIGGER listing_removed ON listings_listing;

DROP TRIGGER listing_added ON listings_listing;

DROP FUNCTION listings_note_changed, listings_note_removed, listings_note_added;

DROP FUNCTION listings_cell, listings_world_y, listings_world_x;
"""

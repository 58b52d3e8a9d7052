"""Triggers that note which listings became public or changed: nobody who writes one has to think of it.

What pairing notes in a listing by itself is no change of it.
"""

# On the database's conflict a note that a worker holds is waited for: it has read the listing as it was before.
NOTE = """
INSERT INTO alerts_waitinglisting (listing_id, topic)
SELECT id, topic FROM {rows} CROSS JOIN (VALUES ('searches'), ('matches')) topics (topic) WHERE status = 'published'
ORDER BY id, topic
ON CONFLICT (listing_id, topic) DO UPDATE SET since = now();
"""

TRIGGERS = f"""
CREATE FUNCTION alerts_note_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {NOTE.format(rows="added").strip()} RETURN NULL; END $$;

CREATE FUNCTION alerts_note_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {NOTE.format(rows="(SELECT NEW.*) changed").strip()} RETURN NULL; END $$;

CREATE TRIGGER alerts_listing_added AFTER INSERT ON listings_listing
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION alerts_note_added();

CREATE TRIGGER alerts_listing_changed AFTER UPDATE ON listings_listing FOR EACH ROW WHEN (
    NEW.status = 'published' AND (OLD.status, OLD.updated_at, OLD.taken_quantity)
        IS DISTINCT FROM (NEW.status, NEW.updated_at, NEW.taken_quantity)
) EXECUTE FUNCTION alerts_note_changed();
"""

UNDO = """
DROP TRIGGER alerts_listing_changed ON listings_listing;

DROP TRIGGER alerts_listing_added ON listings_listing;

DROP FUNCTION alerts_note_changed, alerts_note_added;
"""


def one_by_one(script: str) -> list[str]:
    """Statements of a script whose statements stand apart by an empty line: only one can be sent at a time."""
    return [statement for statement in script.strip().split("\n\n") if statement.strip()]

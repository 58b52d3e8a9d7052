"""Counts of listings by cell of the map, and the triggers that note what changes."""

import django.contrib.postgres.fields
from django.db import migrations, models

import listings.fields

KINDS = [("supply", "Aanbod"), ("demand", "Vraag"), ("service", "Dienst")]

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


class Migration(migrations.Migration):
    dependencies = [("listings", "0006_pairing_runs")]

    operations = [
        migrations.CreateModel(
            name="ListingCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hub_id", models.IntegerField()),
                ("material_spans", listings.fields.IntegerMultirangeField()),
                ("cell", models.BigIntegerField()),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("count", models.IntegerField()),
                ("sum_id", models.BigIntegerField()),
                ("sum_x", models.BigIntegerField()),
                ("sum_y", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["hub_id", "material_spans", "cell", "kind"], name="listing_cell_once"
                    )
                ],
                "indexes": [
                    models.Index(
                        fields=["cell"],
                        name="listing_cell_material",
                        condition=models.Q(("material_spans", "{}"), _negated=True),
                    ),
                    models.Index(fields=["cell"], name="listing_cell_empty", condition=models.Q(("count", 0))),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListingCellChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cell", models.BigIntegerField(db_index=True)),
                ("x", models.BigIntegerField()),
                ("y", models.BigIntegerField()),
                ("kind", models.CharField(choices=KINDS, max_length=10)),
                ("material_spans", listings.fields.IntegerMultirangeField()),
                ("hub_ids", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("listing_id", models.BigIntegerField()),
                ("count", models.SmallIntegerField()),
            ],
        ),
        migrations.RunSQL(one_by_one(FUNCTIONS + TRIGGERS), one_by_one(UNDO)),
        migrations.RunSQL(CHANGES.format(count=1, rows="listings_listing"), migrations.RunSQL.noop),
    ]

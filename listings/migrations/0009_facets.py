"""Tokens for an inverted index. listings/search/facets.py says what they are for, and makes those of a search."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

# Its body is bound to what it names when it is made: no search path can change it.
FACETS = """
CREATE FUNCTION listing_facets(
    kind text, condition smallint, price_kind text, price_eur numeric, unit text, quantity numeric,
    available_until date, material_number integer, needs text[], offers text[], hubs integer[], place geometry
) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_remove(ARRAY[
    'k:' || kind,
    CASE
        WHEN price_kind IN ('free', 'removal_fee') THEN 'p:free'
        WHEN price_kind = 'fixed' THEN 'p:' || ceil(ln(greatest(price_eur, 1)::float8) / ln(2::float8))::int
    END,
    'q:' || nullif(unit, '') || ':' || floor(ln(greatest(quantity, 1)::float8) / ln(2::float8))::int,
    CASE WHEN available_until IS NULL THEN 'u:open'
        ELSE 'u:' || least(extract(year FROM available_until), 2060)::int END,
    'm:' || material_number,
    'g:' || floor(ST_X(place) / 0.25::float8)::int || ':' || floor(ST_Y(place) / 0.15::float8)::int
], NULL)
|| ARRAY(SELECT 'c:' || least_of FROM generate_series(1, condition) AS least_of)
|| ARRAY(SELECT 's:' || service FROM unnest(needs || offers) AS service)
|| ARRAY(SELECT 'h:' || hub FROM unnest(hubs) AS hub);
"""

ARGUMENTS = [
    "kind", "condition", "price_kind", "price_eur", "unit", "quantity", "available_until", "material_number",
    "needs_services", "service_kinds", "hub_ids", "shown_location",
]


class Migration(migrations.Migration):
    dependencies = [("listings", "0008_hub_plans")]

    operations = [
        migrations.RunSQL(FACETS, "DROP FUNCTION listing_facets"),
        migrations.AddField(
            "listing",
            "facets",
            models.GeneratedField(
                db_persist=True,
                expression=models.Func(*ARGUMENTS, function="listing_facets"),
                output_field=django.contrib.postgres.fields.ArrayField(models.TextField()),
            ),
        ),
        migrations.RemoveIndex("listing", "listing_text"),
        migrations.AddIndex(
            "listing",
            django.contrib.postgres.indexes.GinIndex(
                fields=["facets", "search_vector"],
                name="found_by_facets",
                condition=models.Q(status="published"),
            ),
        ),
    ]

from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    """PostGIS comes with Django's own database preparation; the rest is what indexes need."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS postgis", migrations.RunSQL.noop),
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        # unaccent() is only STABLE, since its dictionary may change; naming the dictionary makes it fit for an index.
        migrations.RunSQL(
            "CREATE OR REPLACE FUNCTION geo_plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS "
            "$$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$",
            "DROP FUNCTION geo_plain(text)",
        ),
        migrations.RunSQL(
            [
                "CREATE TEXT SEARCH CONFIGURATION dutch_unaccent (COPY = pg_catalog.dutch)",
                "ALTER TEXT SEARCH CONFIGURATION dutch_unaccent "
                "ALTER MAPPING FOR hword, hword_part, word WITH unaccent, dutch_stem",
            ],
            "DROP TEXT SEARCH CONFIGURATION dutch_unaccent",
        ),
    ]

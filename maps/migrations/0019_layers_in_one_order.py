from django.db import migrations

#: Until now a map had its own layers first, each list in an order of its own: they stay as they were seen.
_OWN = """
UPDATE maps_maplayer layer SET "order" = ordered.place FROM (
    SELECT id, row_number() OVER (PARTITION BY map_id ORDER BY "order", id) - 1 AS place FROM maps_maplayer
) ordered WHERE ordered.id = layer.id AND layer."order" <> ordered.place
"""
_SHOWN = """
UPDATE maps_maplayershown shown SET "order" = ordered.place FROM (
    SELECT one.id, row_number() OVER (PARTITION BY one.map_id ORDER BY one."order", one.id) - 1
        + (SELECT count(*) FROM maps_maplayer own WHERE own.map_id = one.map_id) AS place
    FROM maps_maplayershown one
) ordered WHERE ordered.id = shown.id AND shown."order" <> ordered.place
"""


class Migration(migrations.Migration):
    dependencies = [("maps", "0018_municipalities_by_layer")]

    operations = [
        migrations.RunSQL(_OWN, migrations.RunSQL.noop),
        migrations.RunSQL(_SHOWN, migrations.RunSQL.noop),
    ]

import django.contrib.postgres.indexes
from django.db import migrations, models

#: A key's strip is 2**20 metres wide: all of Belgium lies in the first (x of EPSG:3812). What reaches beyond is cut off at
#: the edges, boxes and places alike, so that what overlapped still does. Doubles keep such numbers to some centimetres;
#: rounding keeps their order. Two keys that share a strip, once numbers outgrow their bits, are told apart by the key.
BOX = """
CREATE FUNCTION alerts_watch_box(key bigint, area geometry) RETURNS box LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT box(
        point(strip + greatest(0, least(1048575, ST_XMin(area))), ST_YMin(area)),
        point(strip + greatest(0, least(1048575, ST_XMax(area))), ST_YMax(area))
    )
    FROM (
        SELECT 1048576::float8 * (((key >> 48) & 3) + 4 * ((key >> 24) & 65535) + 262144 * (key & 1023)) AS strip
    ) of_key
$$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0002_a_search_is_called_by_its_words'),
    ]

    operations = [
        migrations.RunSQL(BOX, "DROP FUNCTION alerts_watch_box(bigint, geometry)"),
        migrations.RemoveIndex(
            model_name='watch',
            name='watch_by_key_and_place',
        ),
        migrations.AddIndex(
            model_name='watch',
            index=django.contrib.postgres.indexes.GistIndex(models.Func(models.F('key'), models.F('area'), function='alerts_watch_box'), name='watch_by_strip'),
        ),
    ]

from django.db import migrations

from maps.migrations._count_sql import TRIGGERS, UNDO, one_by_one


class Migration(migrations.Migration):

    dependencies = [
        ('maps', '0002_every_change_is_kept'),
    ]

    operations = [
        migrations.RunSQL(one_by_one(TRIGGERS), one_by_one(UNDO)),
    ]

from django.db import migrations

from maps.migrations._count_by_kind_sql import ALONE
from maps.migrations._count_finer_sql import FINEST_CELLS, FUNCTIONS
from maps.migrations._count_sql import one_by_one


class Migration(migrations.Migration):
    dependencies = [("maps", "0008_added_on_the_spot")]

    operations = [
        migrations.RunSQL([ALONE, *one_by_one(FUNCTIONS)]),
        migrations.RunSQL(FINEST_CELLS),
    ]

from django.db import migrations

from maps.migrations._count_once_sql import FUNCTIONS
from maps.migrations._count_sql import one_by_one


class Migration(migrations.Migration):
    dependencies = [("maps", "0016_two_files_are_compared_once")]

    operations = [migrations.RunSQL(one_by_one(FUNCTIONS))]

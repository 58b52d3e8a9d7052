from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

from geo.querysets import Unaccented


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_hub_staff_by_managers"),
        ("geo", "0001_extensions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="organisation",
            index=GinIndex(OpClass(Unaccented("name"), "gin_trgm_ops"), name="organisation_name_like"),
        ),
    ]

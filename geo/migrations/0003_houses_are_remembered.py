"""Where houses stand that an address service found."""

import django.contrib.gis.db.models.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("geo", "0002_names_of_places_have_keys_and_codes_a_main_town")]

    operations = [
        migrations.CreateModel(
            name="House",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=4)),
                ("key", models.CharField(max_length=300)),
                ("location", django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326)),
                ("found_at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("code", "key"), name="house_once")]},
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from maps.migrations._plain_protocol import between

#: Until now each file was read by the rights of who gave it.
_READ_BY = "UPDATE maps_mapimport SET read_by_id = created_by_id"


class Migration(migrations.Migration):
    dependencies = [
        ("maps", "0011_sources_of_a_layer"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *between(
            migrations.AddField(
                model_name="mapimport",
                name="read_by",
                field=models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            )
        ),
        migrations.RunSQL(_READ_BY, migrations.RunSQL.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("maps", "0010_places_by_who_sees_them")]

    operations = [
        migrations.AddIndex(
            model_name="mapfeature",
            index=models.Index(
                condition=models.Q(("source_organisation__isnull", False)),
                fields=["layer", "source_organisation", "state", "visibility"],
                name="feature_source_of_layer",
            ),
        ),
    ]

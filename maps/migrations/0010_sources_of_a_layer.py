from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("maps", "0009_files_are_cleared_and_undone_by_a_worker")]

    operations = [
        migrations.AddIndex(
            model_name="mapfeature",
            index=models.Index(
                condition=models.Q(("source_organisation__isnull", False)),
                fields=["layer", "source_organisation", "state", "visibility"],
                name="feature_of_source",
            ),
        ),
    ]

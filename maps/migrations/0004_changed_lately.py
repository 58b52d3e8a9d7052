from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("maps", "0003_elements_are_counted")]

    operations = [
        migrations.AddIndex(
            model_name="mapfeature",
            index=models.Index(
                condition=models.Q(("state", "published"), ("visibility", 4)),
                fields=["layer", "-updated_at", "-id"],
                name="feature_changed_lately",
            ),
        ),
    ]

"""A material says what a supply of it has to declare; loading the reference data fills it in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("materials", "0001_initial")]

    operations = [
        migrations.AddField(
            "material",
            "asks",
            models.CharField(
                blank=True,
                choices=[
                    ("electrical", "elektrisch toestel"),
                    ("food", "voeding met een datum"),
                    ("food_undated", "voeding, soms zonder datum"),
                ],
                default="",
                max_length=12,
            ),
        ),
    ]

"""A step that staff of a hub take on behalf of a side says who of it asked them to, and how."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0028_hours_on_behalf_of_a_partner")]

    operations = [
        migrations.AddField(
            "exchangestep", "behalf_note",
            models.CharField(
                blank=True, db_default="", default="", max_length=200,
                verbose_name="wie vroeg dit aan de hub, en hoe",
            ),
        ),
    ]  # fmt: skip

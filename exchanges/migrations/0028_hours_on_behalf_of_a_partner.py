"""Hours that staff of a hub state on behalf of a maatwerkbedrijf say who of it asked them to, and how."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0027_a_no_says_why")]

    operations = [
        migrations.AddField(
            "hoursstatement", "behalf_note",
            models.CharField(
                blank=True, db_default="", default="", max_length=200,
                verbose_name="wie vroeg dit aan de hub, en hoe",
            ),
        ),
    ]  # fmt: skip

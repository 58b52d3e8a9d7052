"""What a hub asks on behalf of a partner says who of that asked it to, and how."""

from django.db import migrations, models

FIELD = {
    "blank": True, "db_default": "", "default": "", "max_length": 200, "verbose_name": "wie vroeg dit aan de hub, en hoe",
}  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0022_lines_that_are_in_dispute_say_so")]

    operations = [
        migrations.AddField("exchange", "behalf_note", models.CharField(**FIELD)),
        migrations.AddField("standingagreement", "behalf_note", models.CharField(**FIELD)),
    ]

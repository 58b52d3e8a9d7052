"""A no to a proposal says why, and what staff of a hub answer on behalf of a side says who of it asked them to."""

from django.db import migrations, models

NOTE = {
    "blank": True, "db_default": "", "default": "", "max_length": 200,
    "verbose_name": "wie vroeg dit antwoord aan de hub, en hoe",
}  # fmt: skip
REASONS = [
    ("too_far", "het is te ver"),
    ("condition", "de staat past niet"),
    ("quantity", "de hoeveelheid past niet"),
    ("timing", "het moment past niet"),
    ("price", "de prijs past niet"),
    ("solved", "het is al opgelost"),
    ("other", "iets anders"),
]


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0026_a_mail_without_a_conversation")]

    operations = [
        migrations.AddField("proposal", "supply_behalf_note", models.CharField(**NOTE)),
        migrations.AddField("proposal", "service_behalf_note", models.CharField(**NOTE)),
        migrations.AddField("proposal", "demand_behalf_note", models.CharField(**NOTE)),
        migrations.AddField(
            "proposal", "refusal",
            models.CharField(
                blank=True, choices=REASONS, db_default="", default="", max_length=10, verbose_name="waarom niet"
            ),
        ),
        migrations.AddField(
            "proposal", "refusal_words",
            models.TextField(
                blank=True, db_default="", default="", max_length=500, verbose_name="toelichting bij het nee"
            ),
        ),
    ]  # fmt: skip

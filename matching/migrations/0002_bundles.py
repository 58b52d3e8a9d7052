import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

#: Demands that may have a bundle wait for pairing again: that makes it, within minutes and without anyone's doing.
PAIR_AGAIN = """
UPDATE listings_listing SET paired_at = NULL
WHERE kind = 'demand' AND status = 'published' AND splittable AND hub_ids <> '{}'
"""


class Migration(migrations.Migration):
    dependencies = [("listings", "0001_initial"), ("matching", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Bundle",
            fields=[
                (
                    "demand",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="bundle",
                        serialize=False,
                        to="listings.listing",
                    ),
                ),
                ("supply_ids", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("shares", django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                (
                    "distances_m",
                    django.contrib.postgres.fields.ArrayField(base_field=models.PositiveIntegerField(), size=None),
                ),
                ("proven", models.BooleanField()),
                ("computed_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("distances_m__len", models.F("supply_ids__len")),
                            ("shares__len", models.F("supply_ids__len")),
                            ("supply_ids__len__gte", 2),
                        ),
                        name="bundle_has_two_stops_or_more",
                    ),
                ],
            },
        ),
        migrations.RunSQL(PAIR_AGAIN, migrations.RunSQL.noop),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: Until now only demands had lists, and scores counted amounts by the demand alone. All goods wait for pairing again:
#: that makes the lists of supplies, and the new scores, within minutes and without anyone's doing.
PAIR_AGAIN = """
UPDATE listings_listing SET paired_at = NULL
WHERE kind IN ('supply', 'demand') AND status = 'published' AND hub_ids <> '{}'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("listings", "0003_import_reading"),
        ("matching", "0002_bundles"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dismissal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("too_far", "te ver"),
                            ("condition", "staat past niet"),
                            ("quantity", "hoeveelheid past niet"),
                            ("price", "te duur"),
                            ("solved", "al opgelost"),
                            ("other", "anders"),
                        ],
                        max_length=10,
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "listing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dismissals",
                        to="listings.listing",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dismissed_by",
                        to="listings.listing",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("listing", "other"), name="dismissal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("listing", models.F("other")), _negated=True), name="dismissal_of_another"
                    ),
                ],
            },
        ),
        # What is stored, demands keep.
        migrations.AddField(
            model_name="match",
            name="kept_by",
            field=models.PositiveSmallIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.AddField(model_name="match", name="lot_share", field=models.FloatField(null=True)),
        migrations.AddConstraint(
            model_name="match",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept_by__gte", 1), ("kept_by__lte", 3)), name="match_kept_by_someone"
            ),
        ),
        migrations.RunSQL(PAIR_AGAIN, migrations.RunSQL.noop),
    ]

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("geo", "0001_initial"),
        ("listings", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PairingRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("hub_ids", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                (
                    "waiting_hub_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None),
                ),
                (
                    "seen_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                (
                    "seen_versions",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None),
                ),
                ("pairs", models.PositiveIntegerField(default=0)),
                ("written", models.PositiveIntegerField(default=0)),
                ("deleted", models.PositiveIntegerField(default=0)),
                ("finished_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="HubPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "wacht"),
                            ("solving", "wordt berekend"),
                            ("ready", "klaar"),
                            ("failed", "mislukt"),
                            ("cancelled", "afgebroken"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("result", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="plans", to="geo.hub"),
                ),
            ],
            options={
                "verbose_name": "plan",
                "verbose_name_plural": "plannen",
                "ordering": ["-created_at", "-id"],
                "indexes": [models.Index(fields=["hub", "-created_at"], name="plan_of_hub")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "solving"])),
                        fields=("hub",),
                        name="plan_running_once",
                        violation_error_message="Er wordt al een plan gemaakt voor deze hub.",
                    ),
                    models.CheckConstraint(condition=models.Q(("progress__lte", 100)), name="plan_progress_in_range"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Match",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.FloatField()),
                ("material_part", models.FloatField()),
                ("distance_part", models.FloatField()),
                ("quantity_part", models.FloatField()),
                ("timing_part", models.FloatField()),
                ("price_part", models.FloatField()),
                ("condition_part", models.FloatField()),
                ("distance_m", models.PositiveIntegerField()),
                ("coverage", models.FloatField(null=True)),
                ("overlap_days", models.PositiveIntegerField()),
                ("hub_ids", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("fingerprint", models.BigIntegerField(default=0)),
                ("computed_at", models.DateTimeField()),
                (
                    "demand",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supply_matches",
                        to="listings.listing",
                    ),
                ),
                (
                    "supply",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="demand_matches",
                        to="listings.listing",
                    ),
                ),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["hub_ids"], name="match_hubs"),
                    models.Index(fields=["-score", "id"], name="match_best"),
                    models.Index(fields=["supply", "-score"], name="match_of_supply"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("demand", "supply"), name="match_once"),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 1)), name="match_score_in_range"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PairingWeights",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "material",
                    models.PositiveSmallIntegerField(
                        default=6, validators=[django.core.validators.MaxValueValidator(20)], verbose_name="materiaal"
                    ),
                ),
                (
                    "distance",
                    models.PositiveSmallIntegerField(
                        default=5, validators=[django.core.validators.MaxValueValidator(20)], verbose_name="afstand"
                    ),
                ),
                (
                    "quantity",
                    models.PositiveSmallIntegerField(
                        default=3,
                        validators=[django.core.validators.MaxValueValidator(20)],
                        verbose_name="hoeveelheid",
                    ),
                ),
                (
                    "timing",
                    models.PositiveSmallIntegerField(
                        default=2, validators=[django.core.validators.MaxValueValidator(20)], verbose_name="tijd"
                    ),
                ),
                (
                    "price",
                    models.PositiveSmallIntegerField(
                        default=2, validators=[django.core.validators.MaxValueValidator(20)], verbose_name="prijs"
                    ),
                ),
                (
                    "condition",
                    models.PositiveSmallIntegerField(
                        default=2, validators=[django.core.validators.MaxValueValidator(20)], verbose_name="staat"
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                ("paired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "hub",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pairing_weights", to="geo.hub"
                    ),
                ),
            ],
            options={
                "verbose_name": "gewichten van koppels",
                "verbose_name_plural": "gewichten van koppels",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("material__gt", 0),
                            ("distance__gt", 0),
                            ("quantity__gt", 0),
                            ("timing__gt", 0),
                            ("price__gt", 0),
                            ("condition__gt", 0),
                            _connector="OR",
                        ),
                        name="pairing_weights_count_something",
                        violation_error_message="Geef minstens één onderdeel een punt.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("material__lte", 20)), name="pairing_weights_material_in_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("distance__lte", 20)), name="pairing_weights_distance_in_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__lte", 20)), name="pairing_weights_quantity_in_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("timing__lte", 20)), name="pairing_weights_timing_in_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__lte", 20)), name="pairing_weights_price_in_range"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("condition__lte", 20)), name="pairing_weights_condition_in_range"
                    ),
                ],
            },
        ),
    ]

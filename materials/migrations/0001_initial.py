import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Material",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True)),
                (
                    "level",
                    models.CharField(
                        choices=[("family", "familie"), ("material", "materiaal"), ("grade", "soort")], max_length=10
                    ),
                ),
                ("depth", models.PositiveSmallIntegerField()),
                ("tree_left", models.IntegerField(db_index=True)),
                ("tree_right", models.IntegerField()),
                ("name_nl", models.CharField(max_length=80, verbose_name="naam in het Nederlands")),
                ("name_en", models.CharField(max_length=80, verbose_name="naam in het Engels")),
                ("name_fr", models.CharField(max_length=80, verbose_name="naam in het Frans")),
                ("icon", models.CharField(blank=True, max_length=40)),
                (
                    "eural_codes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=7), blank=True, default=list, size=None
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="materials.material",
                    ),
                ),
            ],
            options={
                "verbose_name": "materiaal",
                "verbose_name_plural": "materialen",
                "ordering": ["tree_left"],
            },
        ),
        migrations.CreateModel(
            name="ImpactFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("primary", "nieuw gemaakt"),
                            ("reused", "hergebruikt"),
                            ("closed_loop", "gerecycleerd tot hetzelfde"),
                        ],
                        max_length=12,
                    ),
                ),
                ("kg_co2e_per_tonne", models.DecimalField(decimal_places=5, max_digits=12)),
                ("source", models.CharField(max_length=200)),
                ("source_material", models.CharField(max_length=100)),
                ("source_year", models.PositiveSmallIntegerField()),
                ("licence", models.CharField(max_length=100)),
                (
                    "material",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="factors", to="materials.material"
                    ),
                ),
            ],
            options={
                "ordering": ["-source_year", "basis"],
            },
        ),
        migrations.CreateModel(
            name="MaterialName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=2)),
                ("name", models.CharField(max_length=80)),
                ("plain", models.CharField(max_length=80)),
                (
                    "material",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="names", to="materials.material"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MaterialUnit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("kg", "kg"),
                            ("tonne", "ton"),
                            ("piece", "stuks"),
                            ("m", "m"),
                            ("m2", "m²"),
                            ("m3", "m³"),
                            ("litre", "liter"),
                            ("pallet", "pallets vol"),
                            ("box", "dozen"),
                            ("roll", "rollen"),
                            ("bag", "zakken"),
                        ],
                        max_length=10,
                    ),
                ),
                ("mass_kg", models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True)),
                ("mass_basis", models.CharField(blank=True, max_length=200)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "material",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="units", to="materials.material"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.AddConstraint(
            model_name="material",
            constraint=models.CheckConstraint(
                condition=models.Q(("tree_right__gte", models.F("tree_left"))), name="material_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="impactfactor",
            constraint=models.UniqueConstraint(fields=("material", "basis", "source_year"), name="factor_once"),
        ),
        migrations.AddIndex(
            model_name="materialname",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["plain"], name="material_name_like", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddConstraint(
            model_name="materialname",
            constraint=models.UniqueConstraint(fields=("material", "language", "plain"), name="material_name_once"),
        ),
        migrations.AddConstraint(
            model_name="materialunit",
            constraint=models.UniqueConstraint(fields=("material", "unit"), name="material_unit_once"),
        ),
    ]

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.contrib.postgres.operations import BtreeGistExtension, CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        # PostGIS comes with Django's own database preparation; the rest is what indexes need.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS postgis", migrations.RunSQL.noop),
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        # levenshtein_less_equal(), for words that lack a letter.
        CreateExtension("fuzzystrmatch"),
        # unaccent() is only STABLE, since its dictionary may change; naming the dictionary makes it fit for an index.
        migrations.RunSQL(
            "CREATE OR REPLACE FUNCTION geo_plain(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS "
            "$$ SELECT lower(public.unaccent('public.unaccent'::regdictionary, $1)) $$",
            "DROP FUNCTION geo_plain(text)",
        ),
        migrations.RunSQL(
            [
                "CREATE TEXT SEARCH CONFIGURATION dutch_unaccent (COPY = pg_catalog.dutch)",
                "ALTER TEXT SEARCH CONFIGURATION dutch_unaccent "
                "ALTER MAPPING FOR hword, hword_part, word WITH unaccent, dutch_stem",
            ],
            "DROP TEXT SEARCH CONFIGURATION dutch_unaccent",
        ),
        migrations.CreateModel(
            name="Municipality",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "nis",
                    models.CharField(
                        max_length=5,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^\\d{5}$")],
                        verbose_name="NIS-code",
                    ),
                ),
                ("name_nl", models.CharField(max_length=60, verbose_name="naam in het Nederlands")),
                ("name_fr", models.CharField(max_length=60, verbose_name="naam in het Frans")),
                (
                    "region",
                    models.CharField(
                        choices=[("vlaanderen", "Vlaanderen"), ("brussel", "Brussel")],
                        max_length=10,
                        verbose_name="gewest",
                    ),
                ),
                ("centre", django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326)),
            ],
            options={
                "verbose_name": "gemeente",
                "verbose_name_plural": "gemeenten",
                "ordering": ["name_nl"],
            },
        ),
        migrations.CreateModel(
            name="Hub",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("intro", models.TextField(blank=True, max_length=2000, verbose_name="voorstelling")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefoon")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                (
                    "sectors",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="sectoren",
                    ),
                ),
                (
                    "buffer_km",
                    models.DecimalField(
                        decimal_places=1,
                        default=0,
                        max_digits=4,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="rand rond de regio (km)",
                    ),
                ),
                (
                    "shows_neighbours",
                    models.BooleanField(default=False, verbose_name="toon in die rand ook zoekertjes van buurhubs"),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("buffer_km__gte", 0), ("buffer_km__lte", 50)),
                        name="hub_buffer_in_range",
                        violation_error_message="De rand is 0 tot 50 km breed.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("geonameid", models.IntegerField(unique=True)),
                ("name", models.CharField(max_length=100)),
                ("name_alt", models.CharField(blank=True, max_length=100)),
                ("location", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                ("population", models.PositiveIntegerField(default=0)),
                (
                    "municipality",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="geo.municipality",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HubRegion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="naam")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("core", "kernregio"),
                            ("shared", "gedeelde regio"),
                            ("thematic", "thematische regio"),
                        ],
                        max_length=10,
                        verbose_name="soort",
                    ),
                ),
                (
                    "provenance",
                    models.CharField(
                        choices=[("inferred", "afgeleid, nog niet bevestigd"), ("confirmed", "bevestigd door de hub")],
                        default="inferred",
                        max_length=10,
                        verbose_name="herkomst",
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="regions", to="geo.hub"
                    ),
                ),
                (
                    "municipalities",
                    models.ManyToManyField(
                        related_name="hub_regions", to="geo.municipality", verbose_name="gemeenten"
                    ),
                ),
            ],
            options={
                "verbose_name": "hubregio",
                "verbose_name_plural": "hubregio's",
                "ordering": ["hub__name", "name"],
                "constraints": [models.UniqueConstraint(fields=("hub", "name"), name="region_name_once_per_hub")],
            },
        ),
        migrations.CreateModel(
            name="Boundary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "quality",
                    models.CharField(
                        choices=[("official", "officieel"), ("approximate", "bij benadering")], max_length=12
                    ),
                ),
                ("geometry", django.contrib.gis.db.models.fields.MultiPolygonField(srid=3812)),
                ("source", models.CharField(max_length=200)),
                ("source_date", models.DateField(blank=True, null=True)),
                ("licence", models.CharField(blank=True, max_length=200)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="boundaries", to="geo.municipality"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("municipality", "quality"), name="boundary_once_per_quality")
                ],
            },
        ),
        migrations.CreateModel(
            name="PostalCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(max_length=4, validators=[django.core.validators.RegexValidator("^\\d{4}$")]),
                ),
                ("name", models.CharField(max_length=60)),
                ("location", django.contrib.gis.db.models.fields.PointField(spatial_index=False, srid=4326)),
                (
                    "municipality",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="postal_codes", to="geo.municipality"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("code", "name"), name="postal_code_and_name_once")],
            },
        ),
    ]

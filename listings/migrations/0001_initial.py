import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import geo.sql
import listings.fields
from listings.migrations._initial_sql import FACETS, FUNCTIONS, TRIGGERS, UNDO, one_by_one


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("geo", "0001_initial"),
        ("materials", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(FACETS, "DROP FUNCTION listing_facets"),
        migrations.CreateModel(
            name="ListingCellChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cell", models.BigIntegerField(db_index=True)),
                ("x", models.BigIntegerField()),
                ("y", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("supply", "Aanbod"), ("demand", "Vraag"), ("service", "Dienst")], max_length=10
                    ),
                ),
                ("material_spans", listings.fields.IntegerMultirangeField()),
                ("hub_ids", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("listing_id", models.BigIntegerField()),
                ("count", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(blank=True, max_length=80, verbose_name="eigen referentie")),
                ("is_fictional", models.BooleanField(default=False, verbose_name="fictief")),
                (
                    "kind",
                    models.CharField(
                        choices=[("supply", "Aanbod"), ("demand", "Vraag"), ("service", "Dienst")],
                        max_length=10,
                        verbose_name="soort",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "Concept"),
                            ("published", "Gepubliceerd"),
                            ("reserved", "Gereserveerd"),
                            ("closed", "Afgerond"),
                            ("expired", "Verlopen"),
                            ("withdrawn", "Ingetrokken"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=140, verbose_name="titel")),
                ("description", models.TextField(blank=True, max_length=4000, verbose_name="beschrijving")),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Nederlands"), ("en", "Engels"), ("fr", "Frans")],
                        default="nl",
                        max_length=2,
                        verbose_name="taal",
                    ),
                ),
                ("material_number", models.IntegerField(editable=False, null=True)),
                ("material_spans", listings.fields.IntegerMultirangeField(editable=False, null=True)),
                (
                    "quantity",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=14, null=True, verbose_name="hoeveelheid"
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True,
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
                        verbose_name="eenheid",
                    ),
                ),
                ("mass_kg", models.DecimalField(decimal_places=3, editable=False, max_digits=16, null=True)),
                ("splittable", models.BooleanField(default=True, verbose_name="mag in delen weg")),
                (
                    "recurrence",
                    models.CharField(
                        choices=[
                            ("one_off", "eenmalig"),
                            ("weekly", "elke week"),
                            ("monthly", "elke maand"),
                            ("quarterly", "elk kwartaal"),
                        ],
                        default="one_off",
                        max_length=10,
                        verbose_name="herhaling",
                    ),
                ),
                ("available_from", models.DateField(blank=True, null=True, verbose_name="beschikbaar van")),
                ("available_until", models.DateField(blank=True, null=True, verbose_name="beschikbaar tot")),
                (
                    "condition",
                    models.SmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "voor onderdelen"),
                            (2, "te herstellen"),
                            (3, "gebruikt"),
                            (4, "zo goed als nieuw"),
                            (5, "nieuw"),
                        ],
                        null=True,
                        verbose_name="staat",
                    ),
                ),
                (
                    "price_kind",
                    models.CharField(
                        choices=[
                            ("free", "gratis"),
                            ("fixed", "vaste prijs"),
                            ("on_request", "op aanvraag"),
                            ("removal_fee", "vergoeding voor wie het ophaalt"),
                        ],
                        default="on_request",
                        max_length=12,
                        verbose_name="prijs",
                    ),
                ),
                (
                    "price_eur",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="bedrag"),
                ),
                (
                    "price_basis",
                    models.CharField(
                        choices=[("unit", "per eenheid"), ("lot", "voor de hele partij")],
                        default="lot",
                        max_length=4,
                        verbose_name="bedrag geldt",
                    ),
                ),
                ("pickup", models.BooleanField(default=True, verbose_name="afhalen")),
                ("delivery", models.BooleanField(default=False, verbose_name="leveren")),
                ("reach_km", models.SmallIntegerField(blank=True, null=True, verbose_name="hoogstens zo ver (km)")),
                (
                    "packaging",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("loose", "los"),
                            ("pallet", "op pallet"),
                            ("box", "in dozen"),
                            ("big_bag", "in bigbag"),
                            ("container", "in container"),
                            ("bundle", "gebundeld"),
                            ("roll", "op rol"),
                        ],
                        max_length=10,
                        verbose_name="verpakking",
                    ),
                ),
                ("needs_forklift", models.BooleanField(default=False, verbose_name="heftruck nodig")),
                ("has_loading_dock", models.BooleanField(default=False, verbose_name="laadkade aanwezig")),
                ("eural_code", models.CharField(blank=True, max_length=8, verbose_name="euralcode")),
                (
                    "declared_status",
                    models.CharField(
                        choices=[
                            ("product", "product"),
                            ("by_product", "bijproduct"),
                            ("waste", "afvalstof"),
                            ("unsure", "weet ik niet"),
                        ],
                        default="unsure",
                        max_length=10,
                        verbose_name="juridische status",
                    ),
                ),
                (
                    "needs_services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("repair", "herstellen"),
                                ("maintenance", "onderhouden"),
                                ("sorting", "sorteren"),
                                ("washing", "wassen"),
                                ("take_back", "terugnemen"),
                                ("dismantling", "demonteren"),
                                ("storage", "opslaan"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="nodige diensten",
                    ),
                ),
                (
                    "service_kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("repair", "herstellen"),
                                ("maintenance", "onderhouden"),
                                ("sorting", "sorteren"),
                                ("washing", "wassen"),
                                ("take_back", "terugnemen"),
                                ("dismantling", "demonteren"),
                                ("storage", "opslaan"),
                            ],
                            max_length=12,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="diensten",
                    ),
                ),
                (
                    "capacity_per_week",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="capaciteit per week"
                    ),
                ),
                (
                    "capacity_unit",
                    models.CharField(
                        blank=True,
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
                        verbose_name="eenheid van de capaciteit",
                    ),
                ),
                (
                    "lead_time_days",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="doorlooptijd (dagen)"),
                ),
                (
                    "catchment_kind",
                    models.CharField(
                        choices=[
                            ("radius", "binnen een straal"),
                            ("municipalities", "in bepaalde gemeenten"),
                            ("regions", "in bepaalde hubregio's"),
                        ],
                        default="radius",
                        max_length=15,
                        verbose_name="werkgebied",
                    ),
                ),
                (
                    "location",
                    django.contrib.gis.db.models.fields.PointField(
                        blank=True, null=True, spatial_index=False, srid=4326, verbose_name="plek"
                    ),
                ),
                (
                    "precision",
                    models.CharField(
                        choices=[("exact", "exacte plek"), ("blurred", "bij benadering (ongeveer 500 m)")],
                        default="exact",
                        max_length=8,
                        verbose_name="nauwkeurigheid",
                    ),
                ),
                (
                    "shown_location",
                    django.contrib.gis.db.models.fields.PointField(
                        editable=False, null=True, spatial_index=False, srid=4326
                    ),
                ),
                (
                    "position",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.gis.db.models.functions.Transform("shown_location", 3812),
                        output_field=django.contrib.gis.db.models.fields.PointField(
                            null=True, spatial_index=False, srid=3812
                        ),
                    ),
                ),
                (
                    "hub_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.IntegerField(), default=list, editable=False, size=None
                    ),
                ),
                (
                    "search_vector",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.CombinedSearchVector(
                            django.contrib.postgres.search.SearchVector("title", config="dutch_unaccent", weight="A"),
                            "||",
                            django.contrib.postgres.search.SearchVector(
                                "description", config="dutch_unaccent", weight="B"
                            ),
                            django.contrib.postgres.search.SearchConfig("dutch_unaccent"),
                        ),
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                (
                    "facets",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(
                            "kind",
                            "condition",
                            "price_kind",
                            "price_eur",
                            "unit",
                            "quantity",
                            "mass_kg",
                            "available_until",
                            "material_number",
                            "needs_services",
                            "service_kinds",
                            "hub_ids",
                            "shown_location",
                            function="listing_facets",
                        ),
                        output_field=django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), size=None
                        ),
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("published_at", models.DateTimeField(editable=False, null=True)),
                ("closed_at", models.DateTimeField(editable=False, null=True)),
                ("paired_at", models.DateTimeField(editable=False, null=True)),
                (
                    "catchment_municipalities",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="geo.municipality", verbose_name="gemeenten"
                    ),
                ),
                (
                    "catchment_regions",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="geo.hubregion", verbose_name="hubregio's"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "material",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="materials.material",
                        verbose_name="materiaal",
                    ),
                ),
                (
                    "materials",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="materials.material", verbose_name="materialen"
                    ),
                ),
                (
                    "municipality",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="geo.municipality",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listings",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="listings",
                        to="accounts.site",
                    ),
                ),
            ],
            options={
                "verbose_name": "zoekertje",
                "verbose_name_plural": "zoekertjes",
            },
        ),
        migrations.CreateModel(
            name="CapacityBooking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("week_start", models.DateField(verbose_name="week")),
                ("quantity", models.DecimalField(decimal_places=3, max_digits=12, verbose_name="hoeveelheid")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="nota")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="booked_for",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bookings", to="listings.listing"
                    ),
                ),
                (
                    "supply",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="booked_for",
                        to="listings.listing",
                    ),
                ),
            ],
            options={
                "verbose_name": "boeking",
                "verbose_name_plural": "boekingen",
                "ordering": ["week_start", "id"],
            },
        ),
        migrations.CreateModel(
            name="ListingCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hub_id", models.IntegerField()),
                ("material_spans", listings.fields.IntegerMultirangeField()),
                ("cell", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("supply", "Aanbod"), ("demand", "Vraag"), ("service", "Dienst")], max_length=10
                    ),
                ),
                ("count", models.IntegerField()),
                ("sum_id", models.BigIntegerField()),
                ("sum_x", models.BigIntegerField()),
                ("sum_y", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("material_spans", "{}"), _negated=True),
                        fields=["cell"],
                        name="listing_cell_material",
                    ),
                    models.Index(condition=models.Q(("count", 0)), fields=["cell"], name="listing_cell_empty"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hub_id", "material_spans", "cell", "kind"), name="listing_cell_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ListingImport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.FileField(upload_to="imports/%Y/%m")),
                ("name", models.CharField(max_length=200, verbose_name="bestand")),
                ("publish", models.BooleanField(default=True, verbose_name="meteen publiceren")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "wacht"),
                            ("checking", "wordt nagekeken"),
                            ("checked", "nagekeken"),
                            ("storing", "wordt ingelezen"),
                            ("done", "klaar"),
                            ("failed", "niet ingelezen"),
                            ("cancelled", "afgebroken"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("total", models.PositiveIntegerField(null=True)),
                ("added", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("preview", models.JSONField(default=dict)),
                ("mistakes", models.JSONField(default=list)),
                ("mistake_count", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ListingPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("image", models.ImageField(height_field="height", upload_to="photos/%Y/%m", width_field="width")),
                ("width", models.PositiveIntegerField(editable=False)),
                ("height", models.PositiveIntegerField(editable=False)),
                ("alt", models.CharField(blank=True, max_length=200, verbose_name="beschrijving van de foto")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="photos", to="listings.listing"
                    ),
                ),
            ],
            options={
                "verbose_name": "foto",
                "verbose_name_plural": "foto's",
                "ordering": ["position", "id"],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("lexeme", models.TextField(primary_key=True, serialize=False)),
                ("written", models.TextField()),
                ("listings", models.IntegerField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["lexeme"], name="search_word_alike", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(("status", "published"), ("kind", "supply")),
                fields=["position", "material_number"],
                name="nearby_supply",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(("status", "published"), ("kind", "demand")),
                fields=["position", "material_number"],
                name="nearby_demand",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(("status", "published"), ("kind", "service")),
                fields=["position", "material_spans"],
                name="nearby_service",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(("status", "published")), fields=["position", "material_spans"], name="nearby_any"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(
                    ("status", "published"),
                    django.db.models.lookups.Exact(
                        models.Func(
                            models.F("id"),
                            output_field=models.IntegerField(),
                            template="(hashint8(%(expressions)s) & 15)",
                        ),
                        geo.sql.Literal(0),
                    ),
                ),
                fields=["position", "material_spans"],
                name="nearby_sampled",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                models.OrderBy(models.F("published_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("status", "published")),
                name="newest",
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("status", "published")), fields=["facets", "search_vector"], name="found_by_facets"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["organisation", "status", "-updated_at"], name="listing_of_organisation"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("status", "published")), fields=["available_until"], name="listing_to_expire"
            ),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("paired_at__isnull", True), models.Q(("status", "draft"), _negated=True)),
                fields=["updated_at"],
                name="listing_to_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference", ""), _negated=True),
                fields=("organisation", "reference"),
                name="listing_reference_once",
                violation_error_message="Je organisatie gebruikt deze referentie al voor een ander zoekertje.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("available_until__isnull", True),
                    ("available_until__gte", models.F("available_from")),
                    _connector="OR",
                ),
                name="listing_window_in_order",
                violation_error_message="De einddatum ligt voor de begindatum. Kies een latere einddatum.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("quantity__isnull", True),
                    models.Q(("quantity__gt", 0), ("quantity__lte", 1000000000)),
                    _connector="OR",
                ),
                name="listing_quantity_in_range",
                violation_error_message="De hoeveelheid moet meer dan 0 zijn en hoogstens een miljard.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("capacity_per_week__isnull", True),
                    models.Q(("capacity_per_week__gt", 0), ("capacity_per_week__lte", 1000000000)),
                    _connector="OR",
                ),
                name="listing_capacity_in_range",
                violation_error_message="De capaciteit moet meer dan 0 zijn.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reach_km__isnull", True), models.Q(("reach_km__gte", 1), ("reach_km__lte", 300)), _connector="OR"
                ),
                name="listing_reach_in_range",
                violation_error_message="De afstand moet tussen 1 en 300 km liggen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("price_eur__isnull", True), ("price_kind__in", ["free", "on_request"])),
                    models.Q(
                        ("price_eur__gte", 0),
                        ("price_eur__isnull", False),
                        ("price_kind__in", ["fixed", "removal_fee"]),
                    ),
                    models.Q(("status", "draft"), ("price_eur__isnull", True)),
                    _connector="OR",
                ),
                name="listing_price_fits_kind",
                violation_error_message="Geef een bedrag bij een vaste prijs of vergoeding, en anders geen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    ("kind", "service"),
                    models.Q(
                        ("available_from__isnull", False),
                        ("material__isnull", False),
                        ("material_number__isnull", False),
                        ("position__isnull", False),
                        ("quantity__isnull", False),
                        models.Q(("unit", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="listing_goods_complete",
                violation_error_message="Aanbod of vraag heeft een materiaal, een hoeveelheid, een datum en een plek nodig.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    models.Q(("kind", "supply"), _negated=True),
                    ("condition__isnull", False),
                    _connector="OR",
                ),
                name="listing_supply_has_condition",
                violation_error_message="Kies in welke staat het materiaal is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "draft"),
                    ("kind__in", ["supply", "demand"]),
                    models.Q(
                        ("available_from__isnull", False),
                        ("material_spans__isnull", False),
                        ("position__isnull", False),
                        ("service_kinds__len__gt", 0),
                    ),
                    _connector="OR",
                ),
                name="listing_service_complete",
                violation_error_message="Een dienst heeft een soort, materialen, een begindatum en een plek nodig.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(("status", "draft"), models.Q(("title", ""), _negated=True), _connector="OR"),
                name="listing_title_unless_draft",
                violation_error_message="Geef het zoekertje een titel.",
            ),
        ),
        migrations.AddIndex(
            model_name="capacitybooking",
            index=models.Index(fields=["service", "week_start"], name="booking_of_week"),
        ),
        migrations.AddConstraint(
            model_name="capacitybooking",
            constraint=models.CheckConstraint(
                condition=models.Q(("week_start__iso_week_day", 1)),
                name="booking_week_starts_on_monday",
                violation_error_message="Een week begint op maandag.",
            ),
        ),
        migrations.AddConstraint(
            model_name="capacitybooking",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gt", 0)),
                name="booking_quantity_positive",
                violation_error_message="De hoeveelheid moet meer dan 0 zijn.",
            ),
        ),
        migrations.RunSQL(one_by_one(FUNCTIONS + TRIGGERS), one_by_one(UNDO)),
    ]

import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models
import geo.querysets


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("geo", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mailadres")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="naam")),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "Nederlands"), ("en", "Engels"), ("fr", "Frans")],
                        default="nl",
                        max_length=2,
                        verbose_name="taal",
                    ),
                ),
                ("is_staff", models.BooleanField(default=False, verbose_name="mag in het beheer")),
                ("is_active", models.BooleanField(default=True, verbose_name="actief")),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sinds")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "gebruiker",
                "verbose_name_plural": "gebruikers",
            },
        ),
        migrations.CreateModel(
            name="HubStaff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("manager", "hubbeheerder"), ("editor", "hubmedewerker")],
                        max_length=10,
                        verbose_name="rol",
                    ),
                ),
                ("is_shown", models.BooleanField(default=False, verbose_name="met naam op de pagina van de hub")),
                (
                    "hub",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="staff", to="geo.hub"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hub_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "hubmedewerker",
                "verbose_name_plural": "hubmedewerkers",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="naam")),
                ("slug", models.SlugField(max_length=140, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("company", "bedrijf"),
                            ("social_enterprise", "maatwerkbedrijf"),
                            ("public_body", "overheid"),
                            ("knowledge", "school of kennisinstelling"),
                            ("social_profit", "social-profitorganisatie"),
                        ],
                        max_length=20,
                        verbose_name="soort",
                    ),
                ),
                (
                    "enterprise_number",
                    models.CharField(
                        blank=True,
                        error_messages={"unique": "Er is al een organisatie met dit ondernemingsnummer."},
                        max_length=10,
                        null=True,
                        unique=True,
                        verbose_name="ondernemingsnummer",
                    ),
                ),
                ("verified_at", models.DateTimeField(blank=True, null=True, verbose_name="geverifieerd")),
                ("description", models.TextField(blank=True, max_length=2000, verbose_name="wat jullie doen")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telefoon")),
                ("website", models.URLField(blank=True, verbose_name="website")),
                ("is_fictional", models.BooleanField(default=False, verbose_name="fictief")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "organisatie",
                "verbose_name_plural": "organisaties",
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["name", "id"], name="organisation_by_name"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(geo.querysets.Unaccented("name"), "gin_trgm_ops"),
                        name="organisation_name_like",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("admin", "beheerder"), ("member", "lid")], max_length=10, verbose_name="rol"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mailadres")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("admin", "beheerder"),
                            ("member", "lid"),
                            ("manager", "hubbeheerder"),
                            ("editor", "hubmedewerker"),
                        ],
                        default="member",
                        max_length=10,
                        verbose_name="rol",
                    ),
                ),
                (
                    "token",
                    models.CharField(default=accounts.models.new_token, editable=False, max_length=40, unique=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("accepted_at", models.DateTimeField(editable=False, null=True)),
                (
                    "hub",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="geo.hub",
                    ),
                ),
                (
                    "invited_by",
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HubPartner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField(blank=True, null=True, verbose_name="sinds")),
                (
                    "hub",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="partners", to="geo.hub"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="partnerships",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "partner",
                "verbose_name_plural": "partners",
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="naam van de vestiging")),
                ("street", models.CharField(blank=True, max_length=100, verbose_name="straat")),
                ("house_number", models.CharField(blank=True, max_length=12, verbose_name="nummer")),
                (
                    "postal_code",
                    models.CharField(
                        max_length=4,
                        validators=[
                            django.core.validators.RegexValidator("^[1-9]\\d{3}$", "Een postcode heeft vier cijfers.")
                        ],
                        verbose_name="postcode",
                    ),
                ),
                ("place_name", models.CharField(max_length=60, verbose_name="plaats")),
                (
                    "location",
                    django.contrib.gis.db.models.fields.PointField(
                        spatial_index=False, srid=4326, verbose_name="plek"
                    ),
                ),
                (
                    "establishment_number",
                    models.CharField(
                        blank=True, max_length=10, null=True, unique=True, verbose_name="vestigingsnummer"
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="sites", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "vestiging",
                "verbose_name_plural": "vestigingen",
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower("email"), name="user_email_once"),
        ),
        migrations.AddConstraint(
            model_name="hubstaff",
            constraint=models.UniqueConstraint(fields=("hub", "user"), name="hub_staff_once"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("organisation", "user"), name="member_once"),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True)),
                fields=("organisation", "email"),
                name="invitation_open_once",
                violation_error_message="Dit adres is al uitgenodigd.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("accepted_at__isnull", True)),
                fields=("hub", "email"),
                name="invitation_to_hub_open_once",
                violation_error_message="Dit adres is al uitgenodigd.",
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("hub__isnull", True), ("organisation__isnull", False), ("role__in", ["admin", "member"])
                    ),
                    models.Q(
                        ("hub__isnull", False), ("organisation__isnull", True), ("role__in", ["manager", "editor"])
                    ),
                    _connector="OR",
                ),
                name="invitation_role_fits",
                violation_error_message="Deze rol bestaat niet.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hubpartner",
            constraint=models.UniqueConstraint(fields=("hub", "organisation"), name="hub_partner_once"),
        ),
    ]

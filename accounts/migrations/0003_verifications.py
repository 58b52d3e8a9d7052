import datetime as dt

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

#: How long what operators had verified goes on counting, counted from the day of this migration.
YEARS_LEFT = 1


def keep_what_was_verified(apps, schema_editor):
    """A number that an operator had confirmed becomes a verification without a hub."""
    Organisation, Verification = apps.get_model("accounts", "Organisation"), apps.get_model("accounts", "Verification")
    until = timezone.localdate() + dt.timedelta(days=365 * YEARS_LEFT)
    Verification.objects.bulk_create(
        Verification(
            organisation=row, what="organisation", name=row.name, kind=row.kind,
            enterprise_number=row.enterprise_number or "", evidence="Ondernemingsnummer nagekeken door de beheerder.",
            verified_at=row.verified_at, until=until,
        )
        for row in Organisation.objects.filter(verified_at__isnull=False)
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_one_spelling_of_addresses"),
        ("geo", "0004_municipalities_have_an_english_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("organisation", "de organisatie"),
                            ("social_enterprise", "het statuut van maatwerkbedrijf"),
                        ],
                        max_length=20,
                        verbose_name="wat",
                    ),
                ),
                ("hub_name", models.CharField(blank=True, max_length=120)),
                ("name", models.CharField(max_length=120)),
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
                    ),
                ),
                ("enterprise_number", models.CharField(blank=True, max_length=10)),
                ("evidence", models.TextField(max_length=1000, verbose_name="bewijs")),
                ("verified_at", models.DateTimeField(verbose_name="geverifieerd op")),
                ("until", models.DateField(verbose_name="geldig tot en met")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("renewed", "vernieuwd"),
                            ("withdrawn", "ingetrokken"),
                            ("changed", "naam, nummer of soort veranderde"),
                            ("expired", "verlopen"),
                        ],
                        max_length=10,
                        verbose_name="waarom het eindigde",
                    ),
                ),
                ("ended_reason", models.TextField(blank=True, max_length=1000, verbose_name="reden")),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hub",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="geo.hub",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verifications",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "verificatie",
                "verbose_name_plural": "verificaties",
                "ordering": ["-verified_at", "-pk"],
                "indexes": [
                    models.Index(condition=models.Q(("ended_at", None)), fields=["until"], name="verification_until")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("organisation", "what"),
                        name="verification_current_once",
                        violation_error_message="Iemand anders verifieerde dit net. Bekijk de pagina opnieuw.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("what", "organisation"),
                            models.Q(("enterprise_number", ""), _negated=True),
                        ),
                        fields=("enterprise_number",),
                        name="verification_number_once",
                        violation_error_message=(
                            "Een andere organisatie is al geverifieerd met dit ondernemingsnummer."
                        ),
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_why", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_why__in", ["renewed", "withdrawn", "changed", "expired"]),
                            ),
                            _connector="OR",
                        ),
                        name="verification_end_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", "social_enterprise"), _negated=True),
                            ("kind", "social_enterprise"),
                            _connector="OR",
                        ),
                        name="verification_status_of_social_enterprise",
                    ),
                ],
            },
        ),
        migrations.RunPython(keep_what_was_verified, migrations.RunPython.noop),
    ]

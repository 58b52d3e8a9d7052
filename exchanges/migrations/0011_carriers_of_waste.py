"""Who carries what is declared as waste, with its registration."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0010_mail_that_waits_or_was_read")]

    operations = [
        migrations.CreateModel(
            name="Carrier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="vervoerder")),
                ("registration", models.CharField(blank=True, max_length=40, verbose_name="registratienummer")),
                (
                    "exemption",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own_waste", "vervoert enkel eigen afval"),
                            ("reuse_centre", "kringloop- of hergebruikcentrum met voorgesorteerde toestellen"),
                        ],
                        max_length=12,
                        verbose_name="vrijstelling",
                    ),
                ),
                (
                    "stated_by",
                    models.CharField(
                        choices=[("requester", "de aanvrager"), ("owner", "de eigenaar van het zoekertje")],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "leg",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="carrier",
                        to="exchanges.exchangeleg",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=(~Q(registration="") & Q(exemption="")) | (Q(registration="") & ~Q(exemption="")),
                        name="carrier_registered_or_exempt",
                    )
                ],
            },
        ),
    ]

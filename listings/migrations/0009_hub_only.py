"""A listing may have its organisation known to its hubs alone, until that organisation agrees."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_a_number_that_several_claim"),
        ("listings", "0008_bookings_made_by_hand"),
    ]

    operations = [
        migrations.AddField(
            model_name="listing",
            name="hub_only",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="organisatie alleen bekend bij de hub"
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=Q(hub_only=False) | Q(precision="blurred"),
                name="listing_hub_only_is_blurred",
                violation_error_message="De exacte plek verraadt wie je bent. Toon alleen de omgeving.",
            ),
        ),
        migrations.CreateModel(
            name="OwnerDisclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "listing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="disclosures", to="listings.listing"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="accounts.organisation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("listing", "organisation"), name="owner_disclosed_once")
                ],
            },
        ),
    ]

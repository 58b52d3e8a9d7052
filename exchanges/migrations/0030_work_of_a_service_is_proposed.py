"""A proposal may be for a service to work on a supply, without a demand for what comes out."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0029_steps_say_who_asked_the_hub")]

    operations = [
        migrations.RemoveConstraint("proposal", "proposal_of_a_chain_says_what"),
        migrations.RemoveConstraint("proposal", "proposal_of_somebody"),
        # Django's own way sends several commands at once, which our connections don't take.
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    [
                        "SET CONSTRAINTS ALL IMMEDIATE",
                        "ALTER TABLE exchanges_proposal ALTER COLUMN demand_id DROP NOT NULL",
                    ]
                )
            ],
            [
                migrations.AlterField(
                    "proposal", "demand",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="proposals_as_demand",
                        to="listings.listing",
                    ),
                )
            ],
        ),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                name="proposal_of_somebody",
                condition=Q(hub__isnull=False, proposed_for=None)
                | Q(hub=None, proposed_for__isnull=False, service__isnull=False, demand__isnull=False),
            ),
        ),
        migrations.AddConstraint(
            "proposal",
            models.CheckConstraint(
                name="proposal_says_what",
                # What is unknown would pass a CHECK: each is asked for as well.
                condition=Q(demand__isnull=False, service=None, week=None, quantity=None, work=None)
                | Q(service__isnull=False, week__isnull=False, work__isnull=False, work__gt=0)
                & (Q(demand__isnull=False, quantity__isnull=False, quantity__gt=0) | Q(demand=None, quantity=None)),
            ),
        ),
    ]  # fmt: skip

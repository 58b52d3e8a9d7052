"""A change of a standing agreement that asks more of the other side waits for its yes."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0035_a_delivery_keeps_its_standing_agreement")]

    operations = [
        migrations.AddField("standingagreement", "proposed_terms", models.JSONField(blank=True, null=True)),
        migrations.AddField(
            "standingagreement", "proposed_by",
            models.CharField(
                blank=True, choices=[("requester", "de aanvrager"), ("owner", "de eigenaar van het zoekertje")],
                db_default="", default="", max_length=10,
            ),
        ),
        migrations.AddField("standingagreement", "proposed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "standingagreement",
            models.CheckConstraint(
                name="agreement_change_proposed_whole",
                condition=Q(proposed_by="", proposed_at__isnull=True, proposed_terms__isnull=True)
                | Q(
                    state="agreed", proposed_by__in=["requester", "owner"], proposed_at__isnull=False,
                    proposed_terms__isnull=False,
                ),
            ),
        ),
    ]  # fmt: skip

"""A proposal says itself which hubs see it: their boards find it by an index, without its listings."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import Value

_OF_LISTINGS = """
UPDATE exchanges_proposal SET hub_ids = (
    SELECT coalesce(array_agg(DISTINCT hub ORDER BY hub), '{}')
    FROM listings_listing listing, unnest(listing.hub_ids) hub
    WHERE listing.id IN (exchanges_proposal.supply_id, exchanges_proposal.service_id, exchanges_proposal.demand_id)
)
WHERE hub_id IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0030_work_of_a_service_is_proposed")]

    operations = [
        migrations.AddField(
            "proposal", "hub_ids",
            ArrayField(models.IntegerField(), default=list, db_default=Value([], ArrayField(models.IntegerField()))),
        ),
        migrations.RunSQL(
            [
                "UPDATE exchanges_proposal SET hub_ids = ARRAY[hub_id::integer] WHERE hub_id IS NOT NULL",
                _OF_LISTINGS,
                "SET CONSTRAINTS ALL IMMEDIATE",
            ]
        ),
        migrations.AddIndex("proposal", GinIndex(fields=["hub_ids"], name="proposal_in_hubs")),
    ]  # fmt: skip

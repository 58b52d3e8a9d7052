"""What was made for a standing agreement says so for good: a delivery that is made anew leaves its first exchange."""

import django.db.models.deletion
from django.db import migrations, models

from exchanges.migrations._foreign_keys import add_foreign_key

WRITE = [
    """
    UPDATE exchanges_exchange exchange SET agreement_id = delivery.agreement_id
    FROM exchanges_delivery delivery WHERE delivery.exchange_id = exchange.id
    """,
    # Between two organisations one at a time runs about a listing: what no delivery has any more is of the last one.
    """
    UPDATE exchanges_exchange exchange SET agreement_id = (
        SELECT agreement.id FROM exchanges_standingagreement agreement
        WHERE agreement.listing_id = exchange.listing_id AND agreement.requester_id = exchange.requester_id
            AND agreement.agreed_at <= exchange.created_at
        ORDER BY agreement.agreed_at DESC LIMIT 1
    )
    WHERE exchange.started_from = 'stream' AND exchange.agreement_id IS NULL
    """,
]


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0034_what_carried_it")]

    operations = [
        add_foreign_key(
            "exchange", "agreement",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="exchanges",
                to="exchanges.standingagreement",
            ),
            "exchanges_standingagreement",
        ),
        migrations.RunSQL(WRITE, migrations.RunSQL.noop, elidable=True),
    ]  # fmt: skip

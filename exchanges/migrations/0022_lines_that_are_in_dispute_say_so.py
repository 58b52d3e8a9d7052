"""What was completed and is in dispute gets the line that a dispute writes since."""

from django.db import migrations

WRITE = """
INSERT INTO exchanges_impactentry (
    leg_id, corrects_id, completed_on, hub_ids, giver_id, receiver_id, material_id, quantity, unit, method,
    confirmation, kg, factor_source, distance_km, vehicle, assumptions, unknown
)
SELECT
    line.leg_id, line.id, line.completed_on, line.hub_ids, line.giver_id, line.receiver_id, line.material_id,
    line.quantity, line.unit, line.method, 'disputed', line.kg, '', line.distance_km, '', line.assumptions,
    coalesce(nullif(line.unknown, ''), 'disputed')
FROM exchanges_impactentry line
JOIN exchanges_exchangeleg leg ON leg.id = line.leg_id
JOIN exchanges_exchange exchange ON exchange.id = leg.exchange_id
WHERE exchange.state = 'disputed'
    AND line.confirmation NOT IN ('disputed', 'nothing')
    AND NOT EXISTS (SELECT FROM exchanges_impactentry later WHERE later.corrects_id = line.id)
"""


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0021_what_is_in_dispute_counts_apart")]

    operations = [migrations.RunSQL(WRITE, migrations.RunSQL.noop)]

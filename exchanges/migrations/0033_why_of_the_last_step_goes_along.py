"""Why each standing agreement stands where it does is kept at the step that put it there."""

from django.db import migrations

WRITE = """
INSERT INTO exchanges_agreementreason (agreement_id, event_id, reason)
SELECT agreement.id, step.id, agreement.reason
FROM exchanges_standingagreement agreement
CROSS JOIN LATERAL (
    SELECT event.id FROM journal_event event
    WHERE event.subject_kind = 'exchanges.standingagreement' AND event.subject_id = agreement.id
        AND event.verb IN (
            'agreement.agreed', 'agreement.countered', 'agreement.taken_back', 'agreement.declined',
            'agreement.withdrawn', 'agreement.lapsed', 'agreement.paused', 'agreement.resumed', 'agreement.ended',
            'agreement.ended_by_time'
        )
    ORDER BY event.id DESC
    LIMIT 1
) step
WHERE agreement.reason <> ''
ON CONFLICT (event_id) DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0032_each_step_of_an_agreement_keeps_why"), ("journal", "0001_initial")]

    operations = [migrations.RunSQL(WRITE, migrations.RunSQL.noop)]

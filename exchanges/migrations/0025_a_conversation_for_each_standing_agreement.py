"""Each standing agreement gets a conversation, which begins with what was written along when it was asked."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from exchanges.migrations._foreign_keys import add_foreign_key

_STAFF = """
    EXISTS (SELECT FROM accounts_hubstaff staff WHERE staff.user_id = {by} AND staff.hub_id = ANY (agreement.hub_ids))
    AND NOT EXISTS (
        SELECT FROM accounts_membership own
        WHERE own.user_id = {by} AND own.organisation_id IN (agreement.requester_id, agreement.owner_id)
    )
"""
#: Staff of a hub read along from their first step on behalf of a side on, as they did before.
BEGIN = f"""
INSERT INTO exchanges_conversation (agreement_id, hub_since)
SELECT agreement.id, (
    SELECT min(event.at) FROM journal_event event
    WHERE event.subject_kind = 'exchanges.standingagreement' AND event.subject_id = agreement.id
        AND event.verb NOT IN ('agreement.followed_up', 'agreement.let_go', 'agreement.noted')
        AND {_STAFF.format(by="event.by_id")}
)
FROM exchanges_standingagreement agreement ORDER BY agreement.id
"""
MOVE = f"""
INSERT INTO exchanges_message
    (conversation_id, author_id, role, side, text, whole_text, left_out, sent_at, idempotency_key)
SELECT talk.id, agreement.asked_by_id, CASE WHEN {_STAFF.format(by="agreement.asked_by_id")} THEN 'hub' ELSE 'requester' END,
    'requester', agreement.remark, '', 0, agreement.created_at, ''
FROM exchanges_standingagreement agreement JOIN exchanges_conversation talk ON talk.agreement_id = agreement.id
WHERE agreement.remark <> '' ORDER BY agreement.id
"""  # noqa: S608, E501 – nothing in it comes from outside
_NONE = {"exchange__isnull": True, "agreement__isnull": True, "enquiry__isnull": True}


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_a_number_that_several_claim"),
        ("exchanges", "0024_a_hub_takes_a_proposal_back"),
        ("journal", "0010_letters_that_came_back"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="conversation", name="conversation_about_one"),
        add_foreign_key(
            "conversation",
            "agreement",
            models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="conversation",
                to="exchanges.standingagreement",
            ),
            "exchanges_standingagreement",
        ),
        # Nothing may wait to be checked when a table is altered.
        migrations.RunSQL([BEGIN, MOVE, "SET CONSTRAINTS ALL IMMEDIATE"]),
        migrations.AddConstraint(
            model_name="conversation",
            constraint=models.CheckConstraint(
                name="conversation_about_one",
                condition=Q(**_NONE | {"exchange__isnull": False})
                | Q(**_NONE | {"agreement__isnull": False})
                | Q(**_NONE | {"enquiry__isnull": False, "hub_since__isnull": True}),
            ),
        ),
        migrations.RemoveField("standingagreement", "remark"),
    ]

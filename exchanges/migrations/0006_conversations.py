"""Each exchange gets a conversation, and what was written about it moves there."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def moved(table: str) -> list[str]:
    """What brings the rows of a table from an exchange to its conversation.

    Django's own way to add or drop a foreign key sends two commands at once, which our connections don't take.
    """
    return [
        f"ALTER TABLE {table} ADD COLUMN conversation_id bigint",
        f"""
        UPDATE {table} moved SET conversation_id = conversation.id
        FROM exchanges_conversation conversation WHERE conversation.exchange_id = moved.exchange_id
        """,
        # Nothing may wait to be checked when a table is altered.
        "SET CONSTRAINTS ALL IMMEDIATE",
        f"ALTER TABLE {table} ALTER COLUMN conversation_id SET NOT NULL",
        f"""
        ALTER TABLE {table} ADD CONSTRAINT {table}_conversation_id_fk
        FOREIGN KEY (conversation_id) REFERENCES exchanges_conversation (id) DEFERRABLE INITIALLY DEFERRED
        """,
        f"CREATE INDEX {table}_conversation_id ON {table} (conversation_id)",
        # Its index, foreign key and constraints go along.
        f"ALTER TABLE {table} DROP COLUMN exchange_id",
    ]


#: Every exchange has one from now on, also where nobody has written yet.
MOVE = [
    "INSERT INTO exchanges_conversation (exchange_id) SELECT id FROM exchanges_exchange ORDER BY id",
    *moved("exchanges_message"),
    *moved("exchanges_readmark"),
]


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('exchanges', '0005_calendar_feed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Conversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('exchange', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='conversation', to='exchanges.exchange')),
            ],
        ),
        migrations.RemoveConstraint(model_name='message', name='message_sent_once'),
        migrations.RemoveConstraint(model_name='readmark', name='read_mark_once'),
        migrations.AlterModelOptions(
            name='message',
            options={'ordering': ['conversation', 'pk'], 'verbose_name': 'bericht', 'verbose_name_plural': 'berichten'},
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(MOVE),
            ],
            [
                migrations.RemoveField(model_name='message', name='exchange'),
                migrations.RemoveField(model_name='readmark', name='exchange'),
                migrations.AddField(
                    model_name='message',
                    name='conversation',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='exchanges.conversation'),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name='readmark',
                    name='conversation',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='read_marks', to='exchanges.conversation'),
                    preserve_default=False,
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('idempotency_key', ''), _negated=True), fields=('conversation', 'idempotency_key'), name='message_sent_once'),
        ),
        migrations.AddConstraint(
            model_name='readmark',
            constraint=models.UniqueConstraint(fields=('conversation', 'user'), name='read_mark_once'),
        ),
    ]

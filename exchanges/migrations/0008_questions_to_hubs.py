"""Questions to hubs, each with a conversation; the people of a hub read those of exchanges once they were asked in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


#: Where the people of a hub wrote, acted for a side, or were to decide, they read on.
HUB_WAS_IN = [
    """
    UPDATE exchanges_conversation conversation SET hub_since = now() FROM exchanges_exchange exchange
    WHERE exchange.id = conversation.exchange_id AND (
        exchange.state = 'disputed'
        OR EXISTS (SELECT FROM exchanges_exchangestep step WHERE step.exchange_id = exchange.id AND step.role = 'hub')
        OR EXISTS (SELECT FROM exchanges_message said WHERE said.conversation_id = conversation.id AND said.role = 'hub')
    )
    """,
    "SET CONSTRAINTS ALL IMMEDIATE",
]


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_one_spelling_of_addresses'),
        ('exchanges', '0007_mail_that_comes_in'),
        ('geo', '0004_municipalities_have_an_english_name'),
        ('listings', '0006_bookings_are_reservations'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='hub_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(HUB_WAS_IN),
        # Django's own way to change a foreign key sends two commands at once, which our connections don't take.
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL("ALTER TABLE exchanges_conversation ALTER COLUMN exchange_id DROP NOT NULL")],
            [
                migrations.AlterField(
                    model_name='conversation',
                    name='exchange',
                    field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conversation', to='exchanges.exchange'),
                ),
            ],
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_nearest', models.BooleanField(default=False)),
                ('subject', models.CharField(max_length=120, verbose_name='onderwerp')),
                ('state', models.CharField(choices=[('open', 'wacht op de hub'), ('answered', 'beantwoord'), ('closed', 'afgesloten')], default='open', max_length=10, verbose_name='stand')),
                ('ended_by', models.CharField(blank=True, choices=[('hub', 'de hub'), ('asker', 'de vrager'), ('silence', 'niemand schreef nog'), ('unanswered', 'er kwam geen antwoord')], max_length=10)),
                ('created_at', models.DateTimeField()),
                ('state_since', models.DateTimeField()),
                ('taken_up_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('idempotency_key', models.CharField(max_length=64)),
                ('asker', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='enquiries', to=settings.AUTH_USER_MODEL)),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='enquiries', to='geo.hub')),
                ('listing', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='listings.listing')),
                ('municipality', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='geo.municipality')),
                ('organisation', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.organisation')),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'vraag aan de hub',
                'verbose_name_plural': 'vragen aan de hub',
            },
        ),
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL([
                    "ALTER TABLE exchanges_conversation ADD COLUMN enquiry_id bigint UNIQUE",
                    """
                    ALTER TABLE exchanges_conversation ADD CONSTRAINT exchanges_conversation_enquiry_id_fk
                    FOREIGN KEY (enquiry_id) REFERENCES exchanges_enquiry (id) DEFERRABLE INITIALLY DEFERRED
                    """,
                ]),
            ],
            [
                migrations.AddField(
                    model_name='conversation',
                    name='enquiry',
                    field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='conversation', to='exchanges.enquiry'),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name='conversation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('enquiry__isnull', True), ('exchange__isnull', False)), models.Q(('enquiry__isnull', False), ('exchange__isnull', True), ('hub_since__isnull', True)), _connector='OR'), name='conversation_about_one'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='enquiry_due'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(fields=['hub', 'state', 'state_since'], name='enquiry_of_hub'),
        ),
        migrations.AddIndex(
            model_name='enquiry',
            index=models.Index(fields=['asker', '-state_since'], name='enquiry_of_asker'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.UniqueConstraint(fields=('asker', 'idempotency_key'), name='enquiry_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'answered', 'closed'])), name='enquiry_state_known'),
        ),
        migrations.AddConstraint(
            model_name='enquiry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', True), ('ended_by__in', ['hub', 'asker', 'silence', 'unanswered']), ('state', 'closed')), models.Q(('due_at__isnull', False), ('ended_by', ''), ('state__in', ['open', 'answered'])), _connector='OR'), name='enquiry_open_falls_due'),
        ),
    ]

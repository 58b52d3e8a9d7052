"""What comes back by agreement: standing agreements, and a delivery for each of their dates."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_a_number_that_several_claim'),
        ('exchanges', '0015_who_counts_on_a_proposal_hears_that_it_lapsed'),
        ('listings', '0010_streams_count_by_their_period'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StandingAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('asked', 'gevraagd'), ('agreed', 'loopt'), ('paused', 'gepauzeerd'), ('declined', 'geweigerd'), ('withdrawn', 'ingetrokken'), ('lapsed', 'vervallen'), ('ended', 'gestopt')], default='asked', max_length=10, verbose_name='stand')),
                ('version', models.PositiveIntegerField(default=0)),
                ('hub_ids', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None)),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='hoeveelheid per levering')),
                ('unit', models.CharField(choices=[('kg', 'kg'), ('tonne', 'ton'), ('piece', 'stuks'), ('m', 'm'), ('m2', 'm²'), ('m3', 'm³'), ('litre', 'liter'), ('pallet', 'pallets vol'), ('box', 'dozen'), ('roll', 'rollen'), ('bag', 'zakken')], max_length=10, verbose_name='eenheid')),
                ('rhythm', models.CharField(choices=[('weeks', 'weken'), ('months', 'maanden')], default='weeks', max_length=6, verbose_name='ritme')),
                ('every', models.PositiveSmallIntegerField(default=1, verbose_name='om de hoeveel')),
                ('starts_on', models.DateField(verbose_name='eerste levering')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='tot en met')),
                ('from_time', models.TimeField(blank=True, null=True, verbose_name='van')),
                ('to_time', models.TimeField(blank=True, null=True, verbose_name='tot')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='waar en hoe')),
                ('remark', models.TextField(blank=True, max_length=1000, verbose_name='bericht')),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='waarom')),
                ('created_at', models.DateTimeField()),
                ('state_since', models.DateTimeField()),
                ('agreed_at', models.DateTimeField(null=True)),
                ('next_on', models.DateField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('deadline_at', models.DateTimeField(null=True)),
                ('idempotency_key', models.CharField(max_length=64)),
                ('agreed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='listings.listing')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='owned_agreements', to='accounts.organisation')),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requested_agreements', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'vaste afspraak',
                'verbose_name_plural': 'vaste afspraken',
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_on', models.DateField()),
                ('on', models.DateField()),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='hoeveelheid')),
                ('state', models.CharField(choices=[('planned', 'gepland'), ('made', 'gereserveerd'), ('skipped', 'overgeslagen'), ('unable', 'niets gereserveerd')], default='planned', max_length=8, verbose_name='stand')),
                ('exchange', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='delivery', to='exchanges.exchange')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='exchanges.standingagreement')),
            ],
            options={
                'verbose_name': 'levering',
                'verbose_name_plural': 'leveringen',
                'ordering': ['agreement', 'due_on'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='exchange',
            name='exchange_open_once',
        ),
        migrations.AlterField(
            model_name='exchange',
            name='started_from',
            field=models.CharField(choices=[('listing', 'zoekertje'), ('match', 'match'), ('plan', 'plan van de hub'), ('bundle', 'bundel'), ('chain', 'keten'), ('stream', 'vaste afspraak')], default='listing', max_length=8),
        ),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['accepted', 'countered', 'disputed', 'handed_over', 'no_show', 'requested', 'scheduled']), models.Q(('started_from', 'stream'), _negated=True)), fields=('listing', 'period', 'requester'), name='exchange_open_once', violation_error_message='Je organisatie vroeg dit al aan: bekijk die uitwisseling.'),
        ),
        migrations.AddIndex(
            model_name='standingagreement',
            index=models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='agreement_due'),
        ),
        migrations.AddIndex(
            model_name='standingagreement',
            index=models.Index(fields=['requester', '-state_since'], name='agreement_of_requester'),
        ),
        migrations.AddIndex(
            model_name='standingagreement',
            index=models.Index(fields=['owner', '-state_since'], name='agreement_of_owner'),
        ),
        migrations.AddIndex(
            model_name='standingagreement',
            index=django.contrib.postgres.indexes.GinIndex(fields=['hub_ids'], name='agreement_in_hubs'),
        ),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.UniqueConstraint(fields=('requester', 'idempotency_key'), name='agreement_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['agreed', 'asked', 'paused'])), fields=('listing', 'requester'), name='agreement_open_once', violation_error_message='Je organisatie heeft hiervoor al een vaste afspraak: bekijk die.'),
        ),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'agreed', 'paused', 'declined', 'withdrawn', 'lapsed', 'ended'])), name='agreement_state_known'),
        ),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.CheckConstraint(condition=models.Q(('requester', models.F('owner')), _negated=True), name='agreement_between_two'),
        ),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='agreement_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.CheckConstraint(condition=models.Q(('every__gte', 1), ('every__lte', 12), ('rhythm__in', ['weeks', 'months'])), name='agreement_rhythm_known'),
        ),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('state__in', ['agreed', 'asked', 'paused'])), models.Q(models.Q(('state__in', ['agreed', 'asked', 'paused']), _negated=True), ('due_at__isnull', True)), _connector='OR'), name='agreement_open_falls_due'),
        ),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_time__isnull', True), ('to_time__isnull', True)), ('to_time__gt', models.F('from_time')), _connector='OR'), name='agreement_times_both'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('agreement', 'due_on'), name='delivery_once'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'made', 'skipped', 'unable'])), name='delivery_state_known'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='delivery_quantity_positive'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'made'), _negated=True), ('exchange__isnull', False), _connector='OR'), name='delivery_made_has_exchange'),
        ),
    ]

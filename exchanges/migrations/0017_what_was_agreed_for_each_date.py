"""A date keeps its own hours and place, and what was asked stands beside a counter-offer."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def give_dates_their_own(apps, schema_editor):
    """Until now they had those of their agreement."""
    deliveries = apps.get_model('exchanges', 'Delivery').objects
    of = apps.get_model('exchanges', 'StandingAgreement').objects.filter(pk=OuterRef('agreement'))
    deliveries.update(**{name: Subquery(of.values(name)) for name in ('from_time', 'to_time', 'place')})


OPEN = ['agreed', 'asked', 'countered', 'paused']


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0016_standing_agreements'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='from_time',
            field=models.TimeField(blank=True, null=True, verbose_name='van'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='to_time',
            field=models.TimeField(blank=True, null=True, verbose_name='tot'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='place',
            field=models.CharField(blank=True, default='', max_length=200, verbose_name='waar en hoe'),
            preserve_default=False,
        ),
        migrations.RunPython(give_dates_their_own, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_time__isnull', True), ('to_time__isnull', True)), ('to_time__gt', models.F('from_time')), _connector='OR'), name='delivery_times_both'),
        ),
        migrations.AddField(
            model_name='standingagreement',
            name='asked_terms',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name='standingagreement',
            name='state',
            field=models.CharField(choices=[('asked', 'gevraagd'), ('countered', 'tegenvoorstel'), ('agreed', 'loopt'), ('paused', 'gepauzeerd'), ('declined', 'geweigerd'), ('withdrawn', 'ingetrokken'), ('lapsed', 'vervallen'), ('ended', 'gestopt')], default='asked', max_length=10, verbose_name='stand'),
        ),
        migrations.RemoveConstraint(model_name='standingagreement', name='agreement_open_once'),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', OPEN)), fields=('listing', 'requester'), name='agreement_open_once', violation_error_message='Je organisatie heeft hiervoor al een vaste afspraak: bekijk die.'),
        ),
        migrations.RemoveConstraint(model_name='standingagreement', name='agreement_state_known'),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['asked', 'countered', 'agreed', 'paused', 'declined', 'withdrawn', 'lapsed', 'ended'])), name='agreement_state_known'),
        ),
        migrations.RemoveConstraint(model_name='standingagreement', name='agreement_open_falls_due'),
        migrations.AddConstraint(
            model_name='standingagreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_at__isnull', False), ('state__in', OPEN)), models.Q(models.Q(('state__in', OPEN), _negated=True), ('due_at__isnull', True)), _connector='OR'), name='agreement_open_falls_due'),
        ),
    ]

"""An exchange is about one period of its listing: a lot, or a week of a service. A service's line is told apart."""

import datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0012_exchanges_that_belong_together'),
        ('listings', '0008_bookings_made_by_hand'),
    ]

    operations = [
        migrations.AddField(
            model_name='exchange',
            name='period',
            field=models.DateField(db_default=datetime.date(1, 1, 2), default=datetime.date(1, 1, 2)),
        ),
        migrations.RemoveConstraint(model_name='exchange', name='exchange_open_once'),
        migrations.AddConstraint(
            model_name='exchange',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['accepted', 'countered', 'disputed', 'handed_over', 'no_show', 'requested', 'scheduled'])), fields=('listing', 'period', 'requester'), name='exchange_open_once', violation_error_message='Je organisatie vroeg dit al aan: bekijk die uitwisseling.'),
        ),
        migrations.RemoveConstraint(model_name='arrangement', name='arrangement_kind_known'),
        migrations.AlterField(
            model_name='arrangement',
            name='kind',
            field=models.CharField(choices=[('bundle', 'bundel'), ('weeks', 'weken van een dienst')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='arrangement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['bundle', 'weeks'])), name='arrangement_kind_known'),
        ),
        migrations.AlterField(
            model_name='impactentry',
            name='unknown',
            field=models.CharField(blank=True, choices=[('weight', 'het gewicht is niet bekend'), ('factor', 'geen bron zegt wat het maken van dit materiaal uitstoot'), ('distance', 'de afstand is niet bekend'), ('service', 'een dienst: wat ze vermijdt, telt bij wie het daarna krijgt')], max_length=10),
        ),
        migrations.RemoveConstraint(model_name='impactentry', name='impact_known_or_why'),
        migrations.AddConstraint(
            model_name='impactentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('avoided_kg_co2e__isnull', False), ('high_kg_co2e__isnull', False), ('low_kg_co2e__isnull', False), ('unknown', '')), models.Q(('avoided_kg_co2e', None), ('high_kg_co2e', None), ('low_kg_co2e', None), ('unknown__in', ['weight', 'factor', 'distance', 'service'])), _connector='OR'), name='impact_known_or_why'),
        ),
    ]

"""Exchanges that are begun in one go belong to an arrangement, such as a bundle."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from exchanges.migrations._foreign_keys import add_foreign_key


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('exchanges', '0011_carriers_of_waste'),
    ]

    operations = [
        migrations.CreateModel(
            name='Arrangement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('bundle', 'bundel')], max_length=10)),
                ('idempotency_key', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField()),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requester', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arrangements', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'samenhang',
                'verbose_name_plural': 'samenhangen',
                'constraints': [models.UniqueConstraint(fields=('requester', 'idempotency_key'), name='arrangement_asked_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['bundle'])), name='arrangement_kind_known')],
            },
        ),
        add_foreign_key(
            "exchange",
            "arrangement",
            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='exchanges', to='exchanges.arrangement'),
            "exchanges_arrangement",
        ),
        migrations.AlterField(
            model_name='exchange',
            name='started_from',
            field=models.CharField(choices=[('listing', 'zoekertje'), ('match', 'match'), ('plan', 'plan van de hub'), ('bundle', 'bundel')], default='listing', max_length=8),
        ),
    ]

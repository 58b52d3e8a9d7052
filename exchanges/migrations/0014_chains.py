"""A proposal may have a service in between; what begins by it are the two exchanges of a chain."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from exchanges.migrations._foreign_keys import add_foreign_key


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('geo', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('exchanges', '0013_a_week_of_a_service_is_asked_for'),
    ]

    operations = [
        migrations.AddField(model_name='arrangement', name='fell_at', field=models.DateTimeField(null=True)),
        migrations.RemoveConstraint(model_name='arrangement', name='arrangement_kind_known'),
        migrations.AlterField(
            model_name='arrangement',
            name='kind',
            field=models.CharField(choices=[('bundle', 'bundel'), ('weeks', 'weken van een dienst'), ('chain', 'keten')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='arrangement',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['bundle', 'weeks', 'chain'])), name='arrangement_kind_known'),
        ),
        add_foreign_key(
            "exchange",
            "via",
            models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='listings.listing'),
            "listings_listing",
        ),
        migrations.AlterField(
            model_name='exchange',
            name='started_from',
            field=models.CharField(choices=[('listing', 'zoekertje'), ('match', 'match'), ('plan', 'plan van de hub'), ('bundle', 'bundel'), ('chain', 'keten')], default='listing', max_length=8),
        ),
        migrations.RemoveConstraint(model_name='proposal', name='proposal_open_once'),
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL("ALTER TABLE exchanges_proposal ALTER COLUMN hub_id DROP NOT NULL")],
            [
                migrations.AlterField(
                    model_name='proposal',
                    name='hub',
                    field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='geo.hub'),
                ),
            ],
        ),
        add_foreign_key(
            "proposal",
            "proposed_for",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.organisation'),
            "accounts_organisation",
        ),
        add_foreign_key(
            "proposal",
            "service",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='proposals_as_service', to='listings.listing'),
            "listings_listing",
        ),
        migrations.AddField(model_name='proposal', name='week', field=models.DateField(null=True)),
        migrations.AddField(
            model_name='proposal',
            name='quantity',
            field=models.DecimalField(decimal_places=3, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)]),
        ),
        migrations.AddField(
            model_name='proposal',
            name='work',
            field=models.DecimalField(decimal_places=3, max_digits=14, null=True, validators=[django.core.validators.MinValueValidator(0)]),
        ),
        migrations.AddField(
            model_name='proposal',
            name='service_answer',
            field=models.CharField(blank=True, choices=[('yes', 'ja'), ('no', 'nee')], max_length=3),
        ),
        add_foreign_key(
            "proposal",
            "service_by",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
            "accounts_user",
        ),
        add_foreign_key(
            "proposal",
            "arrangement",
            models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='proposal', to='exchanges.arrangement'),
            "exchanges_arrangement",
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.UniqueConstraint(condition=models.Q(('arrangement', None), ('exchange', None), models.Q(('supply_answer', 'no'), _negated=True), models.Q(('service_answer', 'no'), _negated=True), models.Q(('demand_answer', 'no'), _negated=True)), fields=('supply', 'demand', 'service'), name='proposal_open_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('hub__isnull', False), ('proposed_for', None)), models.Q(('hub', None), ('proposed_for__isnull', False), ('service__isnull', False)), _connector='OR'), name='proposal_of_somebody'),
        ),
        migrations.AddConstraint(
            model_name='proposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quantity', None), ('service', None), ('week', None), ('work', None)), models.Q(('quantity__gt', 0), ('service__isnull', False), ('week__isnull', False), ('work__gt', 0)), _connector='OR'), name='proposal_of_a_chain_says_what'),
        ),
    ]

"""What of a listing is held, given and free: counted by lot, week and delivery, and searched by.

The tokens of the inverted index are made anew from what is free; a generated column can't be altered in place.
"""

import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import DecimalField, F, Func, Q, Value
from django.db.models.functions import NullIf, Round

from listings.migrations._balance_sql import TRIGGERS, UNDO
from listings.migrations._initial_sql import one_by_one


FREE = F("quantity") - F("taken_quantity")
FREE_MASS = Round(
    F("mass_kg")
    * (F("quantity") - F("taken_quantity"))
    / NullIf(F("quantity"), Value(0), output_field=DecimalField(max_digits=14, decimal_places=3)),
    precision=3,
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_one_spelling_of_addresses'),
        ('listings', '0004_mistakes_as_codes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='listing',
            name='taken_quantity',
            field=models.DecimalField(db_default=0, decimal_places=3, default=0, editable=False, max_digits=14),
        ),
        migrations.RemoveIndex("listing", "found_by_facets"),
        migrations.RemoveField("listing", "facets"),
        migrations.AddField(
            "listing",
            "facets",
            models.GeneratedField(
                expression=Func(
                    "kind", "condition", "price_kind", "price_eur", "unit", FREE, FREE_MASS, "available_until",
                    "material_number", "needs_services", "service_kinds", "hub_ids", "shown_location",
                    function="listing_facets",
                ),
                output_field=django.contrib.postgres.fields.ArrayField(models.TextField()),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "listing",
            GinIndex(fields=["facets", "search_vector"], name="found_by_facets", condition=Q(status="published")),
        ),
        migrations.AddField(
            "listing",
            "free_quantity",
            models.GeneratedField(
                expression=FREE, output_field=DecimalField(max_digits=14, decimal_places=3, null=True), db_persist=True
            ),
        ),
        migrations.AddField(
            "listing",
            "free_mass_kg",
            models.GeneratedField(
                expression=FREE_MASS,
                output_field=DecimalField(max_digits=16, decimal_places=3, null=True),
                db_persist=True,
            ),
        ),
        migrations.CreateModel(
            name='Balance',
            fields=[
                ('pk', models.CompositePrimaryKey('listing_id', 'period', blank=True, editable=False, primary_key=True, serialize=False)),
                ('period', models.DateField()),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14)),
                ('splittable', models.BooleanField()),
                ('held', models.DecimalField(decimal_places=3, max_digits=14)),
                ('given', models.DecimalField(decimal_places=3, max_digits=14)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='balances', to='listings.listing')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('given__gte', 0), ('held__gte', 0), ('quantity__gte', django.db.models.expressions.CombinedExpression(models.F('held'), '+', models.F('given')))), name='never_oversold', violation_error_message='Er is niet meer zoveel vrij.'), models.CheckConstraint(condition=models.Q(('splittable', True), models.Q(models.Q(('held', 0), ('held', models.F('quantity')), _connector='OR'), models.Q(('given', 0), ('given', models.F('quantity')), _connector='OR')), _connector='OR'), name='goes_whole', violation_error_message='Deze partij gaat alleen in haar geheel weg.')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.DateField(default=datetime.date(1, 1, 2), verbose_name='periode')),
                ('quantity', models.DecimalField(decimal_places=3, max_digits=14, verbose_name='hoeveelheid')),
                ('given_quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True)),
                ('state', models.CharField(choices=[('held', 'gereserveerd'), ('given', 'gegeven'), ('released', 'vrijgegeven')], default='held', max_length=8)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='nota')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reservations', to='listings.listing')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reservations', to='accounts.organisation')),
                ('supply', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='reserved_for', to='listings.listing')),
            ],
            options={
                'verbose_name': 'reservatie',
                'verbose_name_plural': 'reservaties',
                'ordering': ['period', 'id'],
                'indexes': [models.Index(fields=['listing', 'period'], name='reservation_of_period')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='reservation_quantity_positive', violation_error_message='De hoeveelheid moet meer dan 0 zijn.'), models.CheckConstraint(condition=models.Q(models.Q(('given_quantity__gte', 0), ('given_quantity__isnull', False), ('state', 'given')), models.Q(models.Q(('state', 'given'), _negated=True), ('given_quantity__isnull', True)), _connector='OR'), name='reservation_given_says_how_much')],
            },
        ),
        migrations.RunSQL(one_by_one(TRIGGERS), one_by_one(UNDO)),
    ]

import django.contrib.gis.db.models.fields
import django.contrib.gis.db.models.functions
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import maps.style
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0004_a_number_that_several_claim'),
        ('geo', '0004_municipalities_have_an_english_name'),
        ('listings', '0008_bookings_made_by_hand'),
        ('materials', '0002_what_a_material_asks'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MaterialMap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='titel')),
                ('description', models.TextField(blank=True, max_length=4000, verbose_name='beschrijving')),
                ('licence', models.CharField(choices=[('gratis', 'Modellicentie Gratis Hergebruik (Vlaanderen)'), ('cc0', 'CC0 1.0'), ('cc_by', 'CC BY 4.0'), ('odbl', 'ODbL 1.0'), ('reserved', 'geen hergebruik zonder toestemming')], default='gratis', max_length=10, verbose_name='licentie')),
                ('attribution', models.CharField(blank=True, max_length=200, verbose_name='bronvermelding')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='volgorde')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('slug', models.SlugField(max_length=80, verbose_name='adres')),
                ('is_fictional', models.BooleanField(default=False, verbose_name='fictief')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deleted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='maps', to='geo.hub')),
            ],
            options={
                'verbose_name': 'materiaalkaart',
                'verbose_name_plural': 'materiaalkaarten',
                'ordering': ['hub__name', 'order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='MapLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='titel')),
                ('description', models.TextField(blank=True, max_length=4000, verbose_name='beschrijving')),
                ('licence', models.CharField(choices=[('gratis', 'Modellicentie Gratis Hergebruik (Vlaanderen)'), ('cc0', 'CC0 1.0'), ('cc_by', 'CC BY 4.0'), ('odbl', 'ODbL 1.0'), ('reserved', 'geen hergebruik zonder toestemming')], default='gratis', max_length=10, verbose_name='licentie')),
                ('attribution', models.CharField(blank=True, max_length=200, verbose_name='bronvermelding')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='volgorde')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('deleted_at', models.DateTimeField(editable=False, null=True)),
                ('geometry_kind', models.CharField(choices=[('points', 'punten'), ('lines', 'lijnen'), ('polygons', 'vlakken'), ('any', 'punten, lijnen en vlakken')], default='any', max_length=10, verbose_name='vormen')),
                ('style', models.JSONField(default=maps.style.default_style, verbose_name='stijl')),
                ('visibility', models.SmallIntegerField(choices=[(1, 'alleen de eigenaar en de beheerders van de hub'), (2, 'de hub, en wie er een recht op heeft'), (3, 'de partners van de hub'), (4, 'iedereen')], default=4, verbose_name='zichtbaar voor')),
                ('verify_every_months', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='nakijken om de zoveel maanden')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deleted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='layers', to='maps.materialmap')),
            ],
            options={
                'verbose_name': 'laag',
                'verbose_name_plural': 'lagen',
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='MapFeature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('stock', 'Voorraad'), ('flow', 'Stroom')], max_length=10, verbose_name='soort')),
                ('state', models.CharField(choices=[('draft', 'Concept'), ('review', 'Na te kijken'), ('published', 'Gepubliceerd'), ('withdrawn', 'Ingetrokken')], default='draft', max_length=10, verbose_name='status')),
                ('visibility', models.SmallIntegerField(choices=[(1, 'alleen de eigenaar en de beheerders van de hub'), (2, 'de hub, en wie er een recht op heeft'), (3, 'de partners van de hub'), (4, 'iedereen')], default=4, verbose_name='zichtbaar voor')),
                ('title', models.CharField(max_length=140, verbose_name='titel')),
                ('description', models.TextField(blank=True, max_length=4000, verbose_name='beschrijving')),
                ('quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name='hoeveelheid')),
                ('unit', models.CharField(blank=True, choices=[('kg', 'kg'), ('tonne', 'ton'), ('piece', 'stuks'), ('m', 'm'), ('m2', 'm²'), ('m3', 'm³'), ('litre', 'liter'), ('pallet', 'pallets vol'), ('box', 'dozen'), ('roll', 'rollen'), ('bag', 'zakken')], max_length=10, verbose_name='eenheid')),
                ('mass_kg', models.DecimalField(decimal_places=3, editable=False, max_digits=16, null=True)),
                ('quantity_basis', models.CharField(choices=[('estimated', 'geschat'), ('measured', 'gemeten'), ('unknown', 'onbekend')], default='unknown', max_length=10, verbose_name='hoe weet je de hoeveelheid')),
                ('period', models.CharField(blank=True, choices=[('day', 'per dag'), ('week', 'per week'), ('month', 'per maand'), ('year', 'per jaar')], max_length=10, verbose_name='periode')),
                ('season_months', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)]), blank=True, default=list, size=None, verbose_name='maanden')),
                ('form', models.CharField(blank=True, max_length=200, verbose_name='vorm')),
                ('composition', models.TextField(blank=True, max_length=1000, verbose_name='samenstelling')),
                ('contaminants', models.TextField(blank=True, max_length=1000, verbose_name='verontreiniging')),
                ('declared_status', models.CharField(choices=[('product', 'product'), ('by_product', 'bijproduct'), ('waste', 'afvalstof'), ('unsure', 'weet ik niet')], default='unsure', max_length=10, verbose_name='juridische status')),
                ('eural_code', models.CharField(blank=True, max_length=8, verbose_name='euralcode')),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='naam van de bron')),
                ('source_reference', models.CharField(blank=True, max_length=200, verbose_name='nummer bij de bron')),
                ('destination', models.CharField(blank=True, max_length=200, verbose_name='huidige bestemming')),
                ('available_from', models.DateField(blank=True, null=True, verbose_name='beschikbaar van')),
                ('available_until', models.DateField(blank=True, null=True, verbose_name='beschikbaar tot')),
                ('certainty', models.CharField(choices=[('confirmed', 'bevestigd door de bron'), ('likely', 'waarschijnlijk'), ('unsure', 'onzeker')], default='unsure', max_length=10, verbose_name='zekerheid')),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=4326, verbose_name='plek')),
                ('position', models.GeneratedField(db_persist=True, expression=django.contrib.gis.db.models.functions.Transform('geometry', 3812), output_field=django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=3812))),
                ('verified_at', models.DateTimeField(editable=False, null=True, verbose_name='laatst nagekeken')),
                ('verify_by', models.DateField(editable=False, null=True, verbose_name='na te kijken tegen')),
                ('review_note', models.TextField(blank=True, editable=False, max_length=1000, verbose_name='waarom teruggestuurd')),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('material', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='materials.material', verbose_name='materiaal')),
                ('municipality', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='geo.municipality')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='eigenaar bij de hub')),
                ('site', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.site', verbose_name='vestiging')),
                ('source_organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='map_features', to='accounts.organisation', verbose_name='organisatie van de bron')),
                ('verified_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('layer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='features', to='maps.maplayer')),
            ],
            options={
                'verbose_name': 'element',
                'verbose_name_plural': 'elementen',
            },
        ),
        migrations.CreateModel(
            name='MapLayerCell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.SmallIntegerField()),
                ('x', models.IntegerField()),
                ('y', models.IntegerField()),
                ('state', models.CharField(max_length=10)),
                ('visibility', models.SmallIntegerField()),
                ('count', models.IntegerField()),
                ('sum_x', models.BigIntegerField()),
                ('sum_y', models.BigIntegerField()),
                ('layer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='maps.maplayer')),
            ],
        ),
        migrations.CreateModel(
            name='MapLayerCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=10)),
                ('visibility', models.SmallIntegerField()),
                ('count', models.IntegerField()),
                ('layer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='maps.maplayer')),
            ],
        ),
        migrations.CreateModel(
            name='MapLayerShown',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='volgorde')),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shown_on', to='maps.maplayer')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shown_layers', to='maps.materialmap')),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PartnerGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='naam')),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='partner_groups', to='geo.hub')),
                ('organisations', models.ManyToManyField(related_name='partner_groups', to='accounts.organisation', verbose_name='organisaties')),
            ],
            options={
                'verbose_name': 'groep van partners',
                'verbose_name_plural': 'groepen van partners',
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='LayerRight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('power', models.SmallIntegerField(choices=[(1, 'bekijken'), (2, 'voorstellen'), (3, 'bewerken'), (4, 'publiceren')], verbose_name='recht')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='layer_rights', to='accounts.organisation', verbose_name='organisatie')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='layer_rights', to=settings.AUTH_USER_MODEL, verbose_name='persoon')),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rights', to='maps.maplayer')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='layer_rights', to='maps.partnergroup', verbose_name='groep')),
            ],
            options={
                'verbose_name': 'recht op een laag',
                'verbose_name_plural': 'rechten op lagen',
                'ordering': ['layer', 'id'],
            },
        ),
        migrations.CreateModel(
            name='FeatureProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('base_version', models.PositiveIntegerField()),
                ('changes', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name='voorstel')),
                ('comment', models.TextField(blank=True, max_length=1000, verbose_name='toelichting')),
                ('proposed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('state', models.CharField(choices=[('open', 'na te kijken'), ('accepted', 'aangenomen'), ('sent_back', 'teruggestuurd'), ('taken_back', 'teruggenomen')], default='open', max_length=10, verbose_name='status')),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='reden')),
                ('decided_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('feature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='maps.mapfeature')),
            ],
            options={
                'verbose_name': 'voorstel',
                'verbose_name_plural': 'voorstellen',
                'ordering': ['proposed_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['feature'], name='proposal_open')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'sent_back', 'taken_back'])), name='map_proposal_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='map_proposal_decided_says_when'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent_back'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='map_proposal_sent_back_says_why', violation_error_message='Zeg waarom je dit terugstuurt.')],
            },
        ),
        migrations.CreateModel(
            name='MapFeatureListing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('feature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='listings', to='maps.mapfeature')),
                ('listing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='map_features', to='listings.listing')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('feature', 'listing'), name='feature_of_listing_once', violation_error_message='Dit element hangt al aan dat zoekertje.')],
            },
        ),
        migrations.CreateModel(
            name='MapFeaturePhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('image', models.ImageField(max_length=200, upload_to='photos', verbose_name='foto')),
                ('alt', models.CharField(blank=True, max_length=200, verbose_name='wat staat erop')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('feature', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='maps.mapfeature')),
            ],
            options={
                'verbose_name': 'foto',
                'verbose_name_plural': "foto's",
                'ordering': ['position', 'id'],
                'indexes': [models.Index(fields=['image'], name='map_photo_by_file')],
            },
        ),
        migrations.CreateModel(
            name='MapFeatureVersion',
            fields=[
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('stock', 'Voorraad'), ('flow', 'Stroom')], max_length=10, verbose_name='soort')),
                ('state', models.CharField(choices=[('draft', 'Concept'), ('review', 'Na te kijken'), ('published', 'Gepubliceerd'), ('withdrawn', 'Ingetrokken')], default='draft', max_length=10, verbose_name='status')),
                ('visibility', models.SmallIntegerField(choices=[(1, 'alleen de eigenaar en de beheerders van de hub'), (2, 'de hub, en wie er een recht op heeft'), (3, 'de partners van de hub'), (4, 'iedereen')], default=4, verbose_name='zichtbaar voor')),
                ('title', models.CharField(max_length=140, verbose_name='titel')),
                ('description', models.TextField(blank=True, max_length=4000, verbose_name='beschrijving')),
                ('quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=14, null=True, verbose_name='hoeveelheid')),
                ('unit', models.CharField(blank=True, choices=[('kg', 'kg'), ('tonne', 'ton'), ('piece', 'stuks'), ('m', 'm'), ('m2', 'm²'), ('m3', 'm³'), ('litre', 'liter'), ('pallet', 'pallets vol'), ('box', 'dozen'), ('roll', 'rollen'), ('bag', 'zakken')], max_length=10, verbose_name='eenheid')),
                ('mass_kg', models.DecimalField(decimal_places=3, editable=False, max_digits=16, null=True)),
                ('quantity_basis', models.CharField(choices=[('estimated', 'geschat'), ('measured', 'gemeten'), ('unknown', 'onbekend')], default='unknown', max_length=10, verbose_name='hoe weet je de hoeveelheid')),
                ('period', models.CharField(blank=True, choices=[('day', 'per dag'), ('week', 'per week'), ('month', 'per maand'), ('year', 'per jaar')], max_length=10, verbose_name='periode')),
                ('season_months', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)]), blank=True, default=list, size=None, verbose_name='maanden')),
                ('form', models.CharField(blank=True, max_length=200, verbose_name='vorm')),
                ('composition', models.TextField(blank=True, max_length=1000, verbose_name='samenstelling')),
                ('contaminants', models.TextField(blank=True, max_length=1000, verbose_name='verontreiniging')),
                ('declared_status', models.CharField(choices=[('product', 'product'), ('by_product', 'bijproduct'), ('waste', 'afvalstof'), ('unsure', 'weet ik niet')], default='unsure', max_length=10, verbose_name='juridische status')),
                ('eural_code', models.CharField(blank=True, max_length=8, verbose_name='euralcode')),
                ('source_name', models.CharField(blank=True, max_length=200, verbose_name='naam van de bron')),
                ('source_reference', models.CharField(blank=True, max_length=200, verbose_name='nummer bij de bron')),
                ('destination', models.CharField(blank=True, max_length=200, verbose_name='huidige bestemming')),
                ('available_from', models.DateField(blank=True, null=True, verbose_name='beschikbaar van')),
                ('available_until', models.DateField(blank=True, null=True, verbose_name='beschikbaar tot')),
                ('certainty', models.CharField(choices=[('confirmed', 'bevestigd door de bron'), ('likely', 'waarschijnlijk'), ('unsure', 'onzeker')], default='unsure', max_length=10, verbose_name='zekerheid')),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=4326, verbose_name='plek')),
                ('verified_at', models.DateTimeField(editable=False, null=True, verbose_name='laatst nagekeken')),
                ('verify_by', models.DateField(editable=False, null=True, verbose_name='na te kijken tegen')),
                ('review_note', models.TextField(blank=True, editable=False, max_length=1000, verbose_name='waarom teruggestuurd')),
                ('published_at', models.DateTimeField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('updated_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('pgh_id', models.BigAutoField(primary_key=True, serialize=False)),
                ('created_by', models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('material', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='materials.material', verbose_name='materiaal')),
                ('municipality', models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='geo.municipality')),
                ('owner', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='eigenaar bij de hub')),
                ('pgh_context', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='feature_versions', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='versions', related_query_name='versions', to='maps.mapfeature')),
                ('site', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.site', verbose_name='vestiging')),
                ('source_organisation', models.ForeignKey(blank=True, db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.organisation', verbose_name='organisatie van de bron')),
                ('verified_by', models.ForeignKey(db_constraint=False, db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('layer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='maps.maplayer')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['pgh_obj', '-pgh_id'], name='version_of_feature'), models.Index(fields=['pgh_context', 'pgh_id'], name='version_of_change')],
            },
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=models.Index(fields=['layer', 'id'], name='feature_of_layer'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=django.contrib.postgres.indexes.GistIndex(fields=['layer', 'position'], name='feature_in_layer_at'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=models.Index(condition=models.Q(('state', 'review')), fields=['layer', 'updated_at'], name='feature_to_review'),
        ),
        migrations.AddIndex(
            model_name='mapfeature',
            index=models.Index(condition=models.Q(('state', 'published')), fields=['verify_by'], name='feature_to_verify'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.UniqueConstraint(condition=models.Q(('source_reference', ''), _negated=True), fields=('layer', 'source_reference'), name='feature_reference_once', violation_error_message='Deze laag heeft al een element met dit nummer bij de bron.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['stock', 'flow'])), name='feature_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'review', 'published', 'withdrawn'])), name='feature_state_known'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', [1, 2, 3, 4])), name='feature_visibility_known'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='feature_titled', violation_error_message='Geef het element een titel.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__isnull', True), models.Q(('quantity__gt', 0), ('quantity__lte', 1000000000)), _connector='OR'), name='feature_quantity_in_range', violation_error_message='De hoeveelheid moet meer dan 0 zijn en hoogstens een miljard.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quantity__isnull', True), ('unit', '')), models.Q(('quantity__isnull', False), models.Q(('unit', ''), _negated=True)), _connector='OR'), name='feature_quantity_has_unit', violation_error_message='Een hoeveelheid heeft een eenheid nodig, en een eenheid een hoeveelheid.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'stock'), ('period', '')), models.Q(('kind', 'flow'), models.Q(('quantity__isnull', True), models.Q(('period', ''), _negated=True), _connector='OR')), _connector='OR'), name='feature_flow_has_period', violation_error_message='Zeg van een stroom per wat de hoeveelheid is; een voorraad heeft dat niet.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__isnull', False), ('quantity_basis', 'unknown'), _connector='OR'), name='feature_basis_of_quantity', violation_error_message='Geef de hoeveelheid die geschat of gemeten is.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('season_months__contained_by', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), models.Q(('kind', 'flow'), ('season_months', []), _connector='OR')), name='feature_season_of_flow', violation_error_message='Kies maanden van 1 tot 12, en enkel bij een stroom.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('available_until__isnull', True), ('available_until__gte', models.F('available_from')), _connector='OR'), name='feature_window_in_order', violation_error_message='De einddatum ligt voor de begindatum. Kies een latere einddatum.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('source_organisation__isnull', True), ('source_name', ''), _connector='OR'), name='feature_one_source', violation_error_message='Kies een organisatie, of geef een naam: niet allebei.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), ('published_at__isnull', False), _connector='OR'), name='feature_published_says_when'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='feature_version_counts'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Func('geometry', output_field=models.BooleanField(), template="(GeometryType(%(expressions)s) IN ('POINT', 'MULTIPOINT', 'LINESTRING', 'MULTILINESTRING', 'POLYGON', 'MULTIPOLYGON'))"), name='feature_geometry_of_known_type', violation_error_message='Dit soort vorm kan niet op een kaart.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Func('geometry', output_field=models.BooleanField(), template='(ST_IsValid(%(expressions)s) AND NOT ST_IsEmpty(%(expressions)s))'), name='feature_geometry_valid', violation_error_message='Deze vorm is leeg of kruist zichzelf.'),
        ),
        migrations.AddConstraint(
            model_name='mapfeature',
            constraint=models.CheckConstraint(condition=models.Func('geometry', output_field=models.BooleanField(), template='(ST_NPoints(%(expressions)s) <= 20000 AND %(expressions)s @ ST_MakeEnvelope(2.3, 49.4, 6.5, 51.6, 4326))'), name='feature_geometry_bounded', violation_error_message='Deze vorm ligt buiten België of heeft te veel punten.'),
        ),
        migrations.AddConstraint(
            model_name='maplayercell',
            constraint=models.UniqueConstraint(fields=('layer', 'level', 'x', 'y', 'state', 'visibility'), name='layer_cell_once'),
        ),
        migrations.AddConstraint(
            model_name='maplayercell',
            constraint=models.CheckConstraint(condition=models.Q(('count__gte', 0)), name='layer_cell_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='maplayercount',
            constraint=models.UniqueConstraint(fields=('layer', 'state', 'visibility'), name='layer_count_once'),
        ),
        migrations.AddConstraint(
            model_name='maplayercount',
            constraint=models.CheckConstraint(condition=models.Q(('count__gte', 0)), name='layer_count_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='materialmap',
            constraint=models.UniqueConstraint(condition=models.Q(('deleted_at', None)), fields=('hub', 'slug'), name='map_slug_once_per_hub', violation_error_message='Deze hub heeft al een kaart met dit adres.'),
        ),
        migrations.AddConstraint(
            model_name='materialmap',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='map_titled', violation_error_message='Geef de kaart een titel.'),
        ),
        migrations.AddConstraint(
            model_name='materialmap',
            constraint=models.CheckConstraint(condition=models.Q(('licence__in', ['gratis', 'cc0', 'cc_by', 'odbl', 'reserved'])), name='map_licence_known'),
        ),
        migrations.AddConstraint(
            model_name='maplayershown',
            constraint=models.UniqueConstraint(fields=('map', 'layer'), name='layer_shown_once', violation_error_message='Deze kaart toont die laag al.'),
        ),
        migrations.AddConstraint(
            model_name='maplayer',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='layer_titled', violation_error_message='Geef de laag een titel.'),
        ),
        migrations.AddConstraint(
            model_name='maplayer',
            constraint=models.CheckConstraint(condition=models.Q(('licence__in', ['gratis', 'cc0', 'cc_by', 'odbl', 'reserved'])), name='layer_licence_known'),
        ),
        migrations.AddConstraint(
            model_name='maplayer',
            constraint=models.CheckConstraint(condition=models.Q(('geometry_kind__in', ['points', 'lines', 'polygons', 'any'])), name='layer_geometry_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='maplayer',
            constraint=models.CheckConstraint(condition=models.Q(('visibility__in', [1, 2, 3, 4])), name='layer_visibility_known'),
        ),
        migrations.AddConstraint(
            model_name='maplayer',
            constraint=models.CheckConstraint(condition=models.Q(('verify_every_months', None), models.Q(('verify_every_months__gte', 1), ('verify_every_months__lte', 60)), _connector='OR'), name='layer_rhythm_in_range', violation_error_message='Kies 1 tot 60 maanden, of laat het leeg.'),
        ),
        migrations.AddConstraint(
            model_name='maplayer',
            constraint=models.CheckConstraint(condition=models.Func('style', output_field=models.BooleanField(), template="(coalesce(%(expressions)s ->> 'by', '') <> '')"), name='layer_style_says_by_what'),
        ),
        migrations.AddConstraint(
            model_name='partnergroup',
            constraint=models.UniqueConstraint(fields=('hub', 'name'), name='partner_group_name_once', violation_error_message='Deze hub heeft al een groep met die naam.'),
        ),
        migrations.AddConstraint(
            model_name='partnergroup',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='partner_group_named', violation_error_message='Geef de groep een naam.'),
        ),
        migrations.AddConstraint(
            model_name='layerright',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('group', None), ('organisation', None), ('person__isnull', False)), models.Q(('group', None), ('organisation__isnull', False), ('person', None)), models.Q(('group__isnull', False), ('organisation', None), ('person', None)), _connector='OR'), name='layer_right_has_one_holder', violation_error_message='Een recht is van één persoon, één organisatie of één groep.'),
        ),
        migrations.AddConstraint(
            model_name='layerright',
            constraint=models.CheckConstraint(condition=models.Q(('power__in', [1, 2, 3, 4])), name='layer_right_known'),
        ),
        migrations.AddConstraint(
            model_name='layerright',
            constraint=models.UniqueConstraint(fields=('layer', 'person'), name='layer_right_of_person_once'),
        ),
        migrations.AddConstraint(
            model_name='layerright',
            constraint=models.UniqueConstraint(fields=('layer', 'organisation'), name='layer_right_of_organisation_once'),
        ),
        migrations.AddConstraint(
            model_name='layerright',
            constraint=models.UniqueConstraint(fields=('layer', 'group'), name='layer_right_of_group_once'),
        ),
    ]

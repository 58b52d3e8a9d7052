import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('maps', '0005_sources_are_asked_and_documents_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MapImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('touched_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('file', models.FileField(upload_to='imports/%Y/%m')),
                ('name', models.CharField(max_length=200, verbose_name='bestand')),
                ('state', models.CharField(choices=[('waiting', 'wacht'), ('reading', 'wordt gelezen'), ('asked', 'wacht op een keuze'), ('compared', 'te vergelijken'), ('taking', 'wordt overgenomen'), ('done', 'overgenomen'), ('undone', 'teruggedraaid'), ('failed', 'niet gelezen'), ('cancelled', 'gestopt')], default='waiting', max_length=10)),
                ('choice', models.JSONField(default=dict)),
                ('reading', models.JSONField(default=dict)),
                ('question', models.JSONField(default=dict)),
                ('refusal', models.JSONField(default=dict)),
                ('counts', models.JSONField(default=dict)),
                ('moved', models.PositiveIntegerField(default=0)),
                ('change', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='maps.maplayer')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'bestand voor een laag',
                'verbose_name_plural': 'bestanden voor lagen',
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='MapImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fate', models.CharField(choices=[('added', 'nieuw'), ('changed', 'gewijzigd'), ('gone', 'verdwenen'), ('same', 'ongewijzigd'), ('withdrawn', 'ingetrokken'), ('wrong', 'fout')], max_length=10)),
                ('number', models.PositiveIntegerField()),
                ('reference', models.CharField(blank=True, max_length=200)),
                ('title', models.CharField(blank=True, max_length=140)),
                ('version', models.PositiveIntegerField(null=True)),
                ('values', models.JSONField(default=dict)),
                ('geometry', django.contrib.gis.db.models.fields.GeometryField(null=True, spatial_index=False, srid=4326)),
                ('changed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), default=list, size=None)),
                ('mistakes', models.JSONField(default=list)),
                ('moved', models.BooleanField(default=False)),
                ('chosen', models.BooleanField(default=False)),
                ('feature', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='maps.mapfeature')),
                ('map_import', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='maps.mapimport')),
            ],
            options={
                'indexes': [models.Index(fields=['map_import', 'fate', 'number', 'id'], name='import_rows_by_fate')],
                'constraints': [models.CheckConstraint(condition=models.Q(('chosen', False), ('fate__in', ['added', 'changed', 'gone']), _connector='OR'), name='import_row_chosen_can_be_taken')],
            },
        ),
    ]

import django.contrib.gis.db.models.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('maps', '0007_cells_by_kind'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SpotEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField()),
                ('digest', models.CharField(max_length=64)),
                ('reading', django.contrib.gis.db.models.fields.PointField(null=True, spatial_index=False, srid=4326)),
                ('accuracy_m', models.PositiveIntegerField(null=True)),
                ('noted_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('feature', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='spot_entry', to='maps.mapfeature')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='spot_entry_once'), models.CheckConstraint(condition=models.Q(models.Q(('accuracy_m__isnull', True), ('reading__isnull', True)), models.Q(('accuracy_m__isnull', False), ('reading__isnull', False)), _connector='OR'), name='spot_entry_reading_whole')],
            },
        ),
    ]

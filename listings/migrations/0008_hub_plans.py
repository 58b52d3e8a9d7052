import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('geo', '0002_places_and_hubs'),
        ('listings', '0007_cells'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HubPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'wacht'), ('solving', 'wordt berekend'), ('ready', 'klaar'), ('failed', 'mislukt'), ('cancelled', 'afgebroken')], default='waiting', max_length=10)),
                ('progress', models.PositiveSmallIntegerField(default=0)),
                ('result', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('hub', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plans', to='geo.hub')),
            ],
            options={
                'verbose_name': 'plan',
                'verbose_name_plural': 'plannen',
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(fields=['hub', '-created_at'], name='plan_of_hub')],
                'constraints': [
                    models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'solving'])), fields=('hub',), name='plan_running_once', violation_error_message='Er wordt al een plan gemaakt voor deze hub.'),
                    models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='plan_progress_in_range'),
                ],
            },
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0008_letters_are_refused_by_topic'),
    ]

    operations = [
        migrations.CreateModel(
            name='SetAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sweep', models.CharField(max_length=40, verbose_name='taak')),
                ('subject_kind', models.CharField(max_length=60, verbose_name='soort')),
                ('subject_id', models.BigIntegerField(verbose_name='nummer')),
                ('times', models.PositiveIntegerField(default=0, verbose_name='keren mislukt')),
                ('error', models.CharField(blank=True, max_length=500, verbose_name='fout')),
                ('first_at', models.DateTimeField(verbose_name='eerst mislukt')),
                ('last_at', models.DateTimeField(verbose_name='laatst mislukt')),
                ('again_at', models.DateTimeField(verbose_name='opnieuw vanaf')),
            ],
            options={
                'verbose_name': 'mislukte taak',
                'verbose_name_plural': 'mislukte taken',
                'ordering': ['-last_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('sweep', 'subject_kind', 'subject_id'), name='set_aside_once')],
            },
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('alerts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='savedsearch',
            name='is_called_by_words',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]

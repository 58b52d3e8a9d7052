from django.db import migrations, models
from django.db.models import Value


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0006_newest_of_a_kind'),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='attachments',
            field=models.JSONField(blank=True, db_default=Value([], models.JSONField()), default=list),
        ),
    ]

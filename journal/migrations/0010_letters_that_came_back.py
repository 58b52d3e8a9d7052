from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('journal', '0009_what_time_could_not_take'),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='bounce_untold_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='letter',
            index=models.Index(condition=models.Q(('bounce_untold_since__isnull', False)), fields=['bounce_untold_since'], name='letter_bounce_untold'),
        ),
    ]

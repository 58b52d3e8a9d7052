"""Of each proposal it is kept when its end was told. What lapsed before is told to nobody any more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0014_chains'),
    ]

    operations = [
        migrations.AddField(model_name='proposal', name='lapse_told_at', field=models.DateTimeField(null=True)),
        migrations.RunSQL(
            "UPDATE exchanges_proposal SET lapse_told_at = lapses_at WHERE lapses_at <= now()", migrations.RunSQL.noop
        ),
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(condition=models.Q(('arrangement', None), ('exchange', None), ('lapse_told_at', None)), fields=['lapses_at'], name='proposal_lapse_untold'),
        ),
    ]

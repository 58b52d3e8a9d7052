import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from maps.migrations._plain_protocol import between

#: What was kept as words of one language stays as it was said.
_ROWS = """
    UPDATE maps_mapimportrow SET mistakes = (
        SELECT jsonb_agg(jsonb_build_array('', jsonb_build_array(jsonb_build_array(
            concat_ws(': ', nullif(one ->> 0, ''), one ->> 1), '{}'::jsonb
        )))) FROM jsonb_array_elements(mistakes) one
    ) WHERE mistakes <> '[]'::jsonb
"""
_IMPORTS = """
    UPDATE maps_mapimport
    SET refusal = jsonb_build_object('says', jsonb_build_array(jsonb_build_array(refusal -> 'words', '{}'::jsonb)))
    WHERE refusal -> 'words' IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('maps', '0008_added_on_the_spot'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='mapimport',
            name='cleared_at',
            field=models.DateTimeField(null=True),
        ),
        *between(migrations.AddField(
            model_name='mapimport',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        )),
        migrations.AlterField(
            model_name='mapimport',
            name='file',
            field=models.FileField(blank=True, upload_to='imports/%Y/%m'),
        ),
        migrations.AlterField(
            model_name='mapimport',
            name='state',
            field=models.CharField(choices=[('waiting', 'wacht'), ('reading', 'wordt gelezen'), ('asked', 'wacht op een keuze'), ('compared', 'te vergelijken'), ('taking', 'wordt overgenomen'), ('done', 'overgenomen'), ('undoing', 'wordt teruggedraaid'), ('undone', 'teruggedraaid'), ('failed', 'niet gelezen'), ('cancelled', 'gestopt')], default='waiting', max_length=10),
        ),
        migrations.RunSQL(_ROWS, migrations.RunSQL.noop),
        migrations.RunSQL(_IMPORTS, migrations.RunSQL.noop),
    ]

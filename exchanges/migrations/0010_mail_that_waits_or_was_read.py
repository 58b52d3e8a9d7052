"""Mail that waits is found by an index, and so is what was read long ago."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchanges', '0009_weighing_slip'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='inboundmail',
            name='inbound_waiting',
        ),
        migrations.RemoveIndex(
            model_name='inboundmail',
            name='inbound_raw_kept',
        ),
        migrations.AlterField(
            model_name='inboundmail',
            name='raw',
            field=models.BinaryField(),
        ),
        migrations.AddIndex(
            model_name='inboundmail',
            index=models.Index(condition=models.Q(('handled_at__isnull', True)), fields=['received_at'], name='inbound_waiting'),
        ),
        migrations.AddIndex(
            model_name='inboundmail',
            index=models.Index(condition=models.Q(('handled_at__isnull', False)), fields=['handled_at'], name='inbound_read'),
        ),
    ]

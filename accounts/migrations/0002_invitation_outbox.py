import django.utils.timezone
from django.db import migrations, models
from django.db.models import F


def mark_as_sent(apps, schema_editor):
    """Those from before were handed to the worker when they were made: they don't go out a second time."""
    apps.get_model("accounts", "Invitation").objects.update(sent_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="last_error",
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.AddField(
            model_name="invitation",
            name="send_at",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="sent_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(mark_as_sent, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("accepted_at__isnull", True), ("sent_at__isnull", True)),
                fields=["send_at"],
                name="invitation_to_send",
            ),
        ),
    ]

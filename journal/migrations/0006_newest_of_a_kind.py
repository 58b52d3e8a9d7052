from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_letters_can_be_stopped")]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["subject_kind", "-id"], name="event_of_kind"),
        ),
    ]

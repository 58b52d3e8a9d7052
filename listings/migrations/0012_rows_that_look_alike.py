from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0011_changed_lately")]

    operations = [
        migrations.RemoveField(model_name="listingimport", name="again"),
        migrations.AddField(model_name="listingimport", name="choices", field=models.JSONField(default=dict)),
    ]

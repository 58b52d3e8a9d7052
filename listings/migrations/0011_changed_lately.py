from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0010_streams_count_by_their_period")]

    operations = [
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                fields=["-updated_at"], name="listing_changed_lately", condition=models.Q(("status", "published"))
            ),
        ),
    ]

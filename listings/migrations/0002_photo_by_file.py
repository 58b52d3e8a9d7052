from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="listingphoto",
            index=models.Index(fields=["image"], name="photo_by_file"),
        ),
    ]

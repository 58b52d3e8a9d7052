from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("maps", "0019_layers_in_one_order")]

    operations = [
        migrations.AddField(
            "mapfeaturelisting",
            "behalf_note",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=200,
                verbose_name="wie vroeg dit aan de hub, en hoe",
            ),
        ),
    ]

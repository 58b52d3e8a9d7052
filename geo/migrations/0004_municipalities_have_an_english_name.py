from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("geo", "0003_houses_are_remembered")]

    operations = [
        migrations.AddField(
            "municipality",
            "name_en",
            models.CharField(max_length=60, verbose_name="naam in het Engels", default=""),
            preserve_default=False,
        ),
        # The Dutch one until the next load_reference, which runs after each migrate.
        migrations.RunSQL("UPDATE geo_municipality SET name_en = name_nl", migrations.RunSQL.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_verifications")]

    operations = [
        migrations.RemoveField(model_name="organisation", name="verified_at"),
        migrations.AlterField(
            model_name="organisation",
            name="enterprise_number",
            field=models.CharField(
                blank=True, db_index=True, max_length=10, null=True, verbose_name="ondernemingsnummer"
            ),
        ),
    ]

"""Whoever states a weight may say what carried it; a line of the ledger says whether that was said."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0033_why_of_the_last_step_goes_along")]

    operations = [
        migrations.AddField(
            "weightstatement", "vehicle",
            models.CharField(
                blank=True, choices=[("van", "bestelwagen"), ("lorry", "vrachtwagen")], db_default="", default="",
                max_length=6, verbose_name="voertuig",
            ),
        ),
        migrations.AddField(
            "impactentry", "vehicle_stated", models.BooleanField(db_default=False, default=False)
        ),
    ]  # fmt: skip

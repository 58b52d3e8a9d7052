import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0031_proposals_say_which_hubs_see_them")]

    operations = [
        migrations.CreateModel(
            name="AgreementReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event_id", models.BigIntegerField(unique=True)),
                ("reason", models.TextField(max_length=1000, verbose_name="waarom")),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reasons",
                        to="exchanges.standingagreement",
                    ),
                ),
            ],
            options={"verbose_name": "reden van een stap", "verbose_name_plural": "redenen van stappen"},
        ),
    ]  # fmt: skip

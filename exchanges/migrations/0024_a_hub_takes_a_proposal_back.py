"""A hub takes back what it proposed, and whoever hasn't answered a proposal is reminded once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0023_who_asked_the_hub_to_ask")]

    operations = [
        migrations.AddField("proposal", "withdrawn_at", models.DateTimeField(null=True)),
        migrations.AddField("proposal", "reminded_at", models.DateTimeField(null=True)),
    ]

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0018_steps_of_agreements_are_sent_once")]

    operations = [migrations.RemoveField(model_name="standingagreement", name="agreed_by")]

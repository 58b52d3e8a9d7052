from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchanges", "0018_steps_of_agreements_are_sent_once")]

    operations = [
        # Django's own way sends several commands at once, which our connections don't take.
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    [
                        "SET CONSTRAINTS ALL IMMEDIATE",
                        "ALTER TABLE exchanges_standingagreement DROP COLUMN agreed_by_id",
                    ]
                )
            ],
            [migrations.RemoveField(model_name="standingagreement", name="agreed_by")],
        )
    ]

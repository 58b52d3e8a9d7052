import django.db.models.deletion
from django.db import migrations, models

#: As Django named the index of the column alone, which the new one does the work of.
_BY_ITSELF = "maps_mapfeature_municipality_id_4cfba3c5"


class Migration(migrations.Migration):
    dependencies = [("maps", "0017_positions_are_reckoned_once")]

    operations = [
        migrations.AddIndex(
            model_name="mapfeature",
            index=models.Index(fields=["municipality", "layer"], name="feature_in_municipality"),
        ),
        # Django's own way makes the foreign key anew, by two commands at once, which our connections don't take.
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"DROP INDEX {_BY_ITSELF}",
                    f"CREATE INDEX {_BY_ITSELF} ON maps_mapfeature (municipality_id)",
                )
            ],
            [
                migrations.AlterField(
                    model_name="mapfeature",
                    name="municipality",
                    field=models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="geo.municipality",
                    ),
                )
            ],
        ),
    ]

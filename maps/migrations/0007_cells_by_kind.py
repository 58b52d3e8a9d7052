from django.db import migrations, models

from maps.migrations._count_by_kind_sql import ALL_CELLS, ALONE, FUNCTIONS
from maps.migrations._count_sql import one_by_one


class Migration(migrations.Migration):
    dependencies = [("maps", "0006_files_for_layers")]

    operations = [
        migrations.RunSQL([ALONE, "DELETE FROM maps_maplayercell"]),
        migrations.RemoveConstraint(model_name="maplayercell", name="layer_cell_once"),
        migrations.AddField(
            model_name="maplayercell",
            name="kind",
            field=models.CharField(default="stock", max_length=10),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="maplayercell",
            constraint=models.UniqueConstraint(
                fields=("layer", "level", "x", "y", "state", "visibility", "kind"), name="layer_cell_once"
            ),
        ),
        migrations.AddField(
            model_name="maplayercount",
            name="changed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(one_by_one(FUNCTIONS)),
        # Last: a table can't be altered any more once rows of it wait for their foreign keys to be checked.
        migrations.RunSQL(ALL_CELLS),
    ]

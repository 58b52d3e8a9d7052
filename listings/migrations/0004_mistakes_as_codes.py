"""What an import found is kept as codes with values, and what was decided about words by the field that they stand in."""

from typing import Any

from django.db import migrations, models


def keep_as_codes(apps: Any, schema_editor: Any) -> None:
    """A mistake that is kept already stays as it is written: its sentence is its code."""
    for row in apps.get_model("listings", "ListingImport").objects.iterator():
        row.mistakes = [
            {
                "row": mistake["row"],
                "field": "",
                "column": mistake["field"],
                "value": mistake["value"],
                "says": [[mistake["message"], {}]],
            }
            for mistake in row.mistakes
        ]
        row.photo_mistakes = [{"name": "", "says": [[mistake, {}]]} for mistake in row.photo_mistakes]
        row.words = {"material": row.materials} if row.materials else {}
        guesses = row.preview.pop("guesses", [])
        if guesses:
            row.reading["guesses"] = [{"field": "material", "column": "", **guess} for guess in guesses]
        row.save(update_fields=["mistakes", "photo_mistakes", "words", "preview", "reading"])


class Migration(migrations.Migration):
    dependencies = [("listings", "0003_import_reading")]

    operations = [
        migrations.AddField("listingimport", "words", models.JSONField(default=dict)),
        migrations.RunPython(keep_as_codes, migrations.RunPython.noop),
        migrations.RemoveField("listingimport", "materials"),
    ]

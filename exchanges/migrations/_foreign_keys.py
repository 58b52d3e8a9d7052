"""Adds a foreign key to a table that is there already.

Django's own way sends two commands at once, which our connections don't take.
"""

from django.db import migrations, models


def add_foreign_key(
    model: str, name: str, field: "models.ForeignKey[object]", references: str
) -> migrations.SeparateDatabaseAndState:
    """A column that may be empty, with its index: unique where the field is. `references` is a table."""
    table, column = f"exchanges_{model}", f"{name}_id"
    index = "UNIQUE INDEX" if isinstance(field, models.OneToOneField) else "INDEX"
    statements = [
        # Nothing may wait to be checked when a table is altered.
        "SET CONSTRAINTS ALL IMMEDIATE",
        f"ALTER TABLE {table} ADD COLUMN {column} bigint",
        f"""
        ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_fk
        FOREIGN KEY ({column}) REFERENCES {references} (id) DEFERRABLE INITIALLY DEFERRED
        """,
        f"CREATE {index} {table}_{column} ON {table} ({column})",
    ]
    return migrations.SeparateDatabaseAndState(
        [migrations.RunSQL(statements)], [migrations.AddField(model_name=model, name=name, field=field)]
    )
